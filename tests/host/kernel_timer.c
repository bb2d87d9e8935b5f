/* SPDX-License-Identifier: Apache-2.0 */
/* Timers and drivers' interrupts on several CPUs: each comes where its server's own CPU is. */
#include "tests/host/kernel_harness.h"

#define SERVERS 7 /* more than a CPU takes at one timer interrupt */

static uint64_t fault, endpoint[SERVERS], end[SERVERS];
static struct side side[SERVERS];

/* Servers that wait, with CPU 2 for their own; the first task is at CPU 0. */
static void start(void)
{
	unsigned int index;

	kernel_start_cpus(3);
	fault = make_endpoint();
	for (index = 0; index < SERVERS; index++) {
		endpoint[index] = make_endpoint();
		side[index] = make_side_on(AT(2), 10 + index, fault);
		end[index] = give(&side[index], endpoint[index], RIGHT_RECEIVE, 0);
		message_reply(side[index].thread, end[index], STATUS_OK, 0);
	}
	look_all();
	fake.clock = 1000;
	fake.looks = 0;
}

static void set(unsigned int index, uint64_t deadline)
{
	NEED_STATUS(CALL(boot, SYSCALL_TIMER, endpoint[index], deadline, 1ul << index), STATUS_OK);
}

static void test_there(void)
{
	start();
	set(0, 5000);
	CU_ASSERT_EQUAL(fake.cpu[0].deadline, TIMER_OFF);
	CU_ASSERT_EQUAL(fake.looks, 1);
	look_all();
	CU_ASSERT_EQUAL(fake.cpu[2].deadline, 5000);
	CU_ASSERT(fake.cpu[2].idle);
	/* A later one asks nobody; an earlier one does. */
	fake.looks = 0;
	set(1, 6000);
	CU_ASSERT_EQUAL(fake.looks, 0);
	set(2, 4000);
	CU_ASSERT_EQUAL(fake.looks, 1);
	look_all();
	CU_ASSERT_EQUAL(fake.cpu[2].deadline, 4000);
	pass(3999);
	CU_ASSERT(fake.cpu[2].idle);
	pass(4000);
	RUNS_AT(2, side[2].thread);
	CU_ASSERT_EQUAL(WORD(side[2].thread, 0), 4);
	CU_ASSERT_EQUAL(fake.cpu[2].deadline, 5000);
	CHECK_KERNEL();
}

static void test_cancel(void)
{
	start();
	set(0, 5000);
	look_all();
	set(0, TIMER_OFF);
	look_all();
	pass(5000);
	CU_ASSERT(fake.cpu[2].idle);
	CU_ASSERT_EQUAL(fake.cpu[2].deadline, TIMER_OFF);
	/* Set again before its CPU has heard of the first deadline. */
	set(0, 6000);
	set(0, 7000);
	look_all();
	pass(6999);
	CU_ASSERT(fake.cpu[2].idle);
	pass(7000);
	RUNS_AT(2, side[0].thread);
	/* With its endpoint a timer ends, wherever it is set. */
	set(1, 8000);
	look_all();
	destroy(endpoint[1]);
	look_all();
	CU_ASSERT(queue_empty(&cpus[2].timers));
	pass(8000);
	CHECK_KERNEL();
}

static void test_many(void)
{
	unsigned int index;

	start();
	for (index = 0; index < SERVERS; index++)
		set(index, 5000);
	look_all();
	on_cpu(2);
	fake.clock = 5000;
	interrupt(ARCH_IRQ_TIMER);
	/* The rest is taken with the next interrupt, which is there already. */
	CU_ASSERT(!queue_empty(&cpus[2].timers));
	CU_ASSERT(HERE.deadline <= fake.clock);
	pass(5000);
	CU_ASSERT(queue_empty(&cpus[2].timers));
	CU_ASSERT_EQUAL(HERE.deadline, TIMER_OFF);
	for (index = 0; index < SERVERS; index++) {
		CU_ASSERT_EQUAL(side[index].thread->state, THREAD_READY);
		CU_ASSERT_EQUAL(WORD(side[index].thread, 0), 1ul << index);
	}
	RUNS_AT(2, side[SERVERS - 1].thread);
}

static void test_here(void)
{
	start();
	NEED_STATUS(CALL(boot, SYSCALL_SIGNAL, endpoint[0]), STATUS_OK);
	look_all();
	RUNS_AT(2, side[0].thread);
	fake.looks = 0;
	NEED_STATUS(CALL(side[0].thread, SYSCALL_TIMER, end[0], 3000, 1), STATUS_OK);
	CU_ASSERT_EQUAL(fake.looks, 0);
	CU_ASSERT_EQUAL(fake.cpu[2].deadline, 3000);
	CHECK_KERNEL();
}

static void test_irq(void)
{
	uint64_t irq, own;

	start();
	irq = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_IRQ, SLOT_MACHINE, irq, SLOT_ROOT_POOL, 40, endpoint[0], 4),
		    STATUS_OK);
	own = give(&side[0], irq, RIGHT_MANAGE, 0);
	boot_rest();
	look_all();
	/* The first time it comes where it was made. */
	interrupt(40);
	CU_ASSERT_EQUAL(fake.at, 0);
	look_all();
	RUNS_AT(2, side[0].thread);
	CU_ASSERT_EQUAL(WORD(side[0].thread, 0), 4);
	NEED_STATUS(CALL(side[0].thread, SYSCALL_IRQ_DONE, own), STATUS_OK);
	message_reply(side[0].thread, end[0], STATUS_OK, 0);
	CU_ASSERT(fake.cpu[2].idle);
	fake.looks = 0;
	interrupt(40);
	CU_ASSERT_EQUAL(fake.at, 2);
	RUNS_AT(2, side[0].thread);
	CU_ASSERT_EQUAL(fake.looks, 0);
	CU_ASSERT(fake.cpu[0].idle);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "a timer is set at its server's own CPU", test_there },
	{ "it is cancelled and set anew from another CPU", test_cancel },
	{ "more timers than a CPU takes at one interrupt all come", test_many },
	{ "a server that sets its own asks no other CPU", test_here },
	{ "an interrupt follows its driver when that is done with it", test_irq },
};

int main(void)
{
	return suite_run("kernel timers, many CPUs", tests, sizeof(tests) / sizeof(tests[0]));
}
