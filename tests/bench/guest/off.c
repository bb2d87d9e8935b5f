/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that goes off at once, and leaves its CPU idle. */
#include "tests/bench/guest/measured.h"

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
}
