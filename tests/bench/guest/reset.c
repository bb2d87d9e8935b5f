/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that resets itself as soon as it has started, until its machine has run for a time. */
#include "tests/bench/guest/measured.h"

#define UNTIL 60000000ul

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
	machine_start();
	if (instructions() < UNTIL)
		firmware_system_reset();
}
