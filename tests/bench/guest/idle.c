/* SPDX-License-Identifier: Apache-2.0 */
/* A guest with the same devices as the one that loads them, which sleeps as long as that one works. */
#include "tests/bench/guest/measured.h"

#define DURATION 60000000ul

static volatile bool over;

void interrupt_taken(uint32_t number)
{
	timer_off();
	interrupt_end(number);
	over = true;
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
	machine_start();
	timer_at(instructions() + DURATION);
	interrupts_allow();
	while (!over)
		wait_interrupt();
}
