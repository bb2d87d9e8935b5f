/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that does nothing, all the time: what its CPU executes measures the others' time. */
#include "tests/bench/guest/measured.h"

#define DURATION 60000000ul
#define BLOCK 100000

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

void guest_main(uint64_t vcpu)
{
	uint64_t end = instructions() + DURATION, left;

	(void)vcpu;
	MARK(MARK_LOAD_BEGIN);
	do {
		for (left = BLOCK; left; left--)
			__asm__ volatile("" : "+r"(left));
	} while (instructions() < end);
	MARK(MARK_LOAD_END);
}
