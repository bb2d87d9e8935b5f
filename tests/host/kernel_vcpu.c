/* SPDX-License-Identifier: Apache-2.0 */
/* vCPUs: which server gets an exit, what its answer does, and the states between. */
#include "tests/host/kernel_harness.h"

#include "gen/fault.h"
#include "gen/hypercall.h"
#include "gen/interrupt.h"
#include "gen/mmio.h"
#include "gen/sysreg.h"

static uint64_t vm, vcpu_slot, device, manager, controller;
static struct vcpu *vcpu;
static struct side device_side, manager_side, controller_side;
static uint64_t device_end, manager_end, controller_end;

static status_t route(uint64_t kind, uint64_t first, uint64_t last, uint64_t endpoint,
		      uint64_t badge)
{
	return CALL(boot, SYSCALL_ROUTE, vm, kind, first, last, endpoint, badge);
}

static void wait(struct side *side, uint64_t end)
{
	message_reply(side->thread, end, STATUS_OK, 0);
}

/* A VM with a device server, an interrupt controller and a VM manager, all waiting. */
static void start(void)
{
	kernel_start();
	device = make_endpoint();
	manager = make_endpoint();
	controller = make_endpoint();
	device_side = make_side(10, manager);
	manager_side = make_side(11, manager);
	controller_side = make_side(12, manager);
	device_end = give(&device_side, device, RIGHT_RECEIVE, 0);
	manager_end = give(&manager_side, manager, RIGHT_RECEIVE, 0);
	controller_end = give(&controller_side, controller, RIGHT_RECEIVE, 0);
	wait(&device_side, device_end);
	wait(&manager_side, manager_end);
	wait(&controller_side, controller_end);
	vm = make_vm(manager, 9);
	vcpu_slot = make_vcpu(vm, 2, 5);
	vcpu = vcpu_at(vcpu_slot);
	NEED_STATUS(route(EXIT_MMIO, 0x1000, 0x1fff, device, 7), STATUS_OK);
	NEED_STATUS(route(EXIT_INTERRUPT, 0, 0, controller, 8), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	CHECK_KERNEL();
}

/* Boot waits: the vCPU and its servers have the CPU for themselves. */
static void run_guest(void)
{
	boot_rest();
	CU_ASSERT_PTR_EQUAL_FATAL(cpu_this()->current, &vcpu->thread);
}

static void test_mmio(void)
{
	start();
	run_guest();
	exit_mmio(vcpu, 0x1234, true, 0x55);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, device_side.thread);
	CU_ASSERT_EQUAL(LABEL(device_side.thread), MMIO_LABEL_WRITE);
	CU_ASSERT_EQUAL(BADGE(device_side.thread), 7 | 2ul << 32);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 0), 0x234);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 1), 4);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 2), 0x55);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 3), 0);
	message_reply(device_side.thread, device_end, STATUS_OK, 0x77);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	CU_ASSERT_EQUAL(vcpu->arch.value, 0x77);
	exit_mmio(vcpu, 0x1000, false, 0);
	CU_ASSERT_EQUAL(LABEL(device_side.thread), MMIO_LABEL_READ);
	/* Nothing of the write is left for the next reader. */
	CU_ASSERT_EQUAL(WORD(device_side.thread, 2), 0);
	CHECK_KERNEL();
}

/* Ranges in any order of insertion: each address finds its own, borders included. */
static void test_routes(void)
{
	static const uint64_t ranges[][2] = { { 0x30, 0x3f }, { 0x10, 0x1f }, { 0x50, 0x50 },
					      { 0x20, 0x2f }, { 0, 0xf }, { ~0ul - 1, ~0ul } };
	unsigned int index, other;
	uint64_t address;

	start();
	for (index = 0; index < 6; index++)
		CHECK_STATUS(route(EXIT_SYSREG, ranges[index][0], ranges[index][1], device, 100 + index),
			     STATUS_OK);
	for (index = 0; index < 6; index++) {
		CHECK_STATUS(route(EXIT_SYSREG, ranges[index][0], ranges[index][1], device, 0),
			     STATUS_BUSY);
		CHECK_STATUS(route(EXIT_SYSREG, ranges[index][1], ranges[index][1], device, 0),
			     STATUS_BUSY);
	}
	CHECK_STATUS(route(EXIT_SYSREG, 0, ~0ul, device, 0), STATUS_BUSY);
	CHECK_STATUS(route(EXIT_SYSREG, 0x40, 0x50, device, 0), STATUS_BUSY);
	CHECK_STATUS(route(EXIT_SYSREG, 0x60, 0x5f, device, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(route(EXIT_KINDS, 0, 0, device, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(route(1ul << 32, 0, 0, device, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(route(EXIT_SYSREG, 0x60, 0x60, device, 2ul << 32), STATUS_BAD_ARGUMENT);
	run_guest();
	for (index = 0; index < 6; index++)
		for (other = 0; other < 2; other++) {
			exit_sysreg(vcpu, ranges[index][other], false, 0);
			CU_ASSERT_EQUAL(MESSAGE_ROUTE(BADGE(device_side.thread)), 100 + index);
			CU_ASSERT_EQUAL(WORD(device_side.thread, 0), ranges[index][other]);
			message_reply(device_side.thread, device_end, STATUS_OK, 0);
		}
	for (address = 0x40; address <= 0x51; address += 0x11) {
		exit_sysreg(vcpu, address, false, 0);
		CU_ASSERT_EQUAL(LABEL(manager_side.thread), FAULT_LABEL_VCPU);
		message_reply(manager_side.thread, manager_end, STATUS_OK, 0);
	}
	CHECK_KERNEL();
}

static void test_route_count(void)
{
	unsigned int index;

	start();
	for (index = 2; index < ROUTE_COUNT; index++)
		CHECK_STATUS(route(EXIT_HYPERCALL, 1000 - index, 1000 - index, device, index), STATUS_OK);
	CHECK_STATUS(route(EXIT_HYPERCALL, 1, 1, device, 0), STATUS_NO_MEMORY);
	run_guest();
	exit_hypercall(vcpu, 1000 - 20);
	CU_ASSERT_EQUAL(MESSAGE_ROUTE(BADGE(device_side.thread)), 20);
	CHECK_KERNEL();
}

/* The route that the last exit took may have moved when others were added. */
static void test_route_remembered(void)
{
	start();
	run_guest();
	exit_mmio(vcpu, 0x1000, false, 0);
	message_reply(device_side.thread, device_end, STATUS_OK, 0);
	NEED_STATUS(route(EXIT_MMIO, 0, 0xfff, device, 6), STATUS_OK);
	boot_rest();
	exit_mmio(vcpu, 0x1000, false, 0);
	CU_ASSERT_EQUAL(MESSAGE_ROUTE(BADGE(device_side.thread)), 7);
	message_reply(device_side.thread, device_end, STATUS_OK, 0);
	exit_mmio(vcpu, 0xfff, false, 0);
	CU_ASSERT_EQUAL(MESSAGE_ROUTE(BADGE(device_side.thread)), 6);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 0), 0xfff);
	CHECK_KERNEL();
}

static void test_refused(void)
{
	start();
	run_guest();
	vcpu->exit.syndrome = 0x51;
	vcpu->exit.virtual_address = 0xaa;
	exit_mmio(vcpu, 0x1234, true, 0x55);
	message_reply(device_side.thread, device_end, STATUS_BAD_ARGUMENT, 0);
	CU_ASSERT_EQUAL(vcpu->arch.completed, 0);
	CU_ASSERT_EQUAL(LABEL(manager_side.thread), FAULT_LABEL_VCPU);
	CU_ASSERT_EQUAL(BADGE(manager_side.thread), 9 | 2ul << 32);
	CU_ASSERT_EQUAL(WORD(manager_side.thread, 0), EXIT_MMIO);
	CU_ASSERT_EQUAL(WORD(manager_side.thread, 1), 0x1234);
	CU_ASSERT_EQUAL(WORD(manager_side.thread, 2), 0x51);
	CU_ASSERT_EQUAL(WORD(manager_side.thread, 3), 0xaa);
	CU_ASSERT_EQUAL((status_t)WORD(manager_side.thread, 4), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(WORD(manager_side.thread, 5), 0);
	message_reply(manager_side.thread, manager_end, STATUS_OK, 0);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	CU_ASSERT_EQUAL(vcpu->arch.completed, 0);
	exit_mmio(vcpu, 0x2000, false, 0); /* nobody's */
	CU_ASSERT_EQUAL((status_t)WORD(manager_side.thread, 4), STATUS_NOT_FOUND);
	message_reply(manager_side.thread, manager_end, STATUS_NOT_FOUND, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	CHECK_KERNEL();
}

static void test_hypercall(void)
{
	start();
	NEED_STATUS(route(EXIT_HYPERCALL, 0x84000000, 0x8400001f, device, 3), STATUS_OK);
	run_guest();
	exit_hypercall(vcpu, 0x12345678);
	CU_ASSERT_EQUAL(vcpu->arch.refused, 1);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	vcpu->thread.context.x[7] = 0xabc;
	exit_hypercall(vcpu, 0xdead00008400001f);
	CU_ASSERT_EQUAL(LABEL(device_side.thread), HYPERCALL_LABEL_CALL);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 7), 0xabc);
	message_reply(device_side.thread, device_end, STATUS_NOT_SUPPORTED, 0);
	CU_ASSERT_EQUAL(vcpu->arch.refused, 2);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	CHECK_KERNEL();
}

static void test_events(void)
{
	start();
	run_guest();
	HERE.list[1] = 0x1111;
	interrupt(FAKE_IRQ_GUEST_TIMER);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, controller_side.thread);
	CU_ASSERT_EQUAL(LABEL(controller_side.thread), INTERRUPT_LABEL_REFILL);
	CU_ASSERT_EQUAL(WORD(controller_side.thread, 0), VCPU_EVENT_VTIMER);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_CALLING);
	/* The list registers are in the page, though the route was set without that flag. */
	CU_ASSERT(vcpu->lists_in_page);
	CU_ASSERT_EQUAL(((struct vcpu_interrupts *)vcpu->page_memory->base)->list[1], 0x1111);
	((struct vcpu_interrupts *)vcpu->page_memory->base)->list[1] = 0x2222;
	/* More comes while the controller works: it is asked once more. */
	interrupt(FAKE_IRQ_MAINTENANCE);
	CU_ASSERT(HERE.maintenance_quiet);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(WORD(controller_side.thread, 0), VCPU_EVENT_MAINTENANCE);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	CU_ASSERT_EQUAL(HERE.list[1], 0x2222);
	CU_ASSERT(!HERE.maintenance_quiet);
	CHECK_KERNEL();
}

static void test_sleep(void)
{
	start();
	run_guest();
	exit_wait(vcpu);
	CU_ASSERT_EQUAL(fake.stop, FAKE_IDLE);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SLEEPING);
	CHECK_KERNEL();
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_KICK, vcpu_slot), STATUS_OK);
	boot_rest();
	CU_ASSERT_EQUAL(WORD(controller_side.thread, 0), VCPU_EVENT_KICK);
	((struct vcpu_interrupts *)vcpu->page_memory->base)->list[0] = 1;
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	exit_wait(vcpu); /* an interrupt is pending */
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	CHECK_KERNEL();
}

static void stop(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, vcpu_slot), STATUS_OK);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	CU_ASSERT_PTR_NULL(cpu_this()->guest);
	CHECK_KERNEL();
}

static void restart(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_OK);
	CHECK_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu_slot), STATUS_BAD_STATE);
	boot_rest();
	CHECK_KERNEL();
}

static void test_stop(void)
{
	start();
	stop(); /* ready */
	stop(); /* stopped */
	restart();
	exit_mmio(vcpu, 0x1000, false, 0);
	stop(); /* in a server's hand */
	message_reply(device_side.thread, device_end, STATUS_OK, 5);
	CU_ASSERT_EQUAL(vcpu->arch.completed, 0);
	restart();
	exit_wait(vcpu);
	stop(); /* asleep */
	restart();
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, device_side.thread_slot), STATUS_OK);
	boot_rest();
	exit_mmio(vcpu, 0x1000, false, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SENDING);
	stop(); /* in a queue */
	restart();
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
}

/* What a stopped vCPU's interrupt controller did not get to see comes when it runs again. */
static void test_stop_events(void)
{
	start();
	run_guest();
	interrupt(FAKE_IRQ_GUEST_TIMER);
	stop(); /* while the controller has the refill in hand */
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_KICK, vcpu_slot), STATUS_OK);
	stop();
	restart();
	CU_ASSERT_EQUAL(LABEL(controller_side.thread), INTERRUPT_LABEL_REFILL);
	CU_ASSERT_EQUAL(WORD(controller_side.thread, 0), VCPU_EVENT_VTIMER | VCPU_EVENT_KICK);
	message_reply(controller_side.thread, controller_end, STATUS_OK, 0);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	CHECK_KERNEL();
}

static void test_dead_server(void)
{
	start();
	NEED_STATUS(route(EXIT_HYPERCALL, 1, 1, device, 3), STATUS_OK);
	run_guest();
	exit_mmio(vcpu, 0x1000, false, 0);
	destroy(device_side.thread_slot);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SENDING);
	destroy(device);
	boot_rest();
	CU_ASSERT_EQUAL((status_t)WORD(manager_side.thread, 4), STATUS_DEAD);
	message_reply(manager_side.thread, manager_end, STATUS_OK, 0);
	exit_hypercall(vcpu, 1);
	CU_ASSERT_EQUAL(vcpu->arch.refused, 1);
	destroy(controller);
	boot_rest();
	interrupt(FAKE_IRQ_GUEST_TIMER);
	CU_ASSERT_PTR_EQUAL(cpu_this()->current, &vcpu->thread);
	destroy(manager);
	boot_rest();
	exit_mmio(vcpu, 0x1000, false, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	CHECK_KERNEL();
}

/* A guest that exits on and on cannot keep an endpoint alive. */
static void test_busy_guest(void)
{
	unsigned int steps;
	status_t status;

	start();
	destroy(device_side.thread_slot);
	NEED_STATUS(route(EXIT_HYPERCALL, 1, 1, device, 3), STATUS_OK);
	boot_rest();
	exit_hypercall(vcpu, 1);
	for (steps = 0; steps < 100; steps++) {
		status = CALL(boot, SYSCALL_DESTROY, device);
		if (status != STATUS_AGAIN)
			break;
		if (vcpu->thread.state == THREAD_READY)
			exit_hypercall(vcpu, 1);
	}
	CHECK_STATUS(status, STATUS_OK);
	CHECK_KERNEL();
}

static void test_two_vcpus(void)
{
	struct vcpu *second;
	uint64_t slot, page;

	start();
	page = slot_new();
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, page, vm, 2, vcpu_slot - 1, 5),
		     STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, page, vm, VM_VCPUS, vcpu_slot - 1, 5),
		     STATUS_BAD_ARGUMENT);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, page, vm, 1, vcpu_slot - 1,
			  PRIORITY_COUNT), STATUS_BAD_ARGUMENT);
	slot = make_vcpu(vm, 3, 5);
	second = vcpu_at(slot);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	run_guest();
	exit_mmio(vcpu, 0x1000, true, 1);
	kernel_run_as(&second->thread);
	exit_mmio(second, 0x1004, true, 2);
	CU_ASSERT_EQUAL(second->thread.state, THREAD_SENDING);
	message_reply(device_side.thread, device_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(MESSAGE_VCPU(BADGE(device_side.thread)), 3);
	CU_ASSERT_EQUAL(WORD(device_side.thread, 2), 2);
	CHECK_KERNEL();
	destroy(slot);
	CU_ASSERT_PTR_NULL(device_side.thread->caller);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "an access to a device goes to its server and back", test_mmio },
	{ "routes are found whatever their order, borders included", test_routes },
	{ "a VM has so many routes and no more", test_route_count },
	{ "the remembered route follows the table", test_route_remembered },
	{ "a refused or unowned access goes to the VM manager, who decides", test_refused },
	{ "an unknown or refused hypercall answers 'not supported'", test_hypercall },
	{ "events reach the interrupt controller before the guest runs on", test_events },
	{ "WFI sleeps until an event, and not with one pending", test_sleep },
	{ "a vCPU is stopped and started in every state", test_stop },
	{ "events outlive a stop", test_stop_events },
	{ "a VM goes on, or stops, when its servers' endpoints end", test_dead_server },
	{ "a busy guest does not keep an endpoint alive", test_busy_guest },
	{ "vCPUs of a VM share its servers", test_two_vcpus },
};

int main(void)
{
	return suite_run("kernel vcpus", tests, sizeof(tests) / sizeof(tests[0]));
}
