/* SPDX-License-Identifier: Apache-2.0 */
/* Budgets: when a thread runs, to the tick, and that it never takes more than it has. */
#include "tests/host/kernel_harness.h"

#define THREADS 4 /* of the last tests; there is a CPU for each */
#define BEGIN 5000ul /* on the clock; the tests count from there */

static uint64_t fault, endpoint;
static struct side server;
static uint64_t server_end;

static struct side make_limited(uint64_t mask, unsigned int priority, uint64_t budget, uint64_t period)
{
	struct side side = make_side_on(mask, priority, fault);

	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, side.thread_slot), STATUS_OK);
	set_schedule(side.thread_slot, mask, budget, period);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, side.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	return side;
}

/* A server that waits, with this budget for its own; it and its callers have CPU 1. */
static void start(uint64_t budget, uint64_t period)
{
	kernel_start_cpus(1 + THREADS);
	fault = make_endpoint();
	endpoint = make_endpoint();
	server = make_limited(AT(1), 10, budget, period);
	server_end = give(&server, endpoint, RIGHT_RECEIVE | RIGHT_SIGNAL, 0);
	look_all();
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
	fake.clock = BEGIN;
}

static void wait(void)
{
	message_reply(server.thread, server_end, STATUS_OK, 0);
}

static void wake(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, endpoint), STATUS_OK);
	look_all();
}

static bool runs(const struct thread *thread)
{
	return thread->cpu && thread->cpu->current == thread && thread->state == THREAD_READY &&
	       queue_empty(&thread->link);
}

/* The thread runs from `first` to `last`, counted from BEGIN, and neither before nor after. */
static void check_runs(const struct thread *thread, uint64_t first, uint64_t last)
{
	pass(BEGIN + first - 1);
	CU_ASSERT(!runs(thread));
	pass(BEGIN + first);
	CU_ASSERT(runs(thread));
	pass(BEGIN + last - 1);
	CU_ASSERT(runs(thread));
	pass(BEGIN + last);
	CU_ASSERT(!runs(thread));
}

static void test_exact(void)
{
	uint64_t period;
	struct side side;

	start(0, 0);
	side = make_limited(AT(1), 10, 100, 1000);
	look_all();
	CU_ASSERT(runs(side.thread));
	pass(BEGIN + 99);
	CU_ASSERT(runs(side.thread));
	pass(BEGIN + 100);
	CU_ASSERT_EQUAL(side.thread->state, THREAD_SPENT);
	CU_ASSERT(fake.cpu[1].idle);
	for (period = 1; period < 6; period++)
		check_runs(side.thread, 1000 * period, 1000 * period + 100);
}

/* Without a limit, and with one as long as the period, nobody is ever stopped. */
static void test_full(void)
{
	uint64_t index;
	struct side side;

	start(0, 0);
	side = make_limited(AT(1), 10, 50, 50);
	look_all();
	for (index = 0; index < 500; index++) {
		pass(BEGIN + index);
		CU_ASSERT(runs(side.thread));
	}
}

/* What was used in an activation comes back one period after that one began. */
static void test_split(void)
{
	start(100, 1000);
	wake();
	pass(BEGIN + 30);
	wait();
	pass(BEGIN + 200);
	wake();
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 269);
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 270);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SPENT);
	check_runs(server.thread, 1000, 1030);
	check_runs(server.thread, 1200, 1270);
	check_runs(server.thread, 2000, 2030);
	check_runs(server.thread, 2200, 2270);
}

/* Ten periods without need leave one budget, whatever it was that kept the thread. */
static void test_saved(void)
{
	start(100, 1000);
	pass(BEGIN + 10000);
	wake();
	pass(BEGIN + 10099);
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 10100);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SPENT);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	pass(BEGIN + 20000);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, server.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	pass(BEGIN + 20099);
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 20100);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SPENT);
	/* Nor does a new start bring anything before its time. */
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, server.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	pass(BEGIN + 21060);
	CU_ASSERT(runs(server.thread));
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, server.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	pass(BEGIN + 21099);
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 21100);
	CU_ASSERT(!runs(server.thread));
}

/* Who is preempted does not pay meanwhile; its activation began when it woke up, and lasts. */
static void test_preempted(void)
{
	struct side side, urgent;

	start(0, 0);
	side = make_limited(AT(1), 10, 100, 1000);
	look_all();
	pass(BEGIN + 40);
	urgent = make_side_on(AT(1), 20, fault);
	CU_ASSERT(runs(urgent.thread));
	pass(BEGIN + 500);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, urgent.thread_slot), STATUS_OK);
	look_all();
	CU_ASSERT(runs(side.thread));
	pass(BEGIN + 559);
	CU_ASSERT(runs(side.thread));
	pass(BEGIN + 560);
	CU_ASSERT(!runs(side.thread));
	check_runs(side.thread, 1000, 1100);
	check_runs(side.thread, 2000, 2100);
}

/* More activations than the kernel keeps apart: the last ones come back together, and late. */
static void test_ring(void)
{
	unsigned int index;

	start(200, 10000);
	for (index = 0; index < CHUNKS + 1; index++) {
		pass(BEGIN + 100 * index);
		wake();
		pass(BEGIN + 100 * index + 10);
		wait();
	}
	pass(BEGIN + 900);
	wake();
	pass(BEGIN + 1009);
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 1010);
	CU_ASSERT(!runs(server.thread));
	CU_ASSERT_EQUAL(server.thread->schedule.count, CHUNKS);
	/* One chunk was the rest, so these were kept apart; the next three came back with the last. */
	for (index = 0; index < CHUNKS - 2; index++)
		check_runs(server.thread, 10000 + 100 * index, 10010 + 100 * index);
	check_runs(server.thread, 10800, 10830);
	check_runs(server.thread, 10900, 11010);
}

/* The server has no limit of its own; it works on the caller's budget, and finishes. */
static void test_debt(void)
{
	struct side side;
	uint64_t end;

	start(0, 0);
	side = make_limited(AT(1), 10, 100, 1000);
	end = give(&side, endpoint, RIGHT_CALL, 1);
	look_all();
	pass(BEGIN + 90);
	message_call(side.thread, end, 1, 0);
	pass(BEGIN + 139);
	CU_ASSERT(runs(server.thread));
	pass(BEGIN + 140);
	wait();
	look_all();
	CU_ASSERT_EQUAL(STATUS(side.thread), STATUS_OK);
	CU_ASSERT_EQUAL(side.thread->state, THREAD_SPENT);
	CU_ASSERT(side.thread->schedule.spent);
	/* The 40 that it owes are taken from the next 100. */
	check_runs(side.thread, 1000, 1060);
	check_runs(side.thread, 2000, 2100);
	check_runs(side.thread, 3000, 3100);
}

/* A chain of servers works on the budget of whose message it is, not on their own. */
static void test_chain(void)
{
	struct side side, back;
	uint64_t end, back_endpoint, back_end, onward;

	start(50, 1000);
	back_endpoint = make_endpoint();
	back = make_limited(AT(2), 10, 20, 1000);
	back_end = give(&back, back_endpoint, RIGHT_RECEIVE, 0);
	onward = give(&server, back_endpoint, RIGHT_CALL, 1);
	look_all();
	message_reply(back.thread, back_end, STATUS_OK, 0);
	side = make_limited(AT(1), 10, 500, 1000);
	end = give(&side, endpoint, RIGHT_CALL, 1);
	look_all();
	message_call(side.thread, end, 1, 0);
	pass(BEGIN + 100);
	message_call(server.thread, onward, 2, 0);
	pass(BEGIN + 150);
	/* Whenever the kernel looks who is to run, it looks also who pays. */
	on_cpu(1);
	interrupt(FAKE_IRQ_MAINTENANCE);
	pass(BEGIN + 250);
	CU_ASSERT(runs(back.thread));
	message_reply(back.thread, back_end, STATUS_OK, 0);
	pass(BEGIN + 300);
	wait();
	CU_ASSERT(!server.thread->schedule.spent);
	CU_ASSERT(!back.thread->schedule.spent);
	pass(BEGIN + 499);
	CU_ASSERT(runs(side.thread));
	pass(BEGIN + 500);
	CU_ASSERT(!runs(side.thread));
}

static void test_vcpu(void)
{
	struct vcpu *vcpu;
	uint64_t vm, slot;

	start(0, 0);
	vm = make_vm(fault, 9);
	slot = make_vcpu(vm, 0, 5);
	vcpu = vcpu_at(slot);
	set_schedule(slot, AT(1), 100, 1000);
	NEED_STATUS(CALL(boot, SYSCALL_ROUTE, vm, EXIT_MMIO, 0x1000, 0x1fff, endpoint, 7), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	look_all();
	CU_ASSERT(runs(&vcpu->thread));
	pass(BEGIN + 90);
	exit_mmio(vcpu, 0x1000, false, 0);
	pass(BEGIN + 150);
	CU_ASSERT(runs(server.thread));
	/* On the way back, which asks no scheduler, it stops; its exit is done. */
	message_reply(server.thread, server_end, STATUS_OK, 0x77);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SPENT);
	CU_ASSERT_EQUAL(vcpu->arch.value, 0x77);
	CU_ASSERT(fake.cpu[1].idle);
	check_runs(&vcpu->thread, 1000, 1050);
	/* Asleep it pays nothing. */
	pass(BEGIN + 2040);
	CU_ASSERT(runs(&vcpu->thread));
	exit_wait(vcpu);
	pass(BEGIN + 2500);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_KICK, slot), STATUS_OK);
	look_all();
	CU_ASSERT(runs(&vcpu->thread));
	pass(BEGIN + 2559);
	CU_ASSERT(runs(&vcpu->thread));
	pass(BEGIN + 2560);
	CU_ASSERT(!runs(&vcpu->thread));
}

/* Who waits for a server must not wait for the server's budget: before it is spent, or after. */
static void test_callers(void)
{
	struct side before, after;
	uint64_t before_end, after_end;

	start(50, 1000);
	before = make_side_on(AT(2), 5, fault);
	after = make_side_on(AT(0), 5, fault);
	before_end = give(&before, endpoint, RIGHT_CALL, 1);
	after_end = give(&after, endpoint, RIGHT_CALL, 2);
	wake();
	pass(BEGIN + 40);
	message_call(before.thread, before_end, 1, 0);
	pass(BEGIN + 80);
	CU_ASSERT(runs(server.thread));
	wait();
	look_all();
	RUNS_AT(2, server.thread);
	CU_ASSERT(server.thread->schedule.spent);
	wait();
	look_all();
	/* Its own activity now waits for a budget, 30 of which it has used already. */
	wake();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SPENT);
	pass(BEGIN + 500);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_SPENT);
	boot_rest();
	message_call(after.thread, after_end, 2, 0);
	look_all();
	CU_ASSERT(runs(server.thread));
	wait();
	look_all();
	RUNS_AT(0, server.thread);
	CU_ASSERT_EQUAL(LABEL(server.thread), 2);
}

/* --- Any window ---------------------------------------------------------------------------- */

#define TICKS 6000
#define PERIOD 200

static uint8_t used[THREADS][TICKS];
static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t pick(uint64_t count)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % count;
}

/* Threads wake up and wait as it happens; what each used in each tick is noted. */
static void live(struct side *side, const uint64_t *ends, const uint64_t *own)
{
	uint64_t tick, index;

	for (tick = 0; tick < TICKS; tick++) {
		pass(BEGIN + tick);
		for (index = 0; index < THREADS; index++) {
			if (pick(40) == 0)
				CALL(boot, SYSCALL_SIGNAL, ends[index]);
			else if (runs(side[index].thread) && pick(30) == 0)
				message_reply(side[index].thread, own[index], STATUS_OK, 0);
			look_all();
		}
		for (index = 0; index < THREADS; index++)
			used[index][tick] = runs(side[index].thread);
	}
}

/* The most that the thread used in `length` ticks, anywhere. */
static uint64_t most_used(unsigned int index, uint64_t length)
{
	uint64_t window = 0, most = 0, tick;

	for (tick = 0; tick < TICKS; tick++) {
		window += used[index][tick];
		window -= tick >= length ? used[index][tick - length] : 0;
		most = window > most ? window : most;
	}
	return most;
}

static const uint64_t budgets[THREADS] = { 30, 50, 80, 10 };

static void live_on(const uint64_t *masks)
{
	uint64_t ends[THREADS], own[THREADS], index;
	struct side side[THREADS];

	start(0, 0);
	for (index = 0; index < THREADS; index++) {
		side[index] = make_limited(masks[index], 10 + index % 3, budgets[index], PERIOD);
		ends[index] = make_endpoint();
		own[index] = give(&side[index], ends[index], RIGHT_RECEIVE, 0);
	}
	look_all();
	live(side, ends, own);
	/* The tests would say nothing of threads that hardly run. */
	for (index = 0; index < THREADS; index++)
		CU_ASSERT(most_used(index, TICKS) > TICKS / PERIOD * budgets[index] / 3);
}

static void test_windows(void)
{
	static const uint64_t masks[THREADS] = { AT(1), AT(2), AT(3), AT(4) };
	unsigned int index;

	live_on(masks);
	for (index = 0; index < THREADS; index++)
		CU_ASSERT_EQUAL(most_used(index, PERIOD), budgets[index]);
}

/* Who is kept from running has its budget late: a window may begin with that of the period before. */
static void test_shared_windows(void)
{
	static const uint64_t masks[THREADS] = { AT(1), AT(1) | AT(2), AT(1) | AT(2), AT(1) | AT(2) };
	unsigned int index, periods;

	live_on(masks);
	for (index = 0; index < THREADS; index++)
		for (periods = 1; periods < 10; periods++)
			CU_ASSERT(most_used(index, periods * PERIOD) <= (periods + 1) * budgets[index]);
}

static const struct suite_test tests[] = {
	{ "a thread runs for its budget, once a period", test_exact },
	{ "a budget of the whole period is no limit", test_full },
	{ "what an activation used comes back a period after its begin", test_split },
	{ "who waits or is stopped saves nothing up", test_saved },
	{ "a preempted thread pays nothing", test_preempted },
	{ "more activations than are kept apart come back with the last", test_ring },
	{ "a server finishes on its caller's budget, which pays its debt back", test_debt },
	{ "a chain of servers works on the first caller's budget", test_chain },
	{ "a spent vCPU stops on its way back from its server", test_vcpu },
	{ "a server with callers runs on without a budget", test_callers },
	{ "undisturbed, nobody takes more than the budget in any window of a period", test_windows },
	{ "on shared CPUs nobody takes more than a periodic thread in any window", test_shared_windows },
};

int main(void)
{
	return suite_run("kernel budgets", tests, sizeof(tests) / sizeof(tests[0]));
}
