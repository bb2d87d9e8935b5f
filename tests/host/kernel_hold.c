/* SPDX-License-Identifier: Apache-2.0 */
/* A held vCPU executes nothing, in whatever state that found it, and loses nothing. */
#include "tests/host/kernel_harness.h"

#define PC 0x4320 /* where the guest is */
#define BEGIN 5000ul

static uint64_t fault, endpoint, vm, vcpu_slot;
static struct side server, other;
static uint64_t server_end, other_end;
static struct vcpu *vcpu;

/* CPU 0 holds the vCPU of CPU 1; the server of its exits and interrupts is there or at home, 3. */
static void start(void)
{
	kernel_start_cpus(4);
	fault = make_endpoint();
	endpoint = make_endpoint();
	server = make_side_on(AT(3), 10, fault);
	other = make_side_on(AT(2), 8, fault);
	server_end = give(&server, endpoint, RIGHT_RECEIVE, 0);
	other_end = give(&other, endpoint, RIGHT_CALL, 4);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	vm = make_vm(endpoint, 9);
	vcpu_slot = make_vcpu(vm, 0, 5);
	vcpu = vcpu_at(vcpu_slot);
	NEED_STATUS(CALL(boot, SYSCALL_ROUTE, vm, EXIT_MMIO, 0x1000, 0x1fff, endpoint, 1), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_ROUTE, vm, EXIT_INTERRUPT, 0, 0, endpoint, 2), STATUS_OK);
	set_schedule(vcpu_slot, AT(1), 0, 0);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	look_all();
	RUNS_AT(1, &vcpu->thread);
	fake.cpu[1].pc = PC;
	fake.clock = BEGIN;
}

static bool runs(void)
{
	return vcpu->thread.state == THREAD_READY && cpus[1].current == &vcpu->thread &&
	       queue_empty(&vcpu->thread.link);
}

static void hold(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_HOLD, vcpu_slot, 1), STATUS_OK);
	/* At once, before any other CPU does anything. */
	CU_ASSERT(!runs());
	CHECK_KERNEL();
	look_all();
	CU_ASSERT(!runs());
}

static void let_go(void)
{
	CU_ASSERT(!runs());
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_HOLD, vcpu_slot, 0), STATUS_OK);
	look_all();
}

static void kick(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_KICK, vcpu_slot), STATUS_OK);
	look_all();
}

static void reply(status_t status, uint64_t word)
{
	message_reply(server.thread, server_end, status, word);
	look_all();
}

static void test_runs(void)
{
	start();
	hold();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	CU_ASSERT(fake.cpu[1].idle);
	hold(); /* twice is once */
	let_go();
	CU_ASSERT(runs());
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC);
	/* Nor does it matter to one that is not held. */
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_HOLD, vcpu_slot, 0), STATUS_OK);
	look_all();
	CU_ASSERT(runs());
	CHECK_STATUS(CALL(boot, SYSCALL_VCPU_HOLD, vcpu_slot, 2), STATUS_BAD_ARGUMENT);
	CU_ASSERT(runs());
}

/* In the queue, while a more urgent one runs there. */
static void test_ready(void)
{
	struct side urgent;

	start();
	urgent = make_side_on(AT(1), 15, fault);
	RUNS_AT(1, urgent.thread);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_READY);
	hold();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, urgent.thread_slot), STATUS_OK);
	look_all();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	/* Let go while somebody else runs, it waits its turn. */
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, urgent.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	let_go();
	CU_ASSERT(!runs());
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, urgent.thread_slot), STATUS_OK);
	look_all();
	CU_ASSERT(runs());
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC);
}

static void test_sleeps(void)
{
	start();
	exit_wait(vcpu);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SLEEPING);
	hold();
	let_go();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SLEEPING);
	/* An event that comes while it is held is there afterwards. */
	hold();
	kick();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	let_go();
	RUNS_AT(1, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), VCPU_EVENT_KICK);
	reply(STATUS_OK, 0);
	CU_ASSERT(runs());
}

static void test_events(void)
{
	start();
	hold();
	kick();
	kick();
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	let_go();
	RUNS_AT(1, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), VCPU_EVENT_KICK);
	/* The interrupt controller has the event in its hand. */
	hold();
	kick();
	reply(STATUS_OK, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	let_go();
	CU_ASSERT_EQUAL(WORD(server.thread, 0), VCPU_EVENT_KICK);
	reply(STATUS_OK, 0);
	CU_ASSERT(runs());
	CU_ASSERT_EQUAL(vcpu->events, 0);
}

/* Its exit is in the server's hand, and is done there. */
static void test_calls(void)
{
	start();
	exit_mmio(vcpu, 0x1000, false, 0);
	hold();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	RUNS_AT(1, server.thread);
	reply(STATUS_OK, 0x77);
	CU_ASSERT_EQUAL(vcpu->arch.value, 0x77);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	let_go();
	CU_ASSERT(runs());
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC + 4);
	CU_ASSERT_EQUAL(vcpu->arch.completed, 1);
	/* Let go before it is done: as if nothing had been. */
	exit_mmio(vcpu, 0x1000, false, 0);
	hold();
	let_go();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	reply(STATUS_OK, 0x78);
	CU_ASSERT(runs());
	CU_ASSERT_EQUAL(vcpu->arch.value, 0x78);
}

/* In the queue of a busy server, which does it though it is held, and whose life is cut over it. */
static void test_sends(void)
{
	start();
	message_call(other.thread, other_end, 1, 0);
	look_all();
	exit_mmio(vcpu, 0x1000, false, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SENDING);
	hold();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SENDING);
	reply(STATUS_OK, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SENDING);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, server.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	reply(STATUS_OK, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	reply(STATUS_OK, 0x79);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	CU_ASSERT_EQUAL(vcpu->arch.value, 0x79);
	let_go();
	CU_ASSERT(runs());
	CU_ASSERT_EQUAL(vcpu->arch.completed, 1);
}

/* Its fault is in the manager's hand; the manager says that it goes on, or that it stops. */
static void test_faults(void)
{
	start();
	exit_mmio(vcpu, 0x5000, false, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	hold();
	reply(STATUS_OK, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	let_go();
	CU_ASSERT(runs());
	exit_mmio(vcpu, 0x5000, false, 0);
	hold();
	reply(STATUS_NOT_FOUND, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	let_go();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	/* What its server refuses goes on to the manager. */
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	look_all();
	exit_mmio(vcpu, 0x1000, false, 0);
	hold();
	reply(STATUS_NOT_FOUND, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	CU_ASSERT_EQUAL(vcpu->exit.kind, EXIT_FAULT);
	reply(STATUS_OK, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	let_go();
	CU_ASSERT(runs());
}

/* Start, stop, move, registers and destroy are what they are otherwise. */
static void test_stopped(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, vcpu_slot), STATUS_OK);
	hold();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	look_all();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	CHECK_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_BAD_STATE);
	CHECK_STATUS(CALL(boot, SYSCALL_SCHEDULE, SLOT_MACHINE, vcpu_slot, AT(3), 0, 0), STATUS_BAD_STATE);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_GET, vcpu_slot, VCPU_PC), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], PC);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_SET, vcpu_slot, VCPU_PC, PC + 8), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, vcpu_slot), STATUS_OK);
	set_schedule(vcpu_slot, AT(2) | AT(3), 0, 0);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	look_all();
	CU_ASSERT(vcpu->thread.state == THREAD_HELD || vcpu->thread.state == THREAD_READY);
	let_go();
	CU_ASSERT_PTR_EQUAL(vcpu->thread.cpu->current, &vcpu->thread);
	CU_ASSERT_EQUAL(fake.cpu[vcpu->thread.cpu->number].pc, PC + 8);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_HOLD, vcpu_slot, 1), STATUS_OK);
	destroy(vcpu_slot);
	CHECK_KERNEL();
}

static void test_spent(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, vcpu_slot), STATUS_OK);
	set_schedule(vcpu_slot, AT(1), 100, 1000);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	look_all();
	pass(BEGIN + 100);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SPENT);
	hold();
	pass(BEGIN + 1000);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	pass(BEGIN + 5000);
	/* It has used nothing meanwhile, and saved nothing up. */
	let_go();
	CU_ASSERT(runs());
	pass(BEGIN + 5099);
	CU_ASSERT(runs());
	pass(BEGIN + 5100);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SPENT);
	hold();
	let_go();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SPENT);
	pass(BEGIN + 6000);
	CU_ASSERT(runs());
}

/* Held by a task that took the CPU from it. */
static void test_here(void)
{
	struct side holder;
	uint64_t handle;

	start();
	holder = make_side_on(AT(1), 15, fault);
	handle = give(&holder, vcpu_slot, RIGHT_MANAGE, 0);
	NEED_STATUS(CALL(holder.thread, SYSCALL_VCPU_HOLD, handle, 1), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, holder.thread_slot), STATUS_OK);
	look_all();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_HELD);
	let_go();
	CU_ASSERT(runs());
}

static const struct suite_test tests[] = {
	{ "a vCPU that runs at another CPU has stopped when the call returns", test_runs },
	{ "one in a queue does not get its turn", test_ready },
	{ "one that sleeps sleeps on, and wakes up when it is let go", test_sleeps },
	{ "events that come meanwhile are delivered afterwards", test_events },
	{ "an exit in a server's hand is done, and the guest goes on behind it", test_calls },
	{ "so is one in a server's queue, though that is cut meanwhile", test_sends },
	{ "and a fault that its manager has", test_faults },
	{ "start, stop, move, registers and destroy work as before", test_stopped },
	{ "a budget comes back meanwhile, and nothing is saved up", test_spent },
	{ "a vCPU is held by a task at its own CPU", test_here },
};

int main(void)
{
	return suite_run("kernel hold", tests, sizeof(tests) / sizeof(tests[0]));
}
