/* SPDX-License-Identifier: Apache-2.0 */
/* A device dies in every way, at every place, and again while it grows back: it has counted rightly. */
#include "tests/restart/guest/cut.h"
#include "tests/servers/mortal_registers.h"

#define AGAIN 5u /* deaths in a row */

static uint64_t sum, writes;

static const char *const hows[MORTAL_HOWS] = {
	[MORTAL_FAULT] = "a fault", [MORTAL_ILLEGAL] = "an illegal instruction",
	[MORTAL_EXIT] = "its exit", [MORTAL_OVERFLOW] = "an overflow of its stack",
	[MORTAL_LOOP] = "an endless loop", [MORTAL_CIRCLE] = "calls in a circle",
	[MORTAL_CORRUPT] = "a broken state",
};

static const char *const wheres[MORTAL_WHERES] = {
	[MORTAL_BEFORE] = "before the change", [MORTAL_BETWEEN] = "between its halves",
	[MORTAL_AFTER] = "before the commit", [MORTAL_IN_SETTLE] = "after the commit",
	[MORTAL_IN_START] = "at its start",
};

static void print_case(uint64_t how, uint64_t where, uint64_t times)
{
	print("# ");
	print(hows[how]);
	print(" ");
	print(wheres[where]);
	print(times > 1 ? ", again and again\n" : "\n");
}

/* The write on which it dies counts once. */
static void counted(uint64_t value)
{
	write64(MORTAL + MORTAL_ADD, value);
	sum += value;
	writes++;
	check("  deaths that did not come", read64(MORTAL + MORTAL_TIMES), 0);
	check("  the sum", read64(MORTAL + MORTAL_ADD), sum);
	check("  the writes", read64(MORTAL + MORTAL_WRITES), writes);
}

static void die(uint64_t how, uint64_t where, uint64_t times)
{
	uint64_t lives;

	print_case(how, where, times);
	write64(KILLER + KILLER_VICTIM, VICTIM_MORTAL);
	lives = read64(KILLER + KILLER_LIVES);
	write64(MORTAL + MORTAL_HOW, how);
	write64(MORTAL + MORTAL_WHERE, where);
	write64(MORTAL + MORTAL_TIMES, times);
	if (where == MORTAL_IN_START) {
		write64(KILLER + KILLER_DELAY, 1);
		times++;
	}
	counted(how * 100 + where + 1);
	check("  its lives", read64(KILLER + KILLER_LIVES), lives + times);
}

/* Not a broken state at its start: there it does not know it yet. */
static bool possible(uint64_t how, uint64_t where)
{
	return how != MORTAL_CORRUPT || where != MORTAL_IN_START;
}

void guest_main(void)
{
	uint64_t how, where;

	for (how = 0; how < MORTAL_HOWS; how++)
		for (where = 0; where < MORTAL_WHERES; where++)
			if (possible(how, where)) {
				die(how, where, 1);
				if (how != MORTAL_CORRUPT)
					die(how, where, AGAIN);
				check("  the state was made anew", read64(MORTAL + MORTAL_MADE),
				      how == MORTAL_CORRUPT);
			}
	check("there was no exception", trapped(), 0);
}
