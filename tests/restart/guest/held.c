/* SPDX-License-Identifier: Apache-2.0 */
/* A device dies again and again until it is held; this guest goes on when it is set going. */
#include "tests/guests/processor.h"
#include "tests/restart/guest/cut.h"
#include "tests/servers/mortal_registers.h"

#define OWN_MORTAL KILLER /* this VM has no killer */
#define DEATHS 4u /* as the system's `restart` says */
#define PAUSE INSTRUCTIONS(20000000) /* that the operator waits, see operator.c */

static volatile uint64_t stop, stopped, longest;

/* Sees how long it did not run. */
static void watch(uint64_t context)
{
	uint64_t last = counter(), now;
	uint32_t ends;

	(void)context;
	do {
		/* It may be told before it has run again: so it looks once more after that. */
		ends = stop;
		now = counter();
		if (now - last > longest)
			longest = now - last;
		last = now;
	} while (!ends);
	stopped = 1;
}

void guest_main(void)
{
	check("another vCPU is turned on", processor_on(1, watch, 0), 0);
	while (!longest)
		;
	write64(OWN_MORTAL + MORTAL_HOW, MORTAL_FAULT);
	write64(OWN_MORTAL + MORTAL_WHERE, MORTAL_BETWEEN);
	write64(OWN_MORTAL + MORTAL_TIMES, DEATHS);
	print("it dies now\n");
	write64(OWN_MORTAL + MORTAL_ADD, 7);
	print("it lives again\n");
	check("the write counted once", read64(OWN_MORTAL + MORTAL_WRITES), 1);
	check("with its value", read64(OWN_MORTAL + MORTAL_ADD), 7);
	stop = 1;
	while (!stopped)
		;
	check("the other vCPU stood still, too", longest > PAUSE, 1);
	check("there was no exception", trapped(), 0);
}
