/* SPDX-License-Identifier: Apache-2.0 */
/* More urgent than all others but the supervisor, it has the CPU and leaves it a little time. */
#include "tests/restart/guest/cut.h"

#define ROUNDS 20u
#define SPIN INSTRUCTIONS(20000000)
#define PAUSE INSTRUCTIONS(1000000)

static void rest(void)
{
	uint32_t before = taken_count;

	timer_set(counter() + PAUSE);
	while (taken_count == before)
		wait_interrupt();
}

void guest_main(void)
{
	unsigned int round;
	uint64_t start;

	interrupts_start();
	interrupts_allow();
	for (round = 0; round < ROUNDS; round++) {
		start = counter();
		while (counter() - start < SPIN)
			;
		rest();
	}
}
