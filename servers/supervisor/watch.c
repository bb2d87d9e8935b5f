/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hang is a crash. Each server counts in its durable memory when it begins an event and when it
 * has done it, so the count is odd in between. One that runs at the same odd count for several
 * looks, and does not wait for another server meanwhile, has overrun its time (overrun.c).
 */
#include "ipc/syscall.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/overrun.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"

/* Some looks are later by up to so many parts: none may keep step with a budget's period. */
#define DELAYS 8
#define DELAY_PARTS 64

static uint64_t period, next;
static unsigned int looks;
static struct overrun last[SUPERVISOR_TASKS];

void watch_limit(const void *tree, int plan)
{
	period = schedule_time(tree, plan, "overrun") / OVERRUN_LOOKS;
}

static uint64_t get(unsigned int number, enum thread_register what)
{
	uint64_t value;

	return rt_thread_get(places[number].thread, what, &value) == STATUS_OK ? value : 0;
}

static void look_at(unsigned int number)
{
	uint64_t event = place_durable(number)->watch;

	if (!(event & 1) || !overrun_look(&last[number], event, get(number, THREAD_GET_STATE),
					  get(number, THREAD_GET_CALLS)))
		return;
	rt_log("%s has worked at one event for too long: it is cut", places[number].name);
	report_death(number, CAUSE_OVERRUN, 0);
	life_died(number);
}

uint64_t watch_look(uint64_t now)
{
	unsigned int number;

	if (now < next)
		return next;
	for (number = 0; number < task_count; number++)
		if (state()->task[number].condition == OPERATOR_CONDITION_ALIVE)
			look_at(number);
	next = now + period + period / DELAY_PARTS * (looks++ % DELAYS);
	return next;
}
