/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's own timer: out of sleep, masked, before it is enabled, again and again. */
#include "tests/guests/runtime.h"

#define PATIENCE 1000000u
#define LATER (3600 * TICKS_PER_SECOND)

/* How many were taken since `before`: at least one, if there is ever one. */
static uint64_t taken_since(uint32_t before)
{
	while (taken_count == before)
		yield();
	return taken_count - before;
}

static uint32_t last(void)
{
	return taken[(taken_count - 1) % TAKEN];
}

static void spin(void)
{
	uint32_t spins;

	for (spins = 0; spins < 1000; spins++)
		yield();
}

static void asleep(void)
{
	uint32_t before = taken_count, waits = 0;
	uint64_t start = counter();

	timer_set(start + TIMER_STEP);
	while (taken_count == before && waits++ < PATIENCE)
		wait_interrupt();
	check("the timer ends sleep", last(), TIMER_INTERRUPT);
	check("not before its time", counter() - start >= TIMER_STEP, 1);
	before = taken_count;
	interrupts_mask();
	timer_set(counter());
	wait_interrupt();
	check("sleep ends by a masked interrupt too", taken_count, before);
	interrupts_allow();
	check("which is then taken", taken_since(before), 1);
}

/* It may be asleep already when the time comes, or just about to be. */
static void asleep_soon(void)
{
	uint64_t ticks, wrong = 0;

	for (ticks = 0; ticks < MICROSECONDS(64); ticks++) {
		uint32_t before = taken_count;

		interrupts_mask();
		timer_set(counter() + ticks);
		wait_interrupt();
		interrupts_allow();
		wrong += taken_since(before) != 1;
	}
	check("times at which a sleeping vCPU was not woken once", wrong, 0);
}

/* Linux arms its timer before it enables the interrupt. */
static void early(void)
{
	uint32_t before = taken_count;

	timer_interrupt_disable();
	timer_set(counter());
	spin();
	check("a guest goes on while its disabled timer fires", taken_count, before);
	timer_interrupt_enable();
	check("and takes it once it is enabled", taken_since(before), 1);
	check("by its number", last(), TIMER_INTERRUPT);
}

/* Its interrupt is pending as long as it is due, and no longer. */
static void moved(void)
{
	uint32_t before = taken_count;

	interrupts_mask();
	timer_set(counter());
	wait_interrupt();
	timer_set(counter() + LATER);
	timer_interrupt_enable(); /* it was: now it is only looked at */
	interrupts_allow();
	spin();
	check("a masked timer that is moved on does not come", taken_count, before);
	timer_interrupt_disable();
	timer_set(counter());
	spin();
	timer_set(counter() + LATER);
	timer_interrupt_enable();
	spin();
	check("nor one that was disabled", taken_count, before);
	interrupts_mask();
	timer_set(counter());
	interrupts_allow();
	check("but when it is due again", taken_since(before), 1);
	interrupts_mask();
	timer_set(counter());
	wait_interrupt();
	timer_set(counter() + MICROSECONDS(1000));
	before = taken_count;
	interrupts_allow();
	check("and once when it was moved on and is due", taken_since(before), 1);
}

static void repeats(void)
{
	uint32_t before = taken_count, waits = 0;

	timer_rearm = true;
	timer_set(counter());
	while (taken_count - before < 50 && waits++ < PATIENCE)
		wait_interrupt();
	timer_rearm = false;
	timer_off();
	check("the timer comes again each time it is set", taken_count - before >= 50, 1);
}

void guest_main(void)
{
	interrupts_start();
	interrupts_allow();
	asleep();
	asleep_soon();
	early();
	moved();
	repeats();
	check("there was no exception", trapped(), 0);
}
