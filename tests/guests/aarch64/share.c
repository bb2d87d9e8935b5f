/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that takes all it gets of its CPU, and says how many rounds of four instructions that was. */
#include "tests/guests/aarch64/runtime.h"

#define PERIODS 200
#define BESIDE 20 /* periods before and after, in which the others may begin or end */

/* Rounds until the counter is `end`. */
static uint64_t rounds_until(uint64_t end)
{
	uint64_t rounds = 0, now;

	__asm__ volatile("1:	add	%0, %0, #1\n"
			 "	mrs	%1, cntvct_el0\n"
			 "	cmp	%1, %2\n"
			 "	b.lo	1b\n"
			 : "+r"(rounds), "=&r"(now) : "r"(end) : "cc");
	return rounds;
}

void guest_main(void)
{
	uint64_t period = REGISTER_READ(cntfrq_el0) / 200, start = counter(), rounds;

	rounds_until(start + BESIDE * period);
	rounds = rounds_until(start + (BESIDE + PERIODS) * period);
	rounds_until(start + (2 * BESIDE + PERIODS) * period);
	print("rounds ");
	print_number(rounds);
	print("\n");
}
