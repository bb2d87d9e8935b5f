/* SPDX-License-Identifier: Apache-2.0 */
/* A device goes on with other binaries while one vCPU works with it all the time. */
#include "ipc/status.h"
#include "tests/guests/processor.h"
#include "tests/restart/guest/cut.h"
#include "tests/servers/mortal_registers.h"

#define TURN INSTRUCTIONS(100000) /* that the other vCPU works between two steps */

enum binary { FIRST, NEXT, OTHER, WEAK, NONE };

static volatile uint64_t added, stop, stopped;
static volatile uint32_t ticks;

static void told(uint32_t number)
{
	ticks += number == TIMER_INTERRUPT;
}

static void load(uint64_t context)
{
	(void)context;
	while (!stop) {
		write64(MORTAL + MORTAL_ADD, 1);
		added++;
	}
	stopped = 1;
}

static void sleep(void)
{
	uint32_t before = ticks;

	while (ticks == before) {
		interrupts_mask();
		timer_set(counter() + TURN);
		wait_interrupt();
		interrupts_allow();
	}
}

static uint64_t lives(void)
{
	return read64(KILLER + KILLER_LIVES);
}

/* Its next life goes on with what it has noted of the binaries. */
static void cut_supervisor(void)
{
	write64(KILLER + KILLER_VICTIM, VICTIM_SUPERVISOR);
	write64(KILLER + KILLER_DELAY, 1);
	sleep();
	check("  the supervisor was cut", read64(KILLER + KILLER_ANSWER), STATUS_OK);
	write64(KILLER + KILLER_VICTIM, VICTIM_MORTAL);
}

static void upgrade(const char *what, enum binary binary, uint64_t answer, uint64_t more_lives,
		    uint64_t version)
{
	uint64_t before = lives(), work = added;

	print("# ");
	print(what);
	print("\n");
	write64(KILLER + KILLER_UPGRADE, binary);
	check("  the answer", read64(KILLER + KILLER_ANSWER), answer);
	sleep();
	check("  more lives", lives() - before, more_lives);
	check("  the version", read64(MORTAL + MORTAL_VERSION), version);
	check("  the other vCPU works on", added > work, 1);
	check("  the state was not made anew", read64(MORTAL + MORTAL_MADE), 0);
	cut_supervisor();
	check("  nor did that change the version", read64(MORTAL + MORTAL_VERSION), version);
}

static void squares(void)
{
	uint64_t before = read64(MORTAL + MORTAL_SQUARES), sum = read64(MORTAL + MORTAL_ADD);

	check("the new number came with the upgrade", before >= sum, 1);
	write64(MORTAL + MORTAL_ADD, 9);
	check("and is kept", read64(MORTAL + MORTAL_SQUARES), before + 81);
	check("beside the old one", read64(MORTAL + MORTAL_ADD), sum + 9);
}

void guest_main(void)
{
	interrupt_told = told;
	interrupts_start();
	interrupts_allow();
	write64(KILLER + KILLER_VICTIM, VICTIM_MORTAL);
	check("another vCPU is turned on", processor_on(1, load, 0), 0);
	sleep();
	upgrade("the same version", FIRST, STATUS_OK, 1, 1);
	upgrade("the next version", NEXT, STATUS_OK, 1, 2);
	upgrade("a version that knows no other one", OTHER, (uint64_t)STATUS_NOT_SUPPORTED, 0, 2);
	upgrade("a binary that there is none of", NONE, (uint64_t)STATUS_BAD_IMAGE, 0, 2);
	upgrade("a binary that dies at once: back to the old one", WEAK, STATUS_OK, 2, 2);
	upgrade("back to the first version", FIRST, STATUS_OK, 1, 1);
	upgrade("and to the next one again", NEXT, STATUS_OK, 1, 2);
	stop = 1;
	while (!stopped)
		sleep();
	check("every write was counted once", read64(MORTAL + MORTAL_WRITES), added);
	check("and its value added", read64(MORTAL + MORTAL_ADD), added);
	squares();
	check("there was no exception", trapped(), 0);
}
