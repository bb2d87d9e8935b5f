/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs: the most urgent, equals in turns, and at once whoever an event wakes. */
#include "tests/host/kernel_harness.h"

#define SLICE (arch_clock_frequency() / 1000)

static uint64_t fault, endpoint;
static struct side low, middle, equal, high;
static uint64_t high_end, low_end;

static void start(void)
{
	kernel_start();
	fault = make_endpoint();
	endpoint = make_endpoint();
	low = make_side(5, fault);
	middle = make_side(10, fault);
	equal = make_side(10, fault);
	high = make_side(20, fault);
	high_end = give(&high, endpoint, RIGHT_RECEIVE | RIGHT_SIGNAL, 0);
	low_end = give(&low, endpoint, RIGHT_CALL | RIGHT_SIGNAL, 1);
}

#define RUNS(side) CU_ASSERT_PTR_EQUAL(cpu_this()->current, (side).thread)

static void test_priorities(void)
{
	start();
	boot_rest();
	RUNS(high);
	message_reply(high.thread, high_end, STATUS_OK, 0);
	RUNS(middle);
	CHECK_KERNEL();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, middle.thread_slot), STATUS_OK);
	boot_rest();
	RUNS(equal);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, equal.thread_slot), STATUS_OK);
	boot_rest();
	RUNS(low);
	CHECK_KERNEL();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, low.thread_slot), STATUS_OK);
	boot_rest();
	CU_ASSERT_EQUAL(fake.stop, FAKE_IDLE);
	CHECK_KERNEL();
}

static void test_preemption(void)
{
	start();
	message_reply(high.thread, high_end, STATUS_OK, 0);
	boot_rest();
	RUNS(middle);
	kernel_run_as(low.thread);
	CHECK_STATUS(CALL(low.thread, SYSCALL_SIGNAL, low_end), STATUS_OK);
	RUNS(high);
	CU_ASSERT_EQUAL(low.thread->state, THREAD_READY);
	CHECK_KERNEL();
	/* By an interrupt, too. */
	message_reply(high.thread, high_end, STATUS_OK, 0);
	RUNS(equal); /* middle went to the end when the test took its CPU */
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_IRQ, SLOT_MACHINE, slot_new(), SLOT_ROOT_POOL, 40, endpoint,
			 4), STATUS_OK);
	boot_rest();
	interrupt(40);
	RUNS(high);
	CU_ASSERT_EQUAL(WORD(high.thread, 0), 4);
	CHECK_KERNEL();
	/* Whoever was preempted goes on before its equals. */
	message_reply(high.thread, high_end, STATUS_OK, 0);
	RUNS(middle);
}

static void test_turns(void)
{
	unsigned int turn;

	start();
	message_reply(high.thread, high_end, STATUS_OK, 0);
	boot_rest();
	for (turn = 0; turn < 10; turn++) {
		RUNS(turn % 2 ? equal : middle);
		CU_ASSERT_EQUAL(HERE.deadline, fake.clock + SLICE);
		fake.clock = HERE.deadline - 1;
		interrupt(FAKE_IRQ_MAINTENANCE); /* any other interrupt does not end a turn */
		RUNS(turn % 2 ? equal : middle);
		fake.clock = HERE.deadline;
		interrupt(ARCH_IRQ_TIMER);
		CHECK_KERNEL();
	}
	/* Alone at its priority, nobody interrupts it. */
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, equal.thread_slot), STATUS_OK);
	boot_rest();
	RUNS(middle);
	fake.clock = HERE.deadline;
	interrupt(ARCH_IRQ_TIMER);
	RUNS(middle);
	CU_ASSERT_EQUAL(HERE.deadline, TIMER_OFF);
}

static void test_idle(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, low.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, middle.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, equal.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(high.thread, SYSCALL_TIMER, high_end, 777, 8), STATUS_OK);
	boot_rest();
	message_reply(high.thread, high_end, STATUS_OK, 0);
	/* The idle CPU waited for the timer. */
	CU_ASSERT_EQUAL(fake.clock, 777);
	RUNS(high);
	CU_ASSERT_EQUAL(WORD(high.thread, 0), 8);
	CHECK_KERNEL();
}

/* A thread that stops itself, and a server that runs at its caller's priority, not its own. */
static void test_lent(void)
{
	uint64_t self;

	start();
	self = give(&equal, equal.thread_slot, RIGHT_MANAGE, 0);
	message_reply(high.thread, high_end, STATUS_OK, 0);
	boot_rest();
	kernel_run_as(low.thread);
	message_call(low.thread, low_end, 1, 0);
	CU_ASSERT_EQUAL(high.thread->priority, 5);
	/* The others are more urgent than its caller. */
	kernel_run_as(high.thread);
	interrupt(FAKE_IRQ_MAINTENANCE);
	RUNS(equal);
	CALL(equal.thread, SYSCALL_THREAD_STOP, self);
	RUNS(middle);
	CU_ASSERT_EQUAL(equal.thread->state, THREAD_STOPPED);
	CHECK_KERNEL();
	/* A signal is the server's own business: it gets its own priority back. */
	NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, endpoint), STATUS_OK);
	CU_ASSERT_EQUAL(high.thread->priority, 20);
	boot_rest();
	RUNS(high);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "the most urgent thread runs, and without any the CPU idles", test_priorities },
	{ "a more urgent thread that wakes runs at once", test_preemption },
	{ "equals take turns", test_turns },
	{ "the idle CPU wakes for a timer", test_idle },
	{ "a server has its caller's priority until it is signalled", test_lent },
};

int main(void)
{
	return suite_run("kernel schedule", tests, sizeof(tests) / sizeof(tests[0]));
}
