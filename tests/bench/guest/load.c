/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that loads everything it has: its CPU, its disk, its timer, its interrupt controller by IPIs
 * to itself and reads, its VM manager by registers and calls that trap. It goes on for a time, not for
 * a number of rounds: to the end of the others.
 */
#include "tests/bench/guest/measured.h"

#define DURATION 60000000ul
#define TIMER_STEP 50000ul
#define WORK 500
#define SECTORS 0x1000

static volatile uint64_t ticks, requests;

void interrupt_taken(uint32_t number)
{
	if (number == TIMER_INTERRUPT)
		timer_at(instructions() + TIMER_STEP);
	if (number == DISK_INTERRUPT)
		disk_interrupt();
	interrupt_end(number);
	ticks += number == TIMER_INTERRUPT;
}

static void work(void)
{
	volatile uint64_t sum = 0;
	uint64_t index;

	for (index = 0; index < WORK; index++)
		sum += index;
}

void guest_main(uint64_t vcpu)
{
	uint64_t end = instructions() + DURATION, rounds;

	(void)vcpu;
	machine_start();
	disk_start();
	line_start(DISK_INTERRUPT);
	timer_at(instructions() + TIMER_STEP);
	interrupts_allow();
	MARK(MARK_LOAD_BEGIN);
	for (rounds = 0; instructions() < end; rounds++) {
		ipi_send(0);
		controller_read();
		controller_read();
		manager_ask();
		firmware_processor_state(0);
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
