/* SPDX-License-Identifier: Apache-2.0 */
/* Kicks from another CPU: whatever the vCPU does, it looks, and is interrupted once at most. */
#include "tests/host/kernel_harness.h"

#include "gen/interrupt.h"

static uint64_t vm, vcpu_slot, device, controller, manager;
static struct vcpu *vcpu;
static struct side device_side, controller_side, busy;
static uint64_t device_end, controller_end;

/* The guest runs at CPU 1, its servers' own CPU is 2; who kicks is at CPU 0. */
static void start(void)
{
	kernel_start_cpus(3);
	manager = make_endpoint();
	device = make_endpoint();
	controller = make_endpoint();
	device_side = make_side_on(AT(2), 10, manager);
	controller_side = make_side_on(AT(2), 12, manager);
	device_end = give(&device_side, device, RIGHT_RECEIVE, 0);
	controller_end = give(&controller_side, controller, RIGHT_RECEIVE, 0);
	message_reply(device_side.thread, device_end, STATUS_OK, 0);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	vm = make_vm(manager, 9);
	vcpu_slot = make_vcpu(vm, 0, 5);
	vcpu = vcpu_at(vcpu_slot);
	set_schedule(vcpu_slot, AT(1), 0, 0);
	NEED_STATUS(CALL(boot, SYSCALL_ROUTE, vm, EXIT_MMIO, 0x1000, 0x1fff, device, 7), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_ROUTE, vm, EXIT_INTERRUPT, 0, 0, controller, 8), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	look_all();
	RUNS_AT(1, &vcpu->thread);
	fake.looks = 0;
}

static void kick(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_KICK, vcpu_slot), STATUS_OK);
}

/* The interrupt controller hears of it, at the guest's CPU; then the guest goes on. */
static void heard(void)
{
	RUNS_AT(1, controller_side.thread);
	CU_ASSERT_EQUAL(LABEL(controller_side.thread), INTERRUPT_LABEL_REFILL);
	CU_ASSERT_EQUAL(WORD(controller_side.thread, 0), VCPU_EVENT_KICK);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	RUNS_AT(1, &vcpu->thread);
	CHECK_KERNEL();
}

static void test_sleeps(void)
{
	start();
	exit_wait(vcpu);
	CU_ASSERT(fake.cpu[1].idle);
	kick();
	kick();
	CU_ASSERT_EQUAL(fake.looks, 1);
	look_all();
	heard();
}

static void test_runs(void)
{
	start();
	kick();
	kick();
	CU_ASSERT_EQUAL(fake.looks, 1);
	RUNS_AT(1, &vcpu->thread);
	look_all();
	heard();
	CU_ASSERT_EQUAL(fake.looks, 1);
}

static void test_queued(void)
{
	start();
	busy = make_side_on(AT(1), 15, manager);
	RUNS_AT(1, busy.thread);
	fake.looks = 0;
	kick();
	kick();
	look_all();
	CU_ASSERT(fake.looks <= 1);
	RUNS_AT(1, busy.thread);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, busy.thread_slot), STATUS_OK);
	look_all();
	heard();
}

static void test_calls(void)
{
	start();
	exit_mmio(vcpu, 0x1000, false, 0);
	RUNS_AT(1, device_side.thread);
	kick();
	CU_ASSERT_EQUAL(fake.looks, 0);
	message_reply(device_side.thread, device_end, STATUS_OK, 1);
	heard();
	CU_ASSERT_EQUAL(fake.looks, 0);
	/* The same while it waits its turn at a server that is busy. */
	NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, device), STATUS_OK);
	look_all();
	RUNS_AT(2, device_side.thread);
	exit_mmio(vcpu, 0x1000, false, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SENDING);
	look_all();
	fake.looks = 0;
	kick();
	CU_ASSERT_EQUAL(fake.looks, 0);
	message_reply(device_side.thread, device_end, STATUS_OK, 1);
	look_all();
	message_reply(device_side.thread, device_end, STATUS_OK, 1);
	heard();
}

static void test_starts(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, vcpu_slot), STATUS_OK);
	look_all();
	kick();
	CU_ASSERT_EQUAL(fake.looks, 1); /* that was to stop it */
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	kick();
	CU_ASSERT_EQUAL(fake.looks, 2); /* that was to start it */
	look_all();
	heard();
}

/* Just when it is about to sleep: the kick still sees it run. */
static void test_meanwhile(void)
{
	start();
	fake.meanwhile = kick;
	exit_wait(vcpu);
	look_all();
	heard();
	CU_ASSERT_EQUAL(fake.looks, 1);
}

/* While the controller looks already, another look follows. */
static void test_again(void)
{
	start();
	kick();
	look_all();
	kick();
	CU_ASSERT_EQUAL(fake.looks, 1);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	heard();
	CU_ASSERT_EQUAL(fake.looks, 1);
}

/* Two vCPUs at one CPU, kicked before it looks: one interrupt is enough for both. */
static void test_two(void)
{
	struct vcpu *second;
	uint64_t slot;

	start();
	slot = make_vcpu(vm, 1, 5);
	second = vcpu_at(slot);
	set_schedule(slot, AT(1), 0, 0);
	exit_wait(vcpu);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	look_all();
	exit_wait(second);
	fake.looks = 0;
	kick();
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_KICK, slot), STATUS_OK);
	CU_ASSERT_EQUAL(fake.looks, 1);
	look_all();
	RUNS_AT(1, controller_side.thread);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	exit_wait(CONTAINER(cpus[1].current, struct vcpu, thread));
	RUNS_AT(1, controller_side.thread);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(vcpu->arch.completed, 1);
	CU_ASSERT_EQUAL(second->arch.completed, 1);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "a sleeping vCPU wakes up, for one interrupt", test_sleeps },
	{ "one that runs comes out of the guest, for one interrupt", test_runs },
	{ "one that waits for its CPU is asked before it runs", test_queued },
	{ "one that waits for a server needs no interrupt", test_calls },
	{ "a stopped one is asked when it runs again", test_starts },
	{ "a kick just before it sleeps is not lost", test_meanwhile },
	{ "a kick while the controller looks is another look", test_again },
	{ "several kicked vCPUs of a CPU need one interrupt", test_two },
};

int main(void)
{
	return suite_run("kernel kicks, many CPUs", tests, sizeof(tests) / sizeof(tests[0]));
}
