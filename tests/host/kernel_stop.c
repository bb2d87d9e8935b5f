/* SPDX-License-Identifier: Apache-2.0 */
/* Ends from another CPU: what is stopped, destroyed or read there is let go of before it returns. */
#include "tests/host/kernel_harness.h"

#define PC 0x4321 /* where the hardware is with somebody who runs */

static uint64_t fault, endpoint;
static struct side server, client, other;
static uint64_t server_end, client_end, other_end;

/* CPU 0 ends what runs at 1 and 2; the server's own CPU is 3. */
static void start(void)
{
	kernel_start_cpus(4);
	fault = make_endpoint();
	endpoint = make_endpoint();
	server = make_side_on(AT(3), 5, fault);
	client = make_side_on(AT(1), 10, fault);
	other = make_side_on(AT(2), 20, fault);
	server_end = give(&server, endpoint, RIGHT_RECEIVE, 0);
	client_end = give(&client, endpoint, RIGHT_CALL, 3);
	other_end = give(&other, endpoint, RIGHT_CALL, 4);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
}

static void stop(const struct side *side)
{
	unsigned int number;

	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, side->thread_slot), STATUS_OK);
	/* At once, before any other CPU does anything. */
	CU_ASSERT_EQUAL(side->thread->state, THREAD_STOPPED);
	CU_ASSERT(queue_empty(&side->thread->link) && !side->thread->notified);
	for (number = 0; number < cpu_count; number++)
		CU_ASSERT_PTR_NOT_EQUAL(cpus[number].current, side->thread);
	CHECK_KERNEL();
	look_all();
	CU_ASSERT_EQUAL(side->thread->state, THREAD_STOPPED);
}

static void restart(const struct side *side)
{
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, side->thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	CU_ASSERT_PTR_EQUAL(side->thread->cpu->current, side->thread);
	CU_ASSERT_EQUAL(fake.cpu[side->thread->cpu->number].pc, 0x1000);
}

static void test_stop_runs(void)
{
	start();
	RUNS_AT(1, client.thread);
	fake.cpu[1].pc = PC;
	stop(&client);
	CU_ASSERT_EQUAL(client.thread->context.pc, PC);
	CU_ASSERT(fake.cpu[1].idle);
	restart(&client);
	RUNS_AT(1, client.thread);
}

static void test_stop_elsewhere(void)
{
	struct side urgent;

	start();
	/* Ready, while another one runs there. */
	urgent = make_side_on(AT(1), 25, fault);
	RUNS_AT(1, urgent.thread);
	stop(&client);
	stop(&urgent);
	CU_ASSERT(fake.cpu[1].idle);
	/* In the inbox: its CPU has not looked yet. */
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, client.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, urgent.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	CU_ASSERT(client.thread->notified && urgent.thread->notified);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, client.thread_slot), STATUS_OK);
	CU_ASSERT(!client.thread->notified);
	CHECK_KERNEL();
	look_all();
	/* The other one in that inbox has not got lost. */
	RUNS_AT(1, urgent.thread);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_STOPPED);
	stop(&urgent);
	restart(&client);
}

static void test_stop_waits(void)
{
	start();
	stop(&server); /* it waits, so it is nowhere */
	restart(&server);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_end, 2, 0);
	stop(&other); /* in the queue */
	stop(&client); /* its message is in hand */
	RUNS_AT(1, server.thread);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	CU_ASSERT_EQUAL(server.thread->state, THREAD_RECEIVING);
	restart(&client);
	restart(&other);
	message_call(client.thread, client_end, 3, 33);
	message_call(other.thread, other_end, 4, 44);
	look_all();
	stop(&server); /* it works at CPU 1 for one there, and one at CPU 2 waits */
	CU_ASSERT_EQUAL(client.thread->state, THREAD_SENDING);
	restart(&server);
	RUNS_AT(3, server.thread); /* starting is its own activity */
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
	RUNS_AT(1, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 33);
	message_reply(server.thread, server_end, STATUS_OK, 0);
	look_all();
	RUNS_AT(2, server.thread);
	CU_ASSERT_EQUAL(WORD(server.thread, 0), 44);
}

/* A thread that stops itself; then another CPU starts it anew. */
static void test_stop_self(void)
{
	uint64_t self;

	start();
	self = give(&client, client.thread_slot, RIGHT_MANAGE, 0);
	look_all();
	kernel_run_as(client.thread);
	fake.cpu[1].pc = PC;
	CALL(client.thread, SYSCALL_THREAD_STOP, self);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_STOPPED);
	CU_ASSERT(fake.cpu[1].idle);
	restart(&client);
	/* And elsewhere: the CPU where it was keeps nothing that it would write back. */
	kernel_run_as(client.thread);
	CALL(client.thread, SYSCALL_THREAD_STOP, self);
	set_schedule(client.thread_slot, AT(3), 0, 0);
	restart(&client);
	RUNS_AT(3, client.thread);
	make_side_on(AT(1), 3, fault);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, client.thread_slot), STATUS_OK);
	CU_ASSERT_EQUAL(client.thread->context.pc, 0x1000);
}

/* What was lent to a stopped server by who is gone does not come back later. */
static void test_stale(void)
{
	start();
	stop(&server);
	message_call(other.thread, other_end, 1, 0);
	look_all();
	stop(&other);
	restart(&server);
	CU_ASSERT_EQUAL(server.thread->priority, 5);
}

static void test_destroy(void)
{
	unsigned int state;
	struct side side;

	start();
	for (state = 0; state < 5; state++) {
		side = make_side_on(AT(1 + state % 3), 15, fault);
		if (state == 3)
			message_call(side.thread, give(&side, endpoint, RIGHT_CALL, 0), 1, 0);
		if (state == 4) {
			NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, side.thread_slot), STATUS_OK);
			NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, side.thread_slot, 0, 0, 0), STATUS_OK);
		}
		destroy(side.thread_slot);
		CHECK_KERNEL();
		destroy(side.task_slot);
		look_all();
	}
	RUNS_AT(1, server.thread);
	destroy(client.thread_slot);
	destroy(client.task_slot);
	look_all();
}

static void test_endpoint(void)
{
	struct side third;
	uint64_t third_end;

	start();
	third = make_side_on(AT(3), 7, fault);
	third_end = give(&third, endpoint, RIGHT_CALL, 5);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	look_all();
	message_call(client.thread, client_end, 1, 0);
	message_call(other.thread, other_end, 2, 0);
	message_call(third.thread, third_end, 3, 0);
	CU_ASSERT(fake.cpu[1].idle && fake.cpu[2].idle && fake.cpu[3].idle);
	destroy(endpoint);
	CHECK_KERNEL();
	look_all();
	RUNS_AT(1, client.thread);
	RUNS_AT(2, other.thread);
	RUNS_AT(3, third.thread);
	CHECK_STATUS(STATUS(client.thread), STATUS_DEAD);
	CHECK_STATUS(STATUS(other.thread), STATUS_DEAD);
	CHECK_STATUS(STATUS(third.thread), STATUS_DEAD);
}

/* Between the end of the endpoint and the look at it the caller is stopped: it hears nothing. */
static void test_endpoint_stop(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, server.thread_slot), STATUS_OK);
	look_all();
	message_call(client.thread, client_end, 1, 0);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, endpoint), STATUS_AGAIN);
	CU_ASSERT_EQUAL(client.thread->state, THREAD_ANSWERED);
	stop(&client);
	restart(&client);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, endpoint), STATUS_OK);
}

/* A VM whose vCPU runs at CPU 1; the manager's own CPU is 3. */
static uint64_t make_guest(uint64_t manager)
{
	uint64_t vm = make_vm(manager, 9), slot = make_vcpu(vm, 0, 5);

	set_schedule(slot, AT(1), 0, 0);
	stop(&client);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	look_all();
	RUNS_AT(1, &vcpu_at(slot)->thread);
	return slot;
}

static void test_vcpu_registers(void)
{
	struct vcpu *vcpu;
	uint64_t slot;

	start();
	slot = make_guest(endpoint);
	vcpu = vcpu_at(slot);
	fake.cpu[1].pc = PC;
	fake.cpu[1].list[2] = 0x22;
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_GET, slot, VCPU_PC), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], PC);
	CU_ASSERT_PTR_NULL(cpus[1].guest);
	CU_ASSERT_EQUAL(((struct vcpu_interrupts *)vcpu->page_memory->base)->list[2], 0x22);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_READY);
	fake.cpu[1].list[2] = 0;
	look_all();
	/* It runs on, as if nothing had been. */
	RUNS_AT(1, &vcpu->thread);
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC);
	CU_ASSERT_EQUAL(fake.cpu[1].list[2], 0x22);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_SET, slot, VCPU_PC, PC + 8), STATUS_OK);
	look_all();
	CU_ASSERT_EQUAL(fake.cpu[1].pc, PC + 8);
	/* The same while it sleeps: that it goes on doing. */
	fake.cpu[1].list[2] = 0;
	exit_wait(vcpu);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_GET, slot, VCPU_PC), STATUS_OK);
	look_all();
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_SLEEPING);
	CU_ASSERT_PTR_NULL(cpus[1].guest);
}

static void test_vcpu_stop(void)
{
	struct vcpu *vcpu;
	uint64_t slot;

	start();
	slot = make_guest(endpoint);
	vcpu = vcpu_at(slot);
	fake.cpu[1].pc = PC;
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, slot), STATUS_OK);
	CU_ASSERT_PTR_NULL(cpus[1].guest);
	CU_ASSERT_EQUAL(vcpu->thread.context.pc, PC);
	look_all();
	CU_ASSERT(fake.cpu[1].idle);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_STOP, slot), STATUS_OK); /* in the inbox */
	look_all();
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	look_all();
	RUNS_AT(1, &vcpu->thread);
	/* It stops by itself, and goes elsewhere: the registers go with it. */
	exit_mmio(vcpu, 0x5000, false, 0);
	RUNS_AT(1, server.thread);
	message_reply(server.thread, server_end, STATUS_NOT_FOUND, 0);
	CU_ASSERT_EQUAL(vcpu->thread.state, THREAD_STOPPED);
	fake.cpu[1].list[1] = 0x11;
	set_schedule(slot, AT(2), 0, 0);
	CU_ASSERT_PTR_NULL(cpus[1].guest);
	stop(&other);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, slot), STATUS_OK);
	look_all();
	RUNS_AT(2, &vcpu->thread);
	CU_ASSERT_EQUAL(fake.cpu[2].list[1], 0x11);
	exit_wait(vcpu);
	destroy(slot);
	CHECK_KERNEL();
	CU_ASSERT_PTR_NULL(cpus[2].guest);
}

/* Memory that a task at another CPU has mapped ends: its TLB entries are gone before that returns. */
static void test_memory(void)
{
	uint64_t memory;
	unsigned int flushes;

	start();
	memory = make_memory(8 * PAGE_SIZE, PAGE_SIZE);
	NEED_STATUS(CALL(boot, SYSCALL_MAP, client.task_slot, memory, 0x100000, 0, 8 * PAGE_SIZE, MAP_READ),
		    STATUS_OK);
	look_all();
	RUNS_AT(1, client.thread);
	flushes = fake.flushes;
	destroy(memory);
	CU_ASSERT(fake.flushes > flushes);
	CU_ASSERT(!fake.tables_dirty);
	CHECK_KERNEL();
	look_all();
	RUNS_AT(1, client.thread);
}

static const struct suite_test tests[] = {
	{ "a thread that runs at another CPU stops before the call returns", test_stop_runs },
	{ "so does one in that CPU's queue or inbox, and nobody else is lost", test_stop_elsewhere },
	{ "and one that waits, in a queue, in a hand, or for a message", test_stop_waits },
	{ "one that stopped itself is started anew by another CPU", test_stop_self },
	{ "a server that starts anew has no priority of who is gone", test_stale },
	{ "threads in all states are destroyed from another CPU", test_destroy },
	{ "an endpoint's end reaches its callers, each at its own CPU", test_endpoint },
	{ "a caller that hears of it may be stopped before", test_endpoint_stop },
	{ "registers of a vCPU that runs elsewhere are read and written", test_vcpu_registers },
	{ "a vCPU at another CPU is stopped, moved and destroyed", test_vcpu_stop },
	{ "memory that is mapped by who runs elsewhere ends there, too", test_memory },
};

int main(void)
{
	return suite_run("kernel ends, many CPUs", tests, sizeof(tests) / sizeof(tests[0]));
}
