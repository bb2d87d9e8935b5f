/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that loads everything it has: its CPU, its disk, its timer, its interrupt controller by SGIs
 * to itself and reads, its VM manager by registers and calls that trap. It goes on for a time, not for
 * a number of rounds: to the end of the others.
 */
#include "tests/bench/guest/measured.h"

#define DURATION 60000000ul
#define TIMER_STEP 50000ul
#define WORK 500
#define SECTORS 0x1000
#define PSCI_VERSION 0x84000000ul

static volatile uint64_t ticks, requests;

void interrupt_taken(uint32_t number)
{
	if (number == VTIMER_INTID)
		timer_set(counter() + TIMER_STEP);
	if (number == DISK_INTID)
		disk_interrupt();
	interrupt_end(number);
	ticks += number == VTIMER_INTID;
}

static void work(void)
{
	volatile uint64_t sum = 0;
	uint64_t index;

	for (index = 0; index < WORK; index++)
		sum += index;
}

static void manager_ask(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_VERSION;

	__asm__ volatile("mrs x1, id_aa64pfr0_el1\n\thvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

void guest_main(uint64_t vcpu)
{
	uint64_t end = counter() + DURATION, rounds;

	(void)vcpu;
	machine_start();
	disk_start();
	line_start(DISK_INTID);
	timer_set(counter() + TIMER_STEP);
	interrupts_allow();
	MARK(MARK_LOAD_BEGIN);
	for (rounds = 0; counter() < end; rounds++) {
		sgi_send(0, 0);
		controller_read();
		manager_ask();
		if (disk_done() == requests)
			disk_read(8 * requests++ % SECTORS);
		work();
	}
	MARK(MARK_LOAD_END);
	timer_off();
	print("load_rounds", rounds);
	print("load_requests", requests);
	print("load_ticks", ticks);
}
