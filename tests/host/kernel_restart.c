/* SPDX-License-Identifier: Apache-2.0 */
/* The cut: what others see of a server that ends at any point and is started again. */
#include <string.h>

#include "gen/fault.h"
#include "tests/host/kernel_harness.h"

#define PC 0x4320 /* where the hardware is with somebody who runs */

static uint64_t fault, endpoint;
static struct side server, client, other;
static uint64_t server_end, client_end, other_end, other_watches;

/* CPU 0 cuts what runs at 1 to 3; the server's own CPU is 3, `other` is the more urgent caller. */
static void start(void)
{
	kernel_start_cpus(4);
	fault = make_endpoint();
	endpoint = make_endpoint();
	server = make_side_on(AT(3), 5, fault);
	client = make_side_on(AT(1), 10, fault);
	other = make_side_on(AT(2), 20, fault);
	server_end = give(&server, endpoint, RIGHT_RECEIVE | RIGHT_SIGNAL, 1);
	client_end = give(&client, endpoint, RIGHT_CALL, 3);
	other_end = give(&other, endpoint, RIGHT_CALL, 4);
	other_watches = give(&other, fault, RIGHT_RECEIVE, 0);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
}

static void stop(const struct side *side)
{
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, side->thread_slot), STATUS_OK);
	look_all();
}

static void begin(const struct side *side)
{
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, side->thread_slot, 0x1000, 0x2000, 7, 8), STATUS_OK);
	look_all();
}

static void receive(const struct side *side, uint64_t slot)
{
	message_reply(side->thread, slot, STATUS_OK, 0);
	look_all();
}

static uint64_t get(const struct side *side, uint64_t number)
{
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_GET, side->thread_slot, number), STATUS_OK);
	look_all();
	return boot->context.x[1];
}

static void check_hand(uint64_t label, uint64_t badge, uint64_t sequence)
{
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_LABEL), label);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_BADGE), badge);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_SEQUENCE), sequence);
}

/* --- What is known of a thread ------------------------------------------------------------- */

static void test_get(void)
{
	start();
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_STATE), THREAD_IS_WAITING);
	check_hand(0, 0, 0);
	fake.cpu[1].pc = PC;
	CU_ASSERT_EQUAL(get(&client, VCPU_PC), PC);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_STATE), THREAD_IS_READY);
	/* It runs on, as if nothing had been. */
	RUNS_AT(1, client.thread);
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC);
	message_call(client.thread, client_end, 11, 0);
	message_call(other.thread, other_end, 12, 0);
	look_all();
	check_hand(11, 3, 1);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_STATE), THREAD_IS_READY);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_STATE), THREAD_IS_CALLING);
	CU_ASSERT_EQUAL(get(&other, THREAD_GET_STATE), THREAD_IS_CALLING);
	receive(&server, server_end);
	check_hand(12, 4, 2);
	stop(&other);
	check_hand(0, 0, 0);
	CU_ASSERT_EQUAL(get(&other, THREAD_GET_STATE), THREAD_IS_STOPPED);
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_GET, client.thread_slot, 99), STATUS_NOT_SUPPORTED);
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_GET, client.thread_slot, THREAD_GET_SEQUENCE + 1),
		     STATUS_NOT_SUPPORTED);
	/* Of itself, too. */
	fake.cpu[0].pc = PC + 4;
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_GET, SLOT_SELF_THREAD, VCPU_PC), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], PC + 4);
	CU_ASSERT_EQUAL(fake.cpu[0].pc, PC + 4);
}

static void test_exit(void)
{
	static const uint64_t nothing[MESSAGE_WORDS];

	start();
	receive(&other, other_watches);
	message_call(client.thread, client_end, 11, 0);
	look_all();
	RUNS_AT(1, server.thread);
	CALL(server.thread, SYSCALL_EXIT, 0x55);
	look_all();
	/* Reported, with the message still in its hand. */
	CU_ASSERT_EQUAL(LABEL(other.thread), FAULT_LABEL_TASK);
	CU_ASSERT_EQUAL(BADGE(other.thread), 77);
	CU_ASSERT_EQUAL(WORD(other.thread, 0), 0x55);
	CU_ASSERT_EQUAL(WORD(other.thread, 1), FAULT_EXIT);
	CU_ASSERT(memcmp(&WORD(other.thread, 2), nothing, 6 * sizeof(uint64_t)) == 0);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_STATE), THREAD_IS_FAULTED);
	check_hand(11, 3, 1);
	receive(&other, other_watches);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_STATE), THREAD_IS_FAULTED);
	stop(&server);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_STATE), THREAD_IS_STOPPED);
	begin(&server);
	CU_ASSERT_EQUAL(server.thread->context.x[0], 7);
	CU_ASSERT_EQUAL(server.thread->context.x[1], 8);
	receive(&server, server_end);
	check_hand(11, 3, 1);
}

static const struct suite_test tests[] = {
	{ "a thread's registers, state and message are read", test_get },
	{ "a thread that exits is reported with its code", test_exit },
};

int main(void)
{
	return suite_run("kernel restart", tests, sizeof(tests) / sizeof(tests[0]));
}
