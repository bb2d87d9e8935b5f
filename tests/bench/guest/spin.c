/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that is always ready: it marks its loop, for a time. */
#include "tests/bench/guest/measured.h"

#define DURATION 10000000ul

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

void guest_main(uint64_t vcpu)
{
	uint64_t end = instructions() + DURATION;

	(void)vcpu;
	machine_start();
	while (instructions() < end)
		MARK(MARK_LOOP);
}
