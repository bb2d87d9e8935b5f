/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that is woken by its timer, while another one runs, and at once goes to sleep again. */
#include "tests/bench/guest/measured.h"

#define PERIOD 20000ul
#define RUNS 101

static volatile uint64_t wakes;

void interrupt_taken(uint32_t number)
{
	timer_at(instructions() + PERIOD);
	interrupt_end(number);
	wakes++;
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
	machine_start();
	timer_at(instructions() + PERIOD);
	interrupts_allow();
	while (wakes < RUNS)
		__asm__ volatile(MARK_TEXT(MARK_LEAVE) "wfi" : : : "memory");
	timer_off();
	print("leave_wakes", wakes);
}
