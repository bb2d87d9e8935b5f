/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real-time guest: sleeps until its timer wakes it, every PERIOD ticks, and tells by how much it
 * was late by its own counter. A period that has already passed is told as missed.
 */
#include "tests/bench/guest/measured.h"

#define PERIOD 100000ul
#define BEFORE 100 /* wake-ups until all guests are there */
#define WAKES 300

static uint64_t deadline, least = ~0ul, most, sum, missed;
static volatile uint64_t wakes;

void interrupt_taken(uint32_t number)
{
	uint64_t late;

	MARK(MARK_WOKEN);
	late = counter() - deadline;
	if (wakes >= BEFORE) {
		least = late < least ? late : least;
		most = late > most ? late : most;
		sum += late;
		missed += late / PERIOD;
	}
	deadline += (late / PERIOD + 1) * PERIOD;
	timer_set(deadline);
	interrupt_end(number);
	wakes++;
}

/* Its timer is far from due when it looks, so it may sleep with interrupts on. */
static void rest_until(uint64_t count)
{
	while (wakes < count)
		wait();
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
	machine_start();
	deadline = counter() + PERIOD;
	timer_set(deadline);
	interrupts_allow();
	rest_until(BEFORE);
	MARK(MARK_RUN_BEGIN);
	rest_until(BEFORE + WAKES);
	MARK(MARK_RUN_END);
	timer_off();
	print("realtime_wakes", WAKES);
	print("realtime_least", least);
	print("realtime_mean", sum / WAKES);
	print("realtime_most", most);
	print("realtime_missed", missed);
}
