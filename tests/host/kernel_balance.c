/* SPDX-License-Identifier: Apache-2.0 */
/* Where threads run: on CPUs of their masks, on an idle one rather than in a queue. */
#include "tests/host/kernel_harness.h"

#define ANY (AT(0) | AT(1) | AT(2))

static uint64_t fault;

static void start(unsigned int count)
{
	kernel_start_cpus(count);
	fault = make_endpoint();
}

static void rest(void)
{
	boot_rest();
	look_all();
}

static void test_spare(void)
{
	struct side first, second, third;

	start(3);
	first = make_side_on(ANY, 10, fault);
	/* CPU 0 is the first task's, so it goes to another one at once. */
	RUNS_AT(1, first.thread);
	second = make_side_on(ANY, 10, fault);
	RUNS_AT(2, second.thread);
	third = make_side_on(ANY, 10, fault);
	CU_ASSERT_EQUAL(third.thread->state, THREAD_READY);
	rest();
	RUNS_AT(0, third.thread);
	RUNS_AT(1, first.thread);
	RUNS_AT(2, second.thread);
}

static void test_masks(void)
{
	struct side here, there;

	start(3);
	here = make_side_on(AT(0), 10, fault);
	there = make_side_on(AT(0) | AT(2), 5, fault);
	CU_ASSERT(fake.cpu[1].idle);
	RUNS_AT(2, there.thread);
	rest();
	RUNS_AT(0, here.thread);
	CU_ASSERT(fake.cpu[1].idle);
	/* CPUs that are not there do not count. */
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, there.thread_slot), STATUS_OK);
	set_schedule(there.thread_slot, AT(1) | AT(7), 0, 0);
	CU_ASSERT_EQUAL(there.thread->schedule.cpus, AT(1));
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, there.thread_slot, 0, 0, 0), STATUS_OK);
	look_all();
	RUNS_AT(1, there.thread);
	CU_ASSERT(fake.cpu[2].idle);
}

/* A CPU that becomes idle later gets what had been offered to it, and only then. */
static void test_offers(void)
{
	struct side busy, first, second;
	uint64_t end;

	start(2);
	busy = make_side_on(AT(1), 20, fault);
	end = give(&busy, fault, RIGHT_RECEIVE, 0);
	first = make_side_on(AT(0) | AT(1), 10, fault);
	second = make_side_on(AT(0) | AT(1), 10, fault);
	rest();
	RUNS_AT(0, first.thread);
	RUNS_AT(1, busy.thread);
	CU_ASSERT_PTR_EQUAL(second.thread->cpu, &cpus[0]);
	message_reply(busy.thread, end, STATUS_OK, 0);
	look_all();
	RUNS_AT(0, first.thread);
	RUNS_AT(1, second.thread);
	/* Who is more urgent there runs first. */
	NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, fault), STATUS_OK);
	rest();
	RUNS_AT(1, busy.thread);
}

/* The most urgent of those to spare is the one that goes. */
static void test_most_urgent(void)
{
	struct side low, middle, high;

	start(2);
	low = make_side_on(AT(0) | AT(1), 5, fault);
	RUNS_AT(1, low.thread);
	high = make_side_on(AT(0) | AT(1), 15, fault);
	middle = make_side_on(AT(0) | AT(1), 10, fault);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, low.thread_slot), STATUS_OK);
	look_all();
	RUNS_AT(1, high.thread);
	rest();
	RUNS_AT(0, middle.thread);
}

/* Preempted with a message in hand it waits for its caller's CPU, though another one is idle. */
static void test_in_hand(void)
{
	struct side server, client, urgent;
	uint64_t endpoint, server_end, client_end;

	start(3);
	endpoint = make_endpoint();
	server = make_side_on(ANY, 5, fault);
	client = make_side_on(AT(1), 10, fault);
	server_end = give(&server, endpoint, RIGHT_RECEIVE, 0);
	client_end = give(&client, endpoint, RIGHT_CALL, 1);
	look_all();
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
	message_call(client.thread, client_end, 1, 0);
	RUNS_AT(1, server.thread);
	urgent = make_side_on(AT(1), 20, fault);
	RUNS_AT(1, urgent.thread);
	CU_ASSERT(fake.cpu[2].idle);
	CU_ASSERT_PTR_EQUAL(server.thread->cpu, &cpus[1]);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, urgent.thread_slot), STATUS_OK);
	look_all();
	RUNS_AT(1, server.thread);
	message_reply(server.thread, server_end, STATUS_OK, 7);
	RUNS_AT(1, client.thread);
	CHECK_KERNEL();
}

/* Eight CPUs, one thread each, all of them made at the first. */
static void test_eight(void)
{
	struct side side[CPU_COUNT];
	uint32_t seen = 0;
	unsigned int index;

	start(CPU_COUNT);
	for (index = 0; index < CPU_COUNT; index++)
		side[index] = make_side_on(AT(CPU_COUNT) - 1, 10, fault);
	rest();
	for (index = 0; index < CPU_COUNT; index++) {
		CU_ASSERT_PTR_EQUAL(side[index].thread->cpu->current, side[index].thread);
		seen |= cpu_bit(side[index].thread->cpu);
	}
	CU_ASSERT_EQUAL(seen, AT(CPU_COUNT) - 1);
	CU_ASSERT_EQUAL(cpus_idle, 0);
}

static status_t schedule(uint64_t slot, uint64_t mask, uint64_t budget, uint64_t period)
{
	return CALL(boot, SYSCALL_SCHEDULE, SLOT_MACHINE, slot, mask, budget, period);
}

static void test_refusals(void)
{
	struct side side;
	uint64_t slot;

	start(2);
	side = make_side_on(AT(1), 10, fault);
	slot = side.thread_slot;
	CHECK_STATUS(schedule(slot, AT(0), 0, 0), STATUS_BAD_STATE);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, slot), STATUS_OK);
	CHECK_STATUS(schedule(slot, 0, 0, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(slot, AT(2), 0, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(slot, 1ul << 32, 0, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(slot, AT(0), 1, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(slot, AT(0), 11, 10), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(slot, AT(0), 1, 1ul << 63), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(slot, AT(0), ~0ul, ~0ul), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(schedule(fault, AT(0), 0, 0), STATUS_BAD_TYPE);
	CHECK_STATUS(schedule(slot_new(), AT(0), 0, 0), STATUS_BAD_HANDLE);
	CHECK_STATUS(CALL(boot, SYSCALL_SCHEDULE, SLOT_ROOT_POOL, slot, AT(0), 0, 0), STATUS_BAD_TYPE);
	/* None of them changed anything. */
	CU_ASSERT_EQUAL(side.thread->schedule.cpus, AT(1));
	CU_ASSERT_EQUAL(side.thread->schedule.budget, 0);
	CHECK_STATUS(schedule(slot, AT(0), 10, 10), STATUS_OK);
	CU_ASSERT_EQUAL(side.thread->schedule.cpus, AT(0));
	CU_ASSERT_EQUAL(side.thread->schedule.period, 10);
	CHECK_KERNEL();
}

/* A thread's own schedule takes effect at once, and what it makes inherits it. */
static void test_own(void)
{
	uint64_t slot;

	start(3);
	NEED_STATUS(schedule(SLOT_SELF_THREAD, AT(2), 0, 0), STATUS_OK);
	look_all();
	RUNS_AT(2, boot);
	CU_ASSERT(fake.cpu[0].idle);
	slot = make_thread(make_task(), 5, fault);
	CU_ASSERT_EQUAL(thread_at(slot)->schedule.cpus, AT(2));
	CU_ASSERT_PTR_EQUAL(thread_at(slot)->cpu, &cpus[2]);
	NEED_STATUS(schedule(SLOT_SELF_THREAD, ANY, 0, 0), STATUS_OK);
	RUNS_AT(2, boot);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "a thread to spare goes to an idle CPU", test_spare },
	{ "it never goes where its mask does not allow it", test_masks },
	{ "a CPU that becomes idle gets what others have to spare", test_offers },
	{ "the most urgent to spare goes first", test_most_urgent },
	{ "a server with a message in hand stays with its caller", test_in_hand },
	{ "eight threads spread over eight CPUs", test_eight },
	{ "a schedule that cannot be is refused, and changes nothing", test_refusals },
	{ "a thread's own schedule takes effect at once, and is inherited", test_own },
};

int main(void)
{
	return suite_run("kernel balance", tests, sizeof(tests) / sizeof(tests[0]));
}
