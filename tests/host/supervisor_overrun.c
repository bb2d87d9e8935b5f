/* SPDX-License-Identifier: Apache-2.0 */
/* Which server the supervisor finds hanging, from what looks at it tell. */
#include "ipc/syscall.h"
#include "servers/supervisor/overrun.h"
#include "tests/host/suite.h"

#define EVENT 7
#define MANY 10000

static struct overrun last;

/* The first of several looks at which it is to be cut; 0: none of `most`. Each sees `more` calls. */
static unsigned int looks_until_cut(uint64_t is, uint64_t more, unsigned int most)
{
	unsigned int look;
	uint64_t calls = 0;

	for (look = 1; look <= most; look++, calls += more)
		if (overrun_look(&last, EVENT, is, calls))
			return look;
	return 0;
}

static void begin(void)
{
	last = (struct overrun){ 0 };
}

/* The first look sees the event for the first time. */
static void test_spins(void)
{
	begin();
	CU_ASSERT_EQUAL(looks_until_cut(THREAD_IS_RUNNING, 0, MANY), 1 + OVERRUN_LOOKS);
	/* Its next life begins with the same count, and hangs, too. */
	CU_ASSERT_EQUAL(looks_until_cut(THREAD_IS_RUNNING, 0, MANY), 1 + OVERRUN_LOOKS);
}

static void test_waits(void)
{
	static const uint64_t states[] = { THREAD_IS_READY, THREAD_IS_CALLING, THREAD_IS_WAITING,
					   THREAD_IS_FAULTED, THREAD_IS_STOPPED };
	unsigned int state;

	for (state = 0; state < sizeof(states) / sizeof(states[0]); state++) {
		begin();
		CU_ASSERT_EQUAL(looks_until_cut(states[state], 0, MANY), 0);
	}
}

static void test_works(void)
{
	uint64_t event;

	begin();
	for (event = 0; event < MANY; event++)
		CU_ASSERT(!overrun_look(&last, event, THREAD_IS_RUNNING, 0));
	/* Events take turns with waits. */
	for (event = 0; event < MANY; event++)
		CU_ASSERT(!overrun_look(&last, event | 1, THREAD_IS_RUNNING, 0));
}

/* It has a CPU at each fourth look only: it takes four times as long to find. */
static void test_shares(void)
{
	unsigned int look;

	begin();
	for (look = 1; look < 4 * OVERRUN_LOOKS; look++)
		CU_ASSERT(!overrun_look(&last, EVENT, look % 4 ? THREAD_IS_READY : THREAD_IS_RUNNING,
					0));
	CU_ASSERT(overrun_look(&last, EVENT, THREAD_IS_RUNNING, 0));
}

/* What it waits for is another one's to do, and takes as long as that takes. */
static void test_calls_others(void)
{
	unsigned int look;

	begin();
	for (look = 0; look < MANY; look++)
		CU_ASSERT(!overrun_look(&last, EVENT,
					look % OVERRUN_LOOKS ? THREAD_IS_RUNNING : THREAD_IS_CALLING,
					0));
}

static void test_slow_calls(void)
{
	begin();
	CU_ASSERT_EQUAL(looks_until_cut(THREAD_IS_RUNNING, 1, OVERRUN_CALLS), 0);
	begin();
	CU_ASSERT_EQUAL(looks_until_cut(THREAD_IS_RUNNING, OVERRUN_CALLS / 20, 20), 0);
}

static void test_loop_of_calls(void)
{
	begin();
	CU_ASSERT_EQUAL(looks_until_cut(THREAD_IS_RUNNING, OVERRUN_CALLS, MANY), 1 + OVERRUN_LOOKS);
	begin();
	CU_ASSERT_EQUAL(looks_until_cut(THREAD_IS_RUNNING, 1, MANY), OVERRUN_CALLS + OVERRUN_LOOKS);
}

/* Some calls first, then none any more. */
static void test_spins_after_calls(void)
{
	unsigned int look;

	begin();
	for (look = 0; look < MANY; look++)
		CU_ASSERT_EQUAL(overrun_look(&last, EVENT, THREAD_IS_RUNNING, look < 9 ? look : 8),
				look == 8 + OVERRUN_LOOKS || (look > 8 + OVERRUN_LOOKS &&
				(look - 8 - OVERRUN_LOOKS) % (1 + OVERRUN_LOOKS) == 0));
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "one that runs at one event for so many looks is cut, in each of its lives",
		  test_spins },
		{ "one that waits is not: for its turn, a budget, an answer, a message", test_waits },
		{ "nor one that has begun another event at each look", test_works },
		{ "one that shares its CPU is cut later", test_shares },
		{ "not one that has waited for another server meanwhile", test_calls_others },
		{ "nor one that makes calls, which wait for all CPUs", test_slow_calls },
		{ "unless it does nothing else", test_loop_of_calls },
		{ "one that spins after them is", test_spins_after_calls },
	};

	return suite_run("supervisor overrun", tests, sizeof(tests) / sizeof(tests[0]));
}
