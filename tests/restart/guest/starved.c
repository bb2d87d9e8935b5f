/* SPDX-License-Identifier: Apache-2.0 */
/* Its device works for less than it may, but another guest has the CPU most of the time. */
#include "tests/restart/guest/cut.h"
#include "tests/servers/mortal_registers.h"

#define OWN_MORTAL KILLER /* this VM has no killer */
#define EVENTS 4u
#define TURNS 1000000u /* some two milliseconds; `overrun` is four */
#define LONG INSTRUCTIONS(16000000)

void guest_main(void)
{
	uint64_t start, longest = 0;
	unsigned int event;

	for (event = 0; event < EVENTS; event++) {
		start = counter();
		write64(OWN_MORTAL + MORTAL_WORK, TURNS);
		if (counter() - start > longest)
			longest = counter() - start;
	}
	check("an event took far longer than it may", longest > LONG, 1);
	check("there was no exception", trapped(), 0);
}
