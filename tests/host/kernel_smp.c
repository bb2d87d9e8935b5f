/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between CPUs: where a server runs, at which priority, and what that costs others. */
#include "tests/host/kernel_harness.h"

/* CPU 0 is the first task's; clients are at 1 and 2, a server's own activity at 3. */
#define CPUS 4

static uint64_t endpoint, fault;
static struct side server, client, other;
static uint64_t server_end, client_end, other_end;

static void start(void)
{
	kernel_start_cpus(CPUS);
	fault = make_endpoint();
	endpoint = make_endpoint();
	server = make_side_on(AT(3), 5, fault);
	client = make_side_on(AT(1), 10, fault);
	other = make_side_on(AT(2), 20, fault);
	server_end = give(&server, endpoint, RIGHT_RECEIVE, 0);
	client_end = give(&client, endpoint, RIGHT_CALL | RIGHT_SIGNAL, 3);
	other_end = give(&other, endpoint, RIGHT_CALL | RIGHT_SIGNAL, 4);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	boot_rest();
	look_all();
	fake.looks = 0;
}

static void reply(uint64_t word)
{
	message_reply(server.thread, server_end, STATUS_OK, word);
}

static void test_fast(void)
{
	unsigned int trip;

	start();
	CU_ASSERT(fake.cpu[3].idle);
	for (trip = 0; trip < 3; trip++) {
		message_call(client.thread, client_end, 1, 55);
		RUNS_AT(1, server.thread);
		CU_ASSERT_PTR_EQUAL(server.thread->cpu, &cpus[1]);
		CU_ASSERT_EQUAL(server.thread->priority, 10);
		CHECK_KERNEL();
		reply(66);
		RUNS_AT(1, client.thread);
		CU_ASSERT_EQUAL(WORD(client.thread, 0), 66);
		message_call(other.thread, other_end, 2, 0);
		RUNS_AT(2, server.thread);
		CU_ASSERT_EQUAL(server.thread->priority, 20);
		reply(77);
		RUNS_AT(2, other.thread);
		CHECK_KERNEL();
	}
	CU_ASSERT_EQUAL(fake.looks, 0);
	CU_ASSERT(fake.cpu[3].idle);
}

static void test_busy(void)
{
	start();
	message_call(client.thread, client_end, 1, 55);
	message_call(other.thread, other_end, 2, 66);
	CU_ASSERT_EQUAL(other.thread->state, THREAD_SENDING);
	CU_ASSERT(fake.cpu[2].idle);
	CU_ASSERT_EQUAL(fake.looks, 1);
	look_all();
	/* It still has the first one's message, at the first one's CPU, but is more urgent now. */
	RUNS_AT(1, server.thread);
	CU_ASSERT_EQUAL(server.thread->priority, 20);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 55);
	reply(77);
	RUNS_AT(1, client.thread);
	CU_ASSERT_EQUAL(WORD(client.thread, 0), 77);
	CU_ASSERT_PTR_EQUAL(server.thread->cpu, &cpus[2]);
	look_all();
	RUNS_AT(2, server.thread);
	CU_ASSERT_EQUAL(LABEL(server.thread), 2);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 66);
	CU_ASSERT_EQUAL(server.thread->priority, 20);
	reply(88);
	RUNS_AT(2, other.thread);
	CU_ASSERT_EQUAL(WORD(other.thread, 0), 88);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	CHECK_KERNEL();
}

/* The priority it was lent makes the server go on where it is: at the first caller's CPU. */
static void test_lent_preempts(void)
{
	struct side between;

	start();
	message_call(client.thread, client_end, 1, 0);
	between = make_side_on(AT(1), 15, fault);
	boot_rest();
	look_all();
	RUNS_AT(1, between.thread);
	message_call(other.thread, other_end, 2, 0);
	look_all();
	RUNS_AT(1, server.thread);
	reply(0);
	look_all();
	RUNS_AT(1, between.thread);
	RUNS_AT(2, server.thread);
	CHECK_KERNEL();
}

/*
 * client (CPU 1) has the server work for it, which waits for a back end that works for a third one
 * at CPU 3; then a more urgent one at CPU 2 waits for the server. Three CPUs, one after the other.
 */
static void test_chain(void)
{
	uint64_t back, back_end, server_back, third_back, fourth_back;
	struct side end, third, fourth;

	start();
	back = make_endpoint();
	end = make_side_on(AT(3), 2, fault);
	third = make_side_on(AT(3), 7, fault);
	fourth = make_side_on(AT(1), 12, fault);
	back_end = give(&end, back, RIGHT_RECEIVE, 0);
	server_back = give(&server, back, RIGHT_CALL, 8);
	third_back = give(&third, back, RIGHT_CALL, 9);
	fourth_back = give(&fourth, back, RIGHT_CALL, 10);
	message_reply(end.thread, back_end, STATUS_OK, 0);
	message_call(third.thread, third_back, 1, 0);
	message_call(client.thread, client_end, 2, 0);
	message_call(server.thread, server_back, 3, 0);
	message_call(fourth.thread, fourth_back, 4, 0);
	look_all();
	CU_ASSERT_EQUAL(end.thread->priority, 12);
	message_call(other.thread, other_end, 5, 0);
	look_all();
	CU_ASSERT_EQUAL(server.thread->priority, 20);
	CU_ASSERT_EQUAL(end.thread->priority, 20);
	RUNS_AT(3, end.thread);
	/* In the back end's queue the server is now ahead of the fourth. */
	message_reply(end.thread, back_end, STATUS_OK, 0);
	look_all();
	CU_ASSERT_EQUAL(LABEL(end.thread), 3);
	RUNS_AT(1, end.thread);
	CU_ASSERT_EQUAL(end.thread->priority, 20);
}

static void test_signal(void)
{
	start();
	/* It waits: its own activity starts at its own CPU. */
	CHECK_STATUS(CALL(client.thread, SYSCALL_SIGNAL, client_end), STATUS_OK);
	CU_ASSERT_PTR_EQUAL(server.thread->cpu, &cpus[3]);
	CU_ASSERT_EQUAL(fake.looks, 1);
	look_all();
	RUNS_AT(1, client.thread);
	RUNS_AT(3, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 3);
	reply(0);
	/* It works for somebody: it gets the signal when it has done, at its own CPU again. */
	message_call(client.thread, client_end, 1, 0);
	CHECK_STATUS(CALL(other.thread, SYSCALL_SIGNAL, other_end), STATUS_OK);
	look_all();
	RUNS_AT(1, server.thread);
	CU_ASSERT_EQUAL(LABEL(server.thread), 1);
	reply(0);
	look_all();
	RUNS_AT(1, client.thread);
	RUNS_AT(3, server.thread);
	CU_ASSERT_EQUAL(LABEL(server.thread), MESSAGE_SIGNAL);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 4);
	CU_ASSERT_EQUAL(server.thread->priority, 5);
	CHECK_KERNEL();
}

/* Though no CPU is idle that could take it over. */
static void test_signal_busy(void)
{
	struct side low;

	start();
	low = make_side_on(AT(3), 2, fault);
	boot_rest();
	look_all();
	RUNS_AT(3, low.thread);
	message_call(client.thread, client_end, 1, 0);
	CHECK_STATUS(CALL(other.thread, SYSCALL_SIGNAL, other_end), STATUS_OK);
	reply(0);
	look_all();
	RUNS_AT(1, client.thread);
	RUNS_AT(3, server.thread);
	reply(0);
	RUNS_AT(3, low.thread);
	CHECK_STATUS(CALL(other.thread, SYSCALL_SIGNAL, other_end), STATUS_OK);
	look_all();
	RUNS_AT(3, server.thread);
}

/* Where the one who signals is a CPU of the server's own, it runs there and nobody is asked. */
static void test_signal_here(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	set_schedule(server.thread_slot, AT(1) | AT(3), 0, 0);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, server.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	reply(0);
	boot_rest();
	look_all();
	fake.looks = 0;
	CHECK_STATUS(CALL(client.thread, SYSCALL_SIGNAL, client_end), STATUS_OK);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_READY);
	/* The client is more urgent; the server goes where nothing else is to do. */
	look_all();
	RUNS_AT(1, client.thread);
	RUNS_AT(3, server.thread);
	CHECK_KERNEL();
}

static void other_calls(void)
{
	message_call(other.thread, other_end, 2, 66);
}

static void client_signals(void)
{
	CALL(client.thread, SYSCALL_SIGNAL, client_end);
}

static void server_replies(void)
{
	reply(77);
}

/* Another CPU's call or signal just before the server, which has answered, starts to wait. */
static void test_meanwhile_comes(void)
{
	start();
	message_call(client.thread, client_end, 1, 55);
	fake.meanwhile = other_calls;
	reply(77);
	CU_ASSERT_EQUAL(WORD(client.thread, 0), 77);
	look_all();
	RUNS_AT(1, client.thread);
	RUNS_AT(2, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 66);
	fake.meanwhile = client_signals;
	reply(88);
	look_all();
	RUNS_AT(2, other.thread);
	RUNS_AT(3, server.thread);
	fake.meanwhile = client_signals;
	reply(0);
	look_all();
	RUNS_AT(3, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 3);
	reply(0);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	CHECK_KERNEL();
}

/* The server was busy when the caller looked, and waits when the caller is about to queue. */
static void test_meanwhile_waits(void)
{
	start();
	message_call(client.thread, client_end, 1, 55);
	fake.looks = 0;
	fake.meanwhile = server_replies;
	message_call(other.thread, other_end, 2, 66);
	RUNS_AT(1, client.thread);
	RUNS_AT(2, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 66);
	CU_ASSERT_EQUAL(fake.looks, 0);
	CHECK_KERNEL();
	/* The same for a signal. */
	fake.meanwhile = server_replies;
	CHECK_STATUS(CALL(client.thread, SYSCALL_SIGNAL, client_end), STATUS_OK);
	look_all();
	RUNS_AT(2, other.thread);
	RUNS_AT(3, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 3);
}

static void test_deadlock(void)
{
	uint64_t back, back_end, server_back;

	start();
	back = make_endpoint();
	back_end = give(&client, back, RIGHT_RECEIVE, 0);
	server_back = give(&server, back, RIGHT_CALL, 1);
	boot_rest();
	message_reply(client.thread, back_end, STATUS_OK, 0);
	message_call(other.thread, other_end, 1, 0);
	message_call(server.thread, server_back, 2, 0);
	/* All of it is at the caller's CPU now. */
	RUNS_AT(2, client.thread);
	message_call(client.thread, client_end, 3, 0);
	CHECK_STATUS(STATUS(client.thread), STATUS_DEADLOCK);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "a server that waits works at its caller's CPU, and no CPU is interrupted", test_fast },
	{ "a busy one is lent the priority, then goes to the next caller's CPU", test_busy },
	{ "who is lent a priority from another CPU runs on at once", test_lent_preempts },
	{ "priority is lent along a chain over three CPUs", test_chain },
	{ "a server's own activity runs at its own CPU", test_signal },
	{ "it preempts there who is less urgent", test_signal_busy },
	{ "a server's own activity starts where the signal comes, if that is its own", test_signal_here },
	{ "nothing is lost that comes just before a server waits", test_meanwhile_comes },
	{ "who finds a server busy takes it if it waits after all", test_meanwhile_waits },
	{ "a circle of calls over CPUs is refused", test_deadlock },
};

int main(void)
{
	return suite_run("kernel messages, many CPUs", tests, sizeof(tests) / sizeof(tests[0]));
}
