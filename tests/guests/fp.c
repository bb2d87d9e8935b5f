/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floating-point registers keep a guest's own pattern over timer interrupts, calls to servers
 * and to the firmware, and turns of the other guest, which does the same with another pattern.
 * Nothing here but the assembler lines touches them: the compiler may not.
 */
#include "tests/guests/runtime.h"

#include "arch_fp.h"

#define ROUNDS 300

static uint64_t given[FP_WORDS] __attribute__((aligned(16)));
static uint64_t kept[FP_WORDS] __attribute__((aligned(16)));

/* Every way out of the guest, a few times. */
static void leave(uint64_t round)
{
	unsigned int index;

	for (index = 0; index < 4; index++) {
		console_keep(round & CONSOLE_KEEPS);
		firmware_processor_state(0);
		manager_ask();
		ipi_send(1, 1); /* to itself */
	}
	if (round % 4 == 0)
		wait_interrupt();
}

void guest_main(void)
{
	uint64_t round, index, wrong = 0, controls = 0;

	interrupts_start();
	interrupts_allow();
	timer_rearm = true;
	timer_set(counter());
	for (round = 0; round < ROUNDS; round++) {
		for (index = 0; index < FP_WORDS; index++)
			given[index] = (guest_tree << 32) + (round << 16) + index;
		fp_control_set(guest_tree >> 12 & 3, round & 31);
		fp_load(given);
		leave(round);
		fp_store(kept);
		for (index = 0; index < FP_WORDS; index++)
			wrong += kept[index] != given[index];
		controls += !fp_control_is(guest_tree >> 12 & 3, round & 31);
	}
	check("floating-point registers that changed", wrong, 0);
	check("control registers that changed", controls, 0);
	check("interrupts came in between", taken_count > ROUNDS, 1);
	check("there was no exception", trapped(), 0);
}
