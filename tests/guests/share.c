/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that takes all it gets of its CPU, and says how many rounds of four instructions that was. */
#include "tests/guests/runtime.h"

#include "arch_share.h"

#define PERIODS 200
#define BESIDE 20 /* periods before and after, in which the others may begin or end */

void guest_main(void)
{
	uint64_t period = TICKS_PER_SECOND / 200, start = counter(), rounds;

	rounds_until(start + BESIDE * period);
	rounds = rounds_until(start + (BESIDE + PERIODS) * period);
	rounds_until(start + (2 * BESIDE + PERIODS) * period);
	print("rounds ");
	print_number(rounds);
	print("\n");
}
