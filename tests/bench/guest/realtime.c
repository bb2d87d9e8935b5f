/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real-time guest: sleeps until its timer wakes it, every PERIOD ticks, and tells by how much it
 * was late by its own clock, series by series. Bootargs "once": it ends after the first.
 */
#include "tests/bench/guest/measured.h"

#define PERIOD 100000ul
#define BEFORE 100 /* wake-ups until all guests are there */
#define WAKES 300  /* in a series, or MANY in those that go on */
#define MANY 2000

static uint64_t deadline;
static uint64_t least, most, sum, missed;
static volatile uint64_t wakes;

void interrupt_taken(uint32_t number)
{
	uint64_t late;

	MARK(MARK_WOKEN);
	late = instructions() - deadline;
	least = late < least ? late : least;
	most = late > most ? late : most;
	sum += late;
	missed += late / PERIOD; /* deadlines that have passed, too */
	deadline += (late / PERIOD + 1) * PERIOD;
	timer_at(deadline);
	interrupt_end(number);
	wakes++;
}

/* Its timer is far from due when it looks at `wakes`, so it may sleep with interrupts on. */
static void series(uint64_t count)
{
	wakes = most = sum = missed = 0;
	least = ~0ul;
	deadline = timer_align(instructions() + PERIOD);
	timer_at(deadline);
	interrupts_allow();
	while (wakes < count)
		wait_interrupt();
	timer_off();
}

void guest_main(uint64_t vcpu)
{
	bool once = argument("once");

	(void)vcpu;
	machine_start();
	series(BEFORE);
	do {
		MARK(MARK_RUN_BEGIN);
		series(once ? WAKES : MANY);
		MARK(MARK_RUN_END);
		print("realtime_wakes", wakes);
		print("realtime_least", least);
		print("realtime_mean", sum / wakes);
		print("realtime_most", most);
		print("realtime_missed", missed);
	} while (!once);
}
