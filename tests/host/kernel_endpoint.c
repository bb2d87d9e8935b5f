/* SPDX-License-Identifier: Apache-2.0 */
/* Endpoints: who has a message at each moment, at which priority, and who gets it back. */
#include "tests/host/kernel_harness.h"

static uint64_t endpoint, fault;
static struct side server, client, other;
static uint64_t server_end, client_end, other_end;

/* A server that waits, and two clients, the second one more urgent. */
static void start(void)
{
	kernel_start();
	fault = make_endpoint();
	endpoint = make_endpoint();
	server = make_side(5, fault);
	client = make_side(10, fault);
	other = make_side(20, fault);
	server_end = give(&server, endpoint, RIGHT_RECEIVE, 0);
	client_end = give(&client, endpoint, RIGHT_CALL | RIGHT_SIGNAL, 3);
	other_end = give(&other, endpoint, RIGHT_CALL | RIGHT_SIGNAL, 4);
}

static struct endpoint *the_endpoint(void)
{
	return (struct endpoint *)object_at(endpoint);
}

static void wait(void)
{
	message_reply(server.thread, server_end, STATUS_OK, 0);
}

static void test_switch(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, other.thread_slot), STATUS_OK);
	boot_rest();
	wait();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	message_call(client.thread, client_end, 99, 1234);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, server.thread);
	CU_ASSERT_EQUAL(server.thread->priority, 10);
	CHECK_STATUS(STATUS(server.thread), STATUS_OK);
	CU_ASSERT_EQUAL(LABEL(server.thread), 99);
	CU_ASSERT_EQUAL(BADGE(server.thread), 3);
	CU_ASSERT_EQUAL(server.thread->context.x[3], 1);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 1234);
	CHECK_KERNEL();
	message_reply(server.thread, server_end, STATUS_BUSY, 77);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, client.thread);
	CHECK_STATUS(STATUS(client.thread), STATUS_BUSY);
	CU_ASSERT_EQUAL(WORD(client.thread, 0), 77);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_READY);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	CHECK_KERNEL();
}

static void test_queue(void)
{
	struct side third;
	uint64_t third_end;

	start();
	third = make_side(10, fault);
	third_end = give(&third, endpoint, RIGHT_CALL, 5);
	message_call(client.thread, client_end, 1, 0);
	message_call(third.thread, third_end, 3, 0);
	message_call(other.thread, other_end, 2, 0);
	CHECK_KERNEL();
	wait();
	CU_ASSERT_EQUAL(LABEL(server.thread), 2);
	CU_ASSERT_EQUAL(server.thread->priority, 20);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(LABEL(server.thread), 1);
	CU_ASSERT_EQUAL(server.thread->priority, 10);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(LABEL(server.thread), 3);
	CU_ASSERT_EQUAL(server.thread->context.x[3], 3);
	CHECK_KERNEL();
}

/* client -> server -> back end; then a more urgent one waits for the server. */
static void test_lending(void)
{
	uint64_t back, back_end, server_back;
	struct side end, busy;

	start();
	back = make_endpoint();
	end = make_side(2, fault);
	busy = make_side(6, fault);
	back_end = give(&end, back, RIGHT_RECEIVE, 0);
	server_back = give(&server, back, RIGHT_CALL, 8);
	message_reply(end.thread, back_end, STATUS_OK, 0);
	wait();
	message_call(client.thread, client_end, 1, 0);
	message_call(server.thread, server_back, 2, 0);
	CU_ASSERT_EQUAL(end.thread->priority, 10);
	kernel_run_as(busy.thread);
	message_call(other.thread, other_end, 3, 0);
	CU_ASSERT_EQUAL(server.thread->priority, 20);
	CU_ASSERT_EQUAL(end.thread->priority, 20);
	CHECK_KERNEL();
}

/* Priority lent to somebody in a queue moves them forward there. */
static void test_lending_queued(void)
{
	uint64_t back, back_end, server_back, third_back;
	struct side end, third;

	start();
	back = make_endpoint();
	end = make_side(2, fault);
	third = make_side(12, fault);
	back_end = give(&end, back, RIGHT_RECEIVE, 0);
	server_back = give(&server, back, RIGHT_CALL, 8);
	third_back = give(&third, back, RIGHT_CALL, 9);
	wait();
	message_call(client.thread, client_end, 1, 0);
	message_call(third.thread, third_back, 3, 0);
	message_call(server.thread, server_back, 2, 0);
	message_call(other.thread, other_end, 4, 0); /* lends 20 to the server, which has 10 in the queue */
	CHECK_KERNEL();
	message_reply(end.thread, back_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(BADGE(end.thread), 8);
	CU_ASSERT_EQUAL(end.thread->priority, 20);
	CHECK_KERNEL();
}

static void test_signals(void)
{
	uint64_t none;

	start();
	none = give(&other, endpoint, RIGHT_SIGNAL, 0);
	CHECK_STATUS(CALL(client.thread, SYSCALL_SIGNAL, client_end), STATUS_OK);
	CHECK_STATUS(CALL(other.thread, SYSCALL_SIGNAL, other_end), STATUS_OK);
	message_call(client.thread, client_end, 1, 0);
	wait();
	CU_ASSERT_EQUAL(LABEL(server.thread), MESSAGE_SIGNAL);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 3 | 4);
	/* The signals come first, but whoever waits behind them lends its priority already. */
	CU_ASSERT_EQUAL(server.thread->priority, 10);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(LABEL(server.thread), 1);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	CHECK_STATUS(CALL(other.thread, SYSCALL_SIGNAL, none), STATUS_OK);
	CHECK_KERNEL();
	CHECK_STATUS(CALL(other.thread, SYSCALL_SIGNAL, other_end), STATUS_OK);
	CHECK_KERNEL();
}

static void test_timer(void)
{
	start();
	fake.clock = 1000;
	NEED_STATUS(CALL(server.thread, SYSCALL_TIMER, server_end, 5000, 0x10), STATUS_OK);
	NEED_STATUS(CALL(server.thread, SYSCALL_TIMER, server_end, 3000, 0x20), STATUS_OK);
	CU_ASSERT_EQUAL(HERE.deadline, 3000);
	wait();
	fake.clock = 2999;
	interrupt(ARCH_IRQ_TIMER);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	fake.clock = 3000;
	interrupt(ARCH_IRQ_TIMER);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 0x20);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_READY);
	CU_ASSERT_EQUAL(HERE.deadline, TIMER_OFF);
	CHECK_KERNEL();
	NEED_STATUS(CALL(server.thread, SYSCALL_TIMER, server_end, 4000, 0x40), STATUS_OK);
	NEED_STATUS(CALL(server.thread, SYSCALL_TIMER, server_end, TIMER_OFF, 0), STATUS_OK);
	CU_ASSERT_EQUAL(HERE.deadline, TIMER_OFF);
	CHECK_KERNEL();
}

static void test_deadlock(void)
{
	uint64_t own, back, back_end, client_back, server_back;

	start();
	own = give(&server, endpoint, RIGHT_CALL, 1);
	back = make_endpoint();
	back_end = give(&client, back, RIGHT_RECEIVE, 0);
	server_back = give(&server, back, RIGHT_CALL, 2);
	client_back = give(&client, back, RIGHT_CALL, 2);
	wait();
	message_reply(client.thread, back_end, STATUS_OK, 0);
	/* The server of `back` in a call to the server of `endpoint`, which calls back. */
	message_call(other.thread, other_end, 1, 0);
	message_call(server.thread, own, 0, 0);
	CHECK_STATUS(STATUS(server.thread), STATUS_DEADLOCK);
	message_call(server.thread, server_back, 0, 0);
	CU_ASSERT_PTR_EQUAL(client.thread->caller, server.thread);
	message_call(client.thread, client_end, 0, 0);
	CHECK_STATUS(STATUS(client.thread), STATUS_DEADLOCK);
	message_call(client.thread, client_back, 0, 0);
	CHECK_STATUS(STATUS(client.thread), STATUS_DEADLOCK);
	CHECK_KERNEL();
}

static void test_long_chain(void)
{
	struct side link[20];
	uint64_t end[20], receive, onward;
	unsigned int index;

	start();
	for (index = 0; index < 20; index++) {
		end[index] = make_endpoint();
		link[index] = make_side(5, fault);
		receive = give(&link[index], end[index], RIGHT_RECEIVE, 0);
		message_reply(link[index].thread, receive, STATUS_OK, 0);
	}
	onward = give(&client, end[0], RIGHT_CALL, 1);
	message_call(client.thread, onward, 0, 0);
	for (index = 0; index < 19; index++) {
		onward = give(&link[index], end[index + 1], RIGHT_CALL, 1);
		message_call(link[index].thread, onward, 0, 0);
	}
	/* Everybody has to wait for somebody: too long a chain counts as a circle. */
	onward = give(&other, end[0], RIGHT_CALL, 1);
	message_call(other.thread, onward, 0, 0);
	CHECK_STATUS(STATUS(other.thread), STATUS_DEADLOCK);
	CHECK_KERNEL();
}

static void test_server_dies(void)
{
	struct side next;
	uint64_t next_end;

	start();
	wait();
	message_call(client.thread, client_end, 1, 55);
	destroy(server.thread_slot);
	message_call(other.thread, other_end, 2, 66);
	CHECK_KERNEL();
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	next = make_side(5, fault);
	next_end = give(&next, endpoint, RIGHT_RECEIVE, 0);
	message_reply(next.thread, next_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(LABEL(next.thread), 1);
	CU_ASSERT_EQUAL(WORD(next.thread, 0), 55);
	/* Nobody gets ahead of it, but the more urgent one behind it lends its priority. */
	CU_ASSERT_EQUAL(next.thread->priority, 20);
	CHECK_KERNEL();
	message_reply(next.thread, next_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(LABEL(next.thread), 2);
	CHECK_KERNEL();
}

/* The server is ready, in a queue, when it is stopped: the message in its hand is not lost. */
static void test_stop_queued(void)
{
	start();
	wait();
	message_call(client.thread, client_end, 1, 55);
	kernel_run_as(other.thread);
	CU_ASSERT(!queue_empty(&server.thread->link));
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	CHECK_KERNEL();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, server.thread_slot, 0, 0, 0), STATUS_OK);
	wait();
	CU_ASSERT_EQUAL(LABEL(server.thread), 1);
	CHECK_KERNEL();
}

static void test_caller_dies(void)
{
	start();
	wait();
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_end, 2, 0);
	destroy(client.thread_slot); /* in hand */
	CHECK_KERNEL();
	CU_ASSERT_PTR_NULL(server.thread->caller);
	destroy(other.thread_slot); /* queued */
	CHECK_KERNEL();
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	CHECK_KERNEL();
	destroy(server.thread_slot); /* receiving */
	CU_ASSERT(the_endpoint()->word <= ENDPOINT_PENDING);
	CU_ASSERT_PTR_NULL(the_endpoint()->server);
	CHECK_KERNEL();
}

static void test_endpoint_dies(void)
{
	start();
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_end, 2, 0);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, endpoint), STATUS_AGAIN);
	CHECK_STATUS(STATUS(other.thread), STATUS_DEAD);
	/* Whoever was answered cannot keep the endpoint alive by calling again. */
	message_call(other.thread, other_end, 2, 0);
	CHECK_STATUS(STATUS(other.thread), STATUS_DEAD);
	CHECK_KERNEL();
	destroy(endpoint);
	CHECK_STATUS(STATUS(client.thread), STATUS_DEAD);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_READY);
	CHECK_STATUS(CALL(client.thread, SYSCALL_SIGNAL, client_end), STATUS_DEAD);
	CHECK_KERNEL();
}

/* The kernel remembers the handle of a server: not beyond the handle's end, or the endpoint's. */
static void test_remembered_handle(void)
{
	start();
	wait();
	message_call(client.thread, client_end, 1, 0);
	NEED_STATUS(CALL(server.thread, SYSCALL_CLOSE, server_end), STATUS_OK);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CHECK_STATUS(STATUS(server.thread), STATUS_BAD_HANDLE);
	CU_ASSERT_PTR_EQUAL(server.thread->caller, client.thread);
	CU_ASSERT_EQUAL(give(&server, endpoint, RIGHT_CALL, 0), server_end);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CHECK_STATUS(STATUS(server.thread), STATUS_BAD_RIGHTS);
	CHECK_KERNEL();
	NEED_STATUS(CALL(server.thread, SYSCALL_CLOSE, server_end), STATUS_OK);
	CU_ASSERT_EQUAL(give(&server, endpoint, RIGHT_RECEIVE, 0), server_end);
	wait();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	CALL(client.thread, SYSCALL_SIGNAL, client_end);
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_end, 2, 0);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, endpoint), STATUS_AGAIN);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CHECK_STATUS(STATUS(server.thread), STATUS_DEAD);
	destroy(endpoint);
	CHECK_KERNEL();
}

static void test_endpoint_in_use(void)
{
	start();
	wait();
	message_call(client.thread, client_end, 1, 0);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, endpoint), STATUS_BUSY);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	destroy(endpoint);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_STOPPED);
	CHECK_KERNEL();
}

/* While one thread has a message of the endpoint in hand no other one receives there. */
static void test_second_server(void)
{
	uint64_t slot;
	struct thread *second;

	start();
	slot = make_thread(server.task_slot, 5, fault);
	second = thread_at(slot);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, slot, 0, 0, 0), STATUS_OK);
	wait();
	message_reply(second, server_end, STATUS_OK, 0);
	CHECK_STATUS(STATUS(second), STATUS_BUSY);
	message_call(client.thread, client_end, 1, 0);
	message_reply(second, server_end, STATUS_OK, 0);
	CHECK_STATUS(STATUS(second), STATUS_BUSY);
	CHECK_KERNEL();
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, endpoint), STATUS_BUSY);
	destroy(server.thread_slot);
	message_reply(second, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(LABEL(second), 1);
	CHECK_KERNEL();
}

/* One thread, two endpoints: the answer goes to the first one's caller, whatever it waits at next. */
static void test_two_endpoints(void)
{
	uint64_t second, second_end, other_second;

	start();
	second = make_endpoint();
	second_end = give(&server, second, RIGHT_RECEIVE, 0);
	other_second = give(&other, second, RIGHT_CALL, 0);
	wait();
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_second, 2, 0);
	message_reply(server.thread, second_end, STATUS_NOT_FOUND, 0);
	CHECK_STATUS(STATUS(client.thread), STATUS_NOT_FOUND);
	CU_ASSERT_EQUAL(LABEL(server.thread), 2);
	CHECK_KERNEL();
	destroy(endpoint);
	message_reply(server.thread, second_end, STATUS_OK, 0);
	CHECK_KERNEL();
}

static struct thread *fault_of(struct thread *thread)
{
	static const uint64_t position[4] = { 1, 2, 3, 4 };

	return thread_fault(thread, 0xdead, 0xe5, position);
}

static void test_fault(void)
{
	struct side keeper;
	uint64_t keeper_end;

	start();
	keeper = make_side(25, fault);
	keeper_end = give(&keeper, fault, RIGHT_RECEIVE, 0);
	message_reply(keeper.thread, keeper_end, STATUS_OK, 0);
	kernel_run_as(client.thread);
	KERNEL_ENTER(fault_of(client.thread));
	CU_ASSERT_EQUAL(BADGE(keeper.thread), 77);
	CU_ASSERT_EQUAL(WORD(keeper.thread, 0), 0xdead);
	CU_ASSERT_EQUAL(WORD(keeper.thread, 5), 4);
	CU_ASSERT_EQUAL(WORD(keeper.thread, 6), 0);
	message_reply(keeper.thread, keeper_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_FAULTED);
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_START, client.thread_slot, 0, 0, 0), STATUS_BAD_STATE);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, client.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, client.thread_slot, 0, 0, 0), STATUS_OK);
	wait();
	message_call(client.thread, client_end, 1, 0);
	CU_ASSERT_EQUAL(BADGE(server.thread), 3);
	CHECK_KERNEL();
}

/* Its fault endpoint has ended: its end must not be silent, and guests and servers go on. */
static void test_unheard(void)
{
	struct side side;

	start();
	wait();
	side = make_side(25, fault);
	destroy(fault);
	kernel_run_as(side.thread);
	fake.console_used = 0;
	memset(fake.console, 0, sizeof(fake.console));
	KERNEL_ENTER(fault_of(side.thread));
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.console, "a task nobody watches over has died: "
				      "syndrome 00000000000000e5, address 000000000000dead, pc 0"));
	CU_ASSERT_EQUAL(side.thread->state, THREAD_FAULTED);
	message_call(client.thread, client_end, 1, 0);
	CU_ASSERT_EQUAL(BADGE(server.thread), 3);
}

static const struct suite_test tests[] = {
	{ "a call switches to the server, and the reply back", test_switch },
	{ "callers queue by priority, equals in turn", test_queue },
	{ "priority is lent along a chain of callers", test_lending },
	{ "priority lent to somebody queued moves them forward", test_lending_queued },
	{ "signals add up and come before messages", test_signals },
	{ "a timer signals once, at its last deadline", test_timer },
	{ "a call that would wait for itself is refused", test_deadlock },
	{ "a chain longer than the kernel follows is refused", test_long_chain },
	{ "the message of a server that died comes first for the next", test_server_dies },
	{ "a server stopped while it is preempted gives its message back", test_stop_queued },
	{ "callers die in hand and in the queue, a server while it waits", test_caller_dies },
	{ "an endpoint's end answers its callers, and no new one comes", test_endpoint_dies },
	{ "a server's remembered handle ends with it", test_remembered_handle },
	{ "an endpoint with a message in hand is busy", test_endpoint_in_use },
	{ "an endpoint has one server while a message is in hand", test_second_server },
	{ "a server may answer for one endpoint and wait at another", test_two_endpoints },
	{ "a faulting thread stops and is reported", test_fault },
	{ "a fault that nobody hears is told on the console", test_unheard },
};

int main(void)
{
	return suite_run("kernel endpoints", tests, sizeof(tests) / sizeof(tests[0]));
}
