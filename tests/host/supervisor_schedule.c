/* SPDX-License-Identifier: Apache-2.0 */
/* What the supervisor tells the kernel about schedules, for a plan as the configuration writes it. */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"
#include "tests/host/suite.h"

#define MILLISECOND 1000000ul

static char tree[512], refusal[200];
static uint64_t frequency, called[6];
static unsigned int calls;
static status_t answer;
static jmp_buf refused;

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	if (number == SYSCALL_CLOCK) {
		result[1] = frequency;
		return STATUS_OK;
	}
	CU_ASSERT_EQUAL(number, SYSCALL_SCHEDULE);
	memcpy(called, (uint64_t[]){ a0, a1, a2, a3, a4, a5 }, sizeof(called));
	calls++;
	return answer;
}

void refuse(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(refusal, sizeof(refusal), format, arguments);
	va_end(arguments);
	longjmp(refused, 1);
}

/* A plan of one task, and its node. */
static int plan_make(uint32_t cpus, uint64_t budget, uint64_t period)
{
	fdt_create(tree, sizeof(tree));
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_property_u32(tree, "cpus", 0x7);
	fdt_begin_node(tree, "task");
	fdt_property_u32(tree, "cpus", cpus);
	fdt_property_u64(tree, "budget", budget);
	fdt_property_u64(tree, "period", period);
	fdt_end_node(tree);
	fdt_end_node(tree);
	CU_ASSERT_EQUAL_FATAL(fdt_finish(tree), 0);
	calls = 0;
	answer = STATUS_OK;
	frequency = 62500000;
	return tree_node(tree, 0, "task");
}

static void check_called(uint64_t slot, uint64_t cpus, uint64_t budget, uint64_t period)
{
	CU_ASSERT_EQUAL(calls, 1);
	CU_ASSERT_EQUAL(called[0], SLOT_MACHINE);
	CU_ASSERT_EQUAL(called[1], slot);
	CU_ASSERT_EQUAL(called[2], cpus);
	CU_ASSERT_EQUAL(called[3], budget);
	CU_ASSERT_EQUAL(called[4], period);
}

static void test_plan(void)
{
	int node = plan_make(0x85, 3 * MILLISECOND, 10 * MILLISECOND);

	schedule(tree, node, 77, "task");
	check_called(77, 0x85, 187500, 625000);
}

static void test_no_limit(void)
{
	int node = plan_make(1, 0, 0);

	schedule(tree, node, 9, "task");
	check_called(9, 1, 0, 0);
}

static void test_self(void)
{
	plan_make(1, MILLISECOND, MILLISECOND);
	schedule_self(tree, 0, MILLISECOND);
	check_called(SLOT_SELF_THREAD, 0x7, 0, 62500);
}

static const char *refusal_of(status_t status)
{
	int node = plan_make(0x8, 0, 0);

	answer = status;
	refusal[0] = '\0';
	if (!setjmp(refused))
		schedule(tree, node, 9, "the task");
	return refusal;
}

static void test_refused(void)
{
	CU_ASSERT_STRING_EQUAL(refusal_of(STATUS_BAD_ARGUMENT),
			       "the task can run nowhere: no CPU of its mask 8 is there");
	CU_ASSERT_STRING_EQUAL(refusal_of(STATUS_BAD_STATE),
			       "cannot schedule the task (status -9)");
}

/* Against 128 bits, for clocks of 1 MHz to 10 GHz. */
static void test_ticks(void)
{
	static const uint64_t times[] = { 0, 1, 99, 100000, 999999999, 1000000000, 1000000001,
					  10000000000, 3600000000000 };
	static const uint64_t clocks[] = { 1000000, 1000001, 19200000, 24000000, 62500000,
					   1000000000, 9999999999 };
	unsigned int time, clock;

	for (clock = 0; clock < sizeof(clocks) / sizeof(clocks[0]); clock++)
		for (time = 0; time < sizeof(times) / sizeof(times[0]); time++) {
			unsigned __int128 product = times[time];

			product *= clocks[clock];
			CU_ASSERT_EQUAL(schedule_ticks(times[time], clocks[clock]),
					(uint64_t)((product + 999999999) / 1000000000));
		}
}

static void test_order(void)
{
	uint64_t time, last = 0;

	CU_ASSERT_EQUAL(schedule_ticks(0, 1000003), 0);
	for (time = 1; time < 4000; time++) {
		uint64_t ticks = schedule_ticks(time, 1000003);

		CU_ASSERT_TRUE(ticks >= last && ticks > 0);
		last = ticks;
	}
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "a thread's CPUs, budget and period reach the kernel, in ticks", test_plan },
		{ "no budget in the plan is no limit in the kernel", test_no_limit },
		{ "the supervisor schedules itself where /plan says, without a limit", test_self },
		{ "what the kernel refuses ends the boot with its reason", test_refused },
		{ "ticks are the whole product, rounded up, without overflow", test_ticks },
		{ "a time is never 0 ticks, and a longer one never fewer", test_order },
	};

	return suite_run("supervisor schedule", tests, sizeof(tests) / sizeof(tests[0]));
}
