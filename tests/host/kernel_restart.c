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
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_STATE), THREAD_IS_RUNNING);
	/* It runs on, as if nothing had been. */
	RUNS_AT(1, client.thread);
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC);
	message_call(client.thread, client_end, 11, 0);
	message_call(other.thread, other_end, 12, 0);
	look_all();
	check_hand(11, 3, 1);
	CU_ASSERT_EQUAL(get(&server, THREAD_GET_STATE), THREAD_IS_RUNNING);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_STATE), THREAD_IS_CALLING);
	CU_ASSERT_EQUAL(get(&other, THREAD_GET_STATE), THREAD_IS_CALLING);
	receive(&server, server_end);
	check_hand(12, 4, 2);
	stop(&other);
	check_hand(0, 0, 0);
	CU_ASSERT_EQUAL(get(&other, THREAD_GET_STATE), THREAD_IS_STOPPED);
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_GET, client.thread_slot, 99), STATUS_NOT_SUPPORTED);
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_GET, client.thread_slot, THREAD_GET_CALLS + 1),
		     STATUS_NOT_SUPPORTED);
	/* Of itself, too. */
	fake.cpu[0].pc = PC + 4;
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_GET, SLOT_SELF_THREAD, VCPU_PC), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], PC + 4);
	CU_ASSERT_EQUAL(fake.cpu[0].pc, PC + 4);
}

/* A thread that is ready has its CPU, or would have it if the asker had not, or waits for it. */
static void test_running(void)
{
	struct side urgent, slow, equal;

	start();
	urgent = make_side_on(AT(1), 15, fault);
	look_all();
	RUNS_AT(1, urgent.thread);
	CU_ASSERT_EQUAL(get(&urgent, THREAD_GET_STATE), THREAD_IS_RUNNING);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_STATE), THREAD_IS_READY);
	stop(&urgent);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_STATE), THREAD_IS_RUNNING);
	/* At the asker's own CPU nobody else runs: the first in line did. */
	slow = make_side_on(AT(0), 5, fault);
	CU_ASSERT_EQUAL(get(&slow, THREAD_GET_STATE), THREAD_IS_RUNNING);
	equal = make_side_on(AT(0), 5, fault);
	CU_ASSERT_EQUAL(get(&slow, THREAD_GET_STATE), THREAD_IS_RUNNING);
	CU_ASSERT_EQUAL(get(&equal, THREAD_GET_STATE), THREAD_IS_READY);
	urgent = make_side_on(AT(0), 15, fault);
	CU_ASSERT_EQUAL(get(&urgent, THREAD_GET_STATE), THREAD_IS_RUNNING);
	CU_ASSERT_EQUAL(get(&slow, THREAD_GET_STATE), THREAD_IS_READY);
}

/* Without a budget it is ready and does not run. */
static void test_spent(void)
{
	struct side limited;

	start();
	limited = make_side_on(AT(1), 15, fault);
	stop(&limited);
	set_schedule(limited.thread_slot, AT(1), 100, 1000);
	begin(&limited);
	CU_ASSERT_EQUAL(get(&limited, THREAD_GET_STATE), THREAD_IS_RUNNING);
	pass(fake.clock + 200);
	CU_ASSERT_EQUAL(limited.thread->state, THREAD_SPENT);
	CU_ASSERT_EQUAL(get(&limited, THREAD_GET_STATE), THREAD_IS_READY);
	pass(fake.clock + 850);
	CU_ASSERT_EQUAL(get(&limited, THREAD_GET_STATE), THREAD_IS_RUNNING);
}

/* Only calls that wait for all other CPUs count, and only when it was their turn. */
static void test_counted(void)
{
	uint64_t before;

	start();
	before = get(&client, THREAD_GET_CALLS);
	CALL(client.thread, SYSCALL_CLOCK);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_CALLS), before);
	CALL(client.thread, SYSCALL_CLOSE, 99);
	CALL(client.thread, SYSCALL_OBJECT_INFO, client_end);
	CU_ASSERT_EQUAL(get(&client, THREAD_GET_CALLS), before + 2);
	CU_ASSERT_EQUAL(get(&other, THREAD_GET_CALLS), 0);
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

/* --- The cut, wherever it finds the server -------------------------------------------------- */

/* What the server has got now. */
static void check_got(uint64_t label, uint64_t sequence)
{
	CU_ASSERT_EQUAL(LABEL(server.thread), label);
	CU_ASSERT_EQUAL(server.thread->context.x[3], sequence);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_READY);
}

static void cut(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	CHECK_KERNEL();
	begin(&server);
	CU_ASSERT_EQUAL(server.thread->context.pc, 0x1000);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_READY);
}

static void test_waits(void)
{
	start();
	cut();
	RUNS_AT(3, server.thread);
	receive(&server, server_end);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	cut();
	/* Who comes before it is there again queues. */
	message_call(client.thread, client_end, 1, 0);
	look_all();
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	receive(&server, server_end);
	check_got(1, 1);
	receive(&server, server_end);
	RUNS_AT(1, client.thread);
}

/* Life after life over the same message: its number stays, and nobody else's is the same. */
static void test_deaths(void)
{
	unsigned int life;

	start();
	message_call(client.thread, client_end, 1, 0x11);
	look_all();
	check_got(1, 1);
	message_call(other.thread, other_end, 2, 0x22);
	look_all();
	for (life = 0; life < 5; life++) {
		cut();
		/* As urgent as who waits: before it has received for the first time. */
		CU_ASSERT_EQUAL(server.thread->priority, 20);
		if (life % 2)
			cut(); /* before it has the message */
		receive(&server, server_end);
		check_got(1, 1);
		CU_ASSERT_EQUAL(WORD(server.thread, 0), 0x11);
		RUNS_AT(1, server.thread);
	}
	receive(&server, server_end);
	check_got(2, 2);
	cut();
	receive(&server, server_end);
	check_got(2, 2);
	receive(&server, server_end);
	message_call(client.thread, client_end, 3, 0);
	look_all();
	check_got(3, 3);
}

/* Behind what came back the others keep their order, and signals come before it. */
static void test_order(void)
{
	struct side third;
	uint64_t third_end;

	start();
	third = make_side_on(AT(0), 15, fault);
	third_end = give(&third, endpoint, RIGHT_CALL, 5);
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_end, 2, 0);
	boot_rest();
	message_call(third.thread, third_end, 3, 0);
	look_all();
	check_got(1, 1);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, endpoint), STATUS_OK);
	begin(&server);
	receive(&server, server_end);
	if (LABEL(server.thread) == MESSAGE_SIGNAL)
		receive(&server, server_end);
	check_got(1, 1);
	receive(&server, server_end);
	check_got(2, 2);
	receive(&server, server_end);
	check_got(3, 3);
}

static void test_signals(void)
{
	uint64_t line;

	start();
	line = give(&other, endpoint, RIGHT_SIGNAL, 6);
	CALL(other.thread, SYSCALL_SIGNAL, line);
	look_all();
	check_got(MESSAGE_SIGNAL, 0);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 6);
	/* They are gone with it; a new life looks at every source. */
	cut();
	receive(&server, server_end);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	/* While it is down they gather, and come before the message that came back. */
	message_call(client.thread, client_end, 1, 0);
	look_all();
	check_got(1, 1);
	stop(&server);
	CALL(other.thread, SYSCALL_SIGNAL, line);
	look_all();
	begin(&server);
	receive(&server, server_end);
	CU_ASSERT_EQUAL(LABEL(server.thread), MESSAGE_SIGNAL);
	cut();
	receive(&server, server_end);
	check_got(1, 1);
}

/* Whose message came back is stopped or ends before it is taken again: its number is used up. */
static void test_caller_goes(void)
{
	unsigned int ends;

	for (ends = 0; ends < 2; ends++) {
		start();
		message_call(client.thread, client_end, 1, 0);
		message_call(other.thread, other_end, 2, 0);
		look_all();
		check_got(1, 1);
		NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
		if (ends)
			destroy(client.thread_slot);
		else
			stop(&client);
		begin(&server);
		CU_ASSERT_EQUAL(server.thread->priority, 20);
		receive(&server, server_end);
		check_got(2, 2);
		/* The same while it is in hand: the next life hears nothing of it. */
		stop(&other);
		CU_ASSERT_PTR_NULL(server.thread->caller);
		cut();
		CU_ASSERT_EQUAL(server.thread->priority, 5);
		receive(&server, server_end);
		CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
		begin(&other);
		message_call(other.thread, other_end, 3, 0);
		look_all();
		check_got(3, 3);
	}
}

/* The server waits for another one itself, in its queue or in its hand. */
static void test_calls(void)
{
	uint64_t back_endpoint, back_end, onward;
	struct side back;

	start();
	back_endpoint = make_endpoint();
	back = make_side_on(AT(3), 8, fault);
	back_end = give(&back, back_endpoint, RIGHT_RECEIVE, 0);
	onward = give(&server, back_endpoint, RIGHT_CALL, 9);
	message_call(client.thread, client_end, 1, 0);
	look_all();
	message_call(server.thread, onward, 5, 0);
	look_all();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SENDING);
	cut();
	CU_ASSERT(queue_empty(&((struct endpoint *)object_at(back_endpoint))->callers));
	receive(&server, server_end);
	check_got(1, 1);
	receive(&back, back_end);
	message_call(server.thread, onward, 6, 0);
	look_all();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_CALLING);
	RUNS_AT(1, back.thread);
	cut();
	/* The answer goes nowhere. */
	message_reply(back.thread, back_end, STATUS_OK, 0x66);
	look_all();
	CU_ASSERT_EQUAL(server.thread->context.x[0], 7);
	receive(&server, server_end);
	check_got(1, 1);
	message_call(server.thread, onward, 7, 0);
	look_all();
	CU_ASSERT_EQUAL(LABEL(back.thread), 7);
	CU_ASSERT_EQUAL(back.thread->context.x[3], 2);
}

static struct thread *fault_of(struct thread *thread)
{
	static const uint64_t position[4];

	return thread_fault(thread, 0xdead, 0xe5, position);
}

static void die(void)
{
	kernel_run_as(server.thread);
	KERNEL_ENTER(fault_of(server.thread));
	look_all();
}

/* It has faulted: its report waits, is in the hand of who watches, or comes back with its end. */
static void test_faulted(void)
{
	start();
	message_call(client.thread, client_end, 1, 0);
	look_all();
	die();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SENDING);
	cut();
	receive(&server, server_end);
	check_got(1, 1);
	die();
	receive(&other, other_watches);
	CU_ASSERT_EQUAL(LABEL(other.thread), FAULT_LABEL_TASK);
	/* Only the last death is told. */
	CU_ASSERT_EQUAL(other.thread->context.x[3], 1);
	/* Who watches is cut over it, and hears it again. */
	stop(&other);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SENDING);
	begin(&other);
	receive(&other, other_watches);
	CU_ASSERT_EQUAL(LABEL(other.thread), FAULT_LABEL_TASK);
	CU_ASSERT_EQUAL(other.thread->context.x[3], 1);
	cut();
	CU_ASSERT_PTR_NULL(other.thread->caller);
	receive(&other, other_watches);
	CU_ASSERT_EQUAL(other.thread->state, THREAD_RECEIVING);
	receive(&server, server_end);
	check_got(1, 1);
	receive(&server, server_end);
	RUNS_AT(1, client.thread);
}

/* --- Any order of all that ------------------------------------------------------------------ */

#define CALLERS 5
#define STEPS 20000
#define NUMBERS 65536

static struct side callers[CALLERS];
static uint64_t ends[CALLERS], asked[CALLERS], last, answered, cuts, again;
static uint16_t label_of[NUMBERS], number_of[NUMBERS];
static uint64_t seed;

static uint64_t pick(uint64_t count)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % count;
}

/* A number belongs to one message and a message has one number, however often it is delivered. */
static void check_number(void)
{
	uint64_t label = LABEL(server.thread), sequence = server.thread->context.x[3];

	CU_ASSERT_FATAL(label < NUMBERS && sequence < NUMBERS);
	again += label_of[sequence] == label;
	CU_ASSERT_FATAL(label_of[sequence] == 0 || label_of[sequence] == label);
	CU_ASSERT_FATAL(number_of[label] == 0 || number_of[label] == sequence);
	label_of[sequence] = label;
	number_of[label] = sequence;
}

static bool can_run(const struct thread *thread)
{
	return thread->state == THREAD_READY && thread->cpu &&
	       (thread->cpu->current == thread || !queue_empty(&thread->link));
}

/* The server answers with the message's own label, and takes the next. */
static void serve(void)
{
	if (!can_run(server.thread))
		return;
	message_reply(server.thread, server_end, STATUS_OK, LABEL(server.thread));
	look_all();
	if (server.thread->state == THREAD_READY && LABEL(server.thread) != MESSAGE_SIGNAL)
		check_number();
}

static void ask(unsigned int index)
{
	struct thread *caller = callers[index].thread;

	if (caller->state == THREAD_STOPPED)
		begin(&callers[index]);
	if (!can_run(caller))
		return;
	if (asked[index]) {
		CU_ASSERT_EQUAL(WORD(caller, 0), asked[index]);
		answered++;
	}
	asked[index] = ++last;
	message_call(caller, ends[index], last, 0);
	look_all();
	if (server.thread->caller == caller)
		check_number();
}

static void step(void)
{
	uint64_t what = pick(20), index = pick(CALLERS);

	if (what < 8) {
		ask(index);
	} else if (what < 14) {
		serve();
	} else if (what < 16) {
		cuts++;
		stop(&server);
		if (pick(3))
			begin(&server);
	} else if (what == 16) {
		asked[index] = 0;
		stop(&callers[index]);
	} else if (what == 17) {
		NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, endpoint), STATUS_OK);
		look_all();
	} else if (what == 18 && server.thread->state == THREAD_STOPPED) {
		begin(&server);
	} else if (what == 19 && can_run(server.thread)) {
		die();
	}
}

static void test_any(void)
{
	unsigned int index;
	const char *wrong = NULL;

	seed = 0x9e3779b97f4a7c15;
	answered = again = cuts = 0;
	start();
	for (index = 0; index < CALLERS; index++) {
		callers[index] = make_side_on(AT(index % 4), 6 + 3 * index, fault);
		ends[index] = give(&callers[index], endpoint, RIGHT_CALL, index);
	}
	for (index = 0; index < STEPS && !wrong; index++) {
		step();
		wrong = kernel_wrong();
	}
	CU_assertImplementation(!wrong, __LINE__, wrong ? wrong : "", __FILE__, "", CU_TRUE);
	CU_ASSERT(answered > STEPS / 20);
	CU_ASSERT(cuts > STEPS / 20);
	CU_ASSERT(again > STEPS / 40);
}

static const struct suite_test tests[] = {
	{ "a thread's registers, state and message are read", test_get },
	{ "one that is ready runs, or waits for its CPU", test_running },
	{ "or for its budget", test_spent },
	{ "its calls count that wait for all CPUs", test_counted },
	{ "a thread that exits is reported with its code", test_exit },
	{ "a server that waits is cut, and who comes meanwhile queues", test_waits },
	{ "life after life gets the same message with the same number", test_deaths },
	{ "the others keep their order behind it", test_order },
	{ "signals end with the life that had them; later ones come first", test_signals },
	{ "nobody gets the number of a caller that went away", test_caller_goes },
	{ "a server that calls another one is cut", test_calls },
	{ "one that has faulted is cut at any stage of its report", test_faulted },
	{ "in any order a message has one number and gets one answer", test_any },
};

int main(void)
{
	return suite_run("kernel restart", tests, sizeof(tests) / sizeof(tests[0]));
}
