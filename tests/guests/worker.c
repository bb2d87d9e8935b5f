/* SPDX-License-Identifier: Apache-2.0 */
/* A guest with work of its own: sums over memory, devices and a timer, each with a known result. */
#include "tests/guests/runtime.h"

#define ROUNDS 2000
#define WORDS 4096

static uint64_t sum_memory(uint64_t round)
{
	volatile uint64_t *memory = (volatile uint64_t *)FREE;
	uint64_t index, sum = 0;

	for (index = 0; index < WORDS; index++)
		memory[index] = index * round;
	for (index = 0; index < WORDS; index++)
		sum += memory[index];
	return sum;
}

void guest_main(void)
{
	uint64_t round, wrong = 0;

	interrupts_start();
	interrupts_allow();
	timer_rearm = true;
	timer_set(counter());
	for (round = 1; round <= ROUNDS; round++) {
		wrong += sum_memory(round) != round * (WORDS * (WORDS - 1ul) / 2);
		console_keep(round & CONSOLE_KEEPS);
		wrong += console_kept() != (round & CONSOLE_KEEPS);
	}
	check("every sum and every register is right", wrong, 0);
	check("the timer came while it worked", taken_count > 0, 1);
	check("there was no exception", trapped(), 0);
}
