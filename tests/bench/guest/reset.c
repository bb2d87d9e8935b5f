/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that resets itself as soon as it has started, until its machine has run for a time. */
#include "tests/bench/guest/measured.h"

#define UNTIL 60000000ul
#define PSCI_SYSTEM_RESET 0x84000009ul

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

static void reset(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_SYSTEM_RESET;

	__asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
	machine_start();
	if (counter() < UNTIL)
		reset();
}
