/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hang is a crash. Each server counts in its durable memory when it begins an event and when it
 * has done it, so the count is odd in between. One that stands at the same odd count for several
 * looks, and does not wait for another server meanwhile, has overrun its time.
 */
#include "ipc/syscall.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"

/* The time for one event is so many looks long. */
#define LOOKS 4

static uint64_t period, next;
static uint64_t seen[SUPERVISOR_TASKS];
static uint8_t strikes[SUPERVISOR_TASKS];

void watch_limit(const void *tree, int plan)
{
	period = schedule_time(tree, plan, "overrun") / LOOKS;
}

static bool runs(unsigned int number)
{
	uint64_t is;

	return rt_thread_get(places[number].thread, THREAD_GET_STATE, &is) == STATUS_OK &&
	       is == THREAD_IS_READY;
}

static void look_at(unsigned int number)
{
	uint64_t count = place_durable(number)->watch;

	if (!(count & 1) || count != seen[number] || !runs(number))
		strikes[number] = 0;
	else if (++strikes[number] == LOOKS) {
		strikes[number] = 0;
		rt_log("%s has worked at one event for too long: it is cut", places[number].name);
		report_death(number, CAUSE_OVERRUN, 0);
		life_died(number);
	}
	seen[number] = count;
}

uint64_t watch_look(uint64_t now)
{
	unsigned int number;

	if (now < next)
		return next;
	for (number = 0; number < task_count; number++)
		if (state()->task[number].condition == OPERATOR_CONDITION_ALIVE)
			look_at(number);
	next = now + period;
	return next;
}
