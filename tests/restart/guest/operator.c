/* SPDX-License-Identifier: Apache-2.0 */
/* A guest beside one whose device is held: it works on, and in the end sets the device going. */
#include "gen/operator.h"
#include "tests/restart/guest/cut.h"

#define ROUNDS 25u
#define TURN INSTRUCTIONS(1000000)
#define PATIENCE 1000u /* turns */

static void turn(void)
{
	uint64_t start = counter();

	while (counter() - start < TURN)
		;
}

static void wait_condition(enum operator_condition condition)
{
	unsigned int turns;

	for (turns = 0; turns < PATIENCE && read64(KILLER + KILLER_CONDITION) != condition; turns++)
		turn();
	check("the device's condition", read64(KILLER + KILLER_CONDITION), condition);
}

void guest_main(void)
{
	unsigned int round;

	write64(KILLER + KILLER_VICTIM, VICTIM_OTHER);
	wait_condition(OPERATOR_CONDITION_HELD);
	for (round = 0; round < ROUNDS; round++) {
		turn();
		print("works beside it\n");
	}
	write64(KILLER + KILLER_RESTART, 0);
	check("the operator's restart", read64(KILLER + KILLER_ANSWER), 0);
	wait_condition(OPERATOR_CONDITION_ALIVE);
}
