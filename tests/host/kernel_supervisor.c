/* SPDX-License-Identifier: Apache-2.0 */
/* The first task's thread, of whose end nobody hears: the kernel starts it again. */
#include <string.h>

#include "tests/host/kernel_harness.h"

#define BEGIN 5000ul
#define PERIOD 1000ul
#define LIVES_IN_VAIN 16
#define CALLS_MOST 4096

static uint64_t fault, endpoint;
static struct side client, other;
static uint64_t client_end, other_end;

static void forget_said(void)
{
	fake.console_used = 0;
	memset(fake.console, 0, sizeof(fake.console));
}

/* The supervisor at CPU 0 serves an endpoint; its callers are at CPUs 1 and 2. */
static void start(void)
{
	kernel_start_cpus(3);
	fault = make_endpoint();
	endpoint = make_endpoint();
	client = make_side_on(AT(1), 10, fault);
	other = make_side_on(AT(2), 20, fault);
	client_end = give(&client, endpoint, RIGHT_CALL, 3);
	other_end = give(&other, endpoint, RIGHT_CALL | RIGHT_SIGNAL, 4);
	look_all();
	fake.clock = BEGIN;
	forget_said();
}

static struct thread *fault_of(struct thread *thread)
{
	static const uint64_t position[4] = { 0xabc };

	return thread_fault(thread, 0xdead, 0xe5, position);
}

static void die(void)
{
	kernel_run_as(boot);
	forget_said();
	KERNEL_ENTER(fault_of(boot));
	CHECK_KERNEL();
	look_all();
}

static void receive(void)
{
	message_reply(boot, endpoint, STATUS_OK, 0);
	look_all();
}

static void check_life(uint64_t life)
{
	CU_ASSERT_EQUAL(boot->state, THREAD_READY);
	CU_ASSERT_PTR_EQUAL(boot->cpu->current, boot);
	CU_ASSERT_EQUAL(fake.cpu[boot->cpu->number].pc, IMAGE_ADDRESS);
	CU_ASSERT_EQUAL(fake.cpu[boot->cpu->number].sp, STACK_END);
	CU_ASSERT_EQUAL(boot->context.x[0], FAKE_BUNDLE_SIZE);
	CU_ASSERT_EQUAL(boot->context.x[1], life);
	CU_ASSERT_EQUAL(boot->priority, boot->base_priority);
}

static bool said(const char *what)
{
	return strstr(fake.console, what) != NULL;
}

static void test_fault(void)
{
	uint64_t memory;

	start();
	memory = make_memory(PAGE_SIZE, PAGE_SIZE);
	fake.cpu[0].pc = 0x1234;
	die();
	CU_ASSERT(said("the supervisor has died: syndrome 00000000000000e5, "
		       "address 000000000000dead, pc 0000000000000abc"));
	check_life(1);
	/* All that it had is there. */
	NEED_STATUS(CALL(boot, SYSCALL_OBJECT_INFO, memory), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], OBJECT_MEMORY);
	CALL(boot, SYSCALL_EXIT, 0x77);
	look_all();
	check_life(2);
	CU_ASSERT(said("ffffffffffffffff, address 0000000000000077"));
	/* Nor can it end itself so that nobody starts it. */
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_STOP, SLOT_SELF_THREAD), STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, SLOT_SELF_THREAD), STATUS_BUSY);
}

/* What it had in hand comes again, before all others and with its number. */
static void test_message(void)
{
	start();
	receive();
	message_call(client.thread, client_end, 11, 0x11);
	look_all();
	CU_ASSERT_EQUAL(LABEL(boot), 11);
	message_call(other.thread, other_end, 12, 0x12);
	look_all();
	die();
	check_life(1);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	receive();
	CU_ASSERT_EQUAL(LABEL(boot), 11);
	CU_ASSERT_EQUAL(boot->context.x[3], 1);
	CU_ASSERT_EQUAL(WORD(boot, 0), 0x11);
	receive();
	CU_ASSERT_EQUAL(LABEL(boot), 12);
	CU_ASSERT_EQUAL(boot->context.x[3], 2);
	RUNS_AT(1, client.thread);
	receive();
	RUNS_AT(2, other.thread);
}

/* It waits for another server, which goes on for nobody. */
static void test_calls(void)
{
	struct side server;
	uint64_t called, server_end;

	start();
	called = make_endpoint();
	server = make_side_on(AT(1), 15, fault);
	server_end = give(&server, called, RIGHT_RECEIVE, 0);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
	receive();
	message_call(other.thread, other_end, 12, 0);
	look_all();
	message_call(boot, called, 1, 0);
	CU_ASSERT_EQUAL(boot->state, THREAD_CALLING);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
	die();
	check_life(1);
	receive();
	CU_ASSERT_EQUAL(LABEL(boot), 12);
	CU_ASSERT_EQUAL(boot->context.x[3], 1);
}

static void test_vain(void)
{
	unsigned int lives;

	start();
	for (lives = 1; lives < LIVES_IN_VAIN; lives++) {
		die();
		check_life(lives);
	}
	/* A message is a sign of life. */
	receive();
	message_call(client.thread, client_end, 1, 0);
	look_all();
	for (lives = 1; lives < LIVES_IN_VAIN; lives++) {
		die();
		check_life(LIVES_IN_VAIN - 1 + lives);
		/* One that came back is none, whether it is taken again or not. */
		if (lives % 3)
			receive();
		CU_ASSERT_EQUAL(client.thread->state, lives % 3 ? THREAD_CALLING : THREAD_SENDING);
	}
	die();
	CU_ASSERT_EQUAL(boot->state, THREAD_STOPPED);
	CU_ASSERT(said("the supervisor stays dead"));
	CU_ASSERT(fake.cpu[0].idle);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	/* The others go on. */
	RUNS_AT(2, other.thread);
	message_call(other.thread, other_end, 1, 0);
	look_all();
	CU_ASSERT_EQUAL(other.thread->state, THREAD_SENDING);
}

/* --- A life that does not end ---------------------------------------------------------------- */

static void watch(uint64_t period)
{
	set_schedule(SLOT_SELF_THREAD, 1, 0, period);
	look_all();
}

static void test_hangs(void)
{
	start();
	watch(PERIOD);
	CU_ASSERT(!schedule_limits);
	/* Until the first look it was well. */
	pass(BEGIN + 2 * PERIOD - 1);
	CU_ASSERT(!said("neither waits"));
	pass(BEGIN + 2 * PERIOD);
	check_life(1);
	/* The next one hangs with a message in hand. */
	receive();
	message_call(client.thread, client_end, 11, 0);
	look_all();
	CU_ASSERT_EQUAL(LABEL(boot), 11);
	pass(BEGIN + 4 * PERIOD - 1);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_CALLING);
	pass(BEGIN + 4 * PERIOD);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	check_life(2);
	/* No longer. */
	watch(0);
	pass(BEGIN + 50 * PERIOD);
	die();
	check_life(3);
}

/* Busy, but not hanging: each period has its message, or its signals, or it waits. */
static void test_works(void)
{
	unsigned int period;

	start();
	watch(PERIOD);
	receive();
	pass(BEGIN + 10 * PERIOD);
	CU_ASSERT_EQUAL(boot->state, THREAD_RECEIVING);
	message_call(client.thread, client_end, 1, 0);
	for (period = 10; period < 20; period++) {
		pass(BEGIN + period * PERIOD + PERIOD / 2);
		message_call(other.thread, other_end, 2, 0);
		look_all();
		receive();
		CU_ASSERT_EQUAL(boot->state, THREAD_READY);
		CU_ASSERT_EQUAL(LABEL(boot), 2);
		message_call(client.thread, client_end, 1, 0);
		look_all();
		receive();
	}
	receive();
	for (period = 20; period < 30; period++) {
		pass(BEGIN + period * PERIOD + PERIOD / 2);
		if (boot->state == THREAD_READY)
			receive();
		CALL(other.thread, SYSCALL_SIGNAL, other_end);
		look_all();
		CU_ASSERT_EQUAL(LABEL(boot), MESSAGE_SIGNAL);
	}
	CU_ASSERT_EQUAL(boot->state, THREAD_READY);
	CU_ASSERT(!said("neither waits"));
}

/* It waits for its turn, with what a less urgent one asked: it is not it that takes the CPU. */
static void test_starved(void)
{
	struct side busy;

	start();
	busy = make_side_on(AT(1), 15, fault);
	watch(PERIOD);
	receive();
	message_call(client.thread, client_end, 1, 0);
	on_cpu(1);
	interrupt(FAKE_IRQ_MAINTENANCE);
	look_all();
	RUNS_AT(1, busy.thread);
	CU_ASSERT_EQUAL(boot->state, THREAD_READY);
	pass(BEGIN + 20 * PERIOD);
	RUNS_AT(1, busy.thread);
	CU_ASSERT_EQUAL(LABEL(boot), 1);
	CU_ASSERT(!said("neither waits"));
}

/* It ran at one look, and waits for an answer from the next one on: it takes the CPU from nobody. */
static void test_asks(void)
{
	uint64_t deaf;

	start();
	deaf = make_endpoint();
	watch(PERIOD);
	pass(BEGIN + PERIOD + 1);
	message_call(boot, deaf, 1, 0);
	pass(BEGIN + 20 * PERIOD);
	CU_ASSERT_EQUAL(boot->state, THREAD_SENDING);
	CU_ASSERT(!said("neither waits"));
}

/*
 * It makes a call each period, which takes that long because other CPUs do; but a loop of calls is
 * a hang, and so is what makes none.
 */
static void test_slow_calls(void)
{
	unsigned int period, made;

	start();
	watch(PERIOD);
	for (period = 0; period < 20; period++) {
		pass(BEGIN + period * PERIOD + PERIOD / 2);
		CALL(boot, SYSCALL_CLOSE, HANDLE_COUNT);
	}
	CU_ASSERT(!said("neither waits"));
	for (made = 0; made < CALLS_MOST; made++)
		CALL(boot, SYSCALL_CLOSE, HANDLE_COUNT);
	pass(BEGIN + 20 * PERIOD);
	CU_ASSERT(said("neither waits"));
	check_life(1);
	/* The next life's calls are its own. */
	forget_said();
	pass(BEGIN + 21 * PERIOD);
	CALL(boot, SYSCALL_CLOSE, HANDLE_COUNT);
	pass(BEGIN + 23 * PERIOD - 1);
	CU_ASSERT(!said("neither waits"));
	pass(BEGIN + 23 * PERIOD);
	check_life(2);
}

/* It hangs at another CPU than the one that looks after it. */
static void test_elsewhere(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, client.thread_slot), STATUS_OK);
	watch(PERIOD);
	NEED_STATUS(CALL(boot, SYSCALL_SCHEDULE, SLOT_MACHINE, SLOT_SELF_THREAD, AT(1), 0, PERIOD),
		    STATUS_OK);
	look_all();
	RUNS_AT(1, boot);
	pass(BEGIN + 3 * PERIOD);
	check_life(1);
	RUNS_AT(1, boot);
	/* Lives that all hang come to an end, and so does the watch. */
	pass(BEGIN + 100 * PERIOD);
	CU_ASSERT_EQUAL(boot->state, THREAD_STOPPED);
	CU_ASSERT(fake.cpu[0].deadline == TIMER_OFF && fake.cpu[1].deadline == TIMER_OFF);
}

static const struct suite_test tests[] = {
	{ "the supervisor begins again after a fault or an exit, with all it had", test_fault },
	{ "its message comes again with the same number", test_message },
	{ "after it called others it is as after anything else", test_calls },
	{ "lives in vain come to an end, and all others go on", test_vain },
	{ "one that hangs is cut, with a message in hand or without", test_hangs },
	{ "one that works or waits is not", test_works },
	{ "nor one that waits for its turn", test_starved },
	{ "nor one that waits for an answer", test_asks },
	{ "nor one whose calls are slow, but one that calls without end", test_slow_calls },
	{ "it is cut at whatever CPU it hangs", test_elsewhere },
};

int main(void)
{
	return suite_run("kernel supervisor", tests, sizeof(tests) / sizeof(tests[0]));
}
