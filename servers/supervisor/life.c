/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose next life begins when. A task that died begins anew at once; if it goes on dying, later and
 * later; if it died too often in a while, it is held, and its VMs with it, until the operator sets
 * it going. An operator's cut is no death.
 */
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

/* A new binary that dies before it has done this many events is taken back. */
#define PROBATION_EVENTS 64

/* The second death's delay is a 1/DELAY_RATE second; each further one doubles it. */
#define DELAY_RATE 1000
#define DELAY_DOUBLES 10

static uint64_t most_deaths, window; /* held: this many deaths within so many ticks */

void life_limits(const void *tree, int plan)
{
	most_deaths = tree_number(tree, plan, "deaths");
	window = schedule_time(tree, plan, "window");
}

static struct supervisor_task *task_touch(unsigned int number)
{
	struct supervisor_task *task = &state()->task[number];

	RT_TOUCH(*task);
	return task;
}

/* Events are counted by two. */
static bool on_probation(unsigned int number, const struct supervisor_task *task)
{
	return task->previous != SUPERVISOR_NO_IMAGE &&
	       place_durable(number)->watch - task->upgraded < 2 * PROBATION_EVENTS;
}

static void roll_back(unsigned int number, struct supervisor_task *task)
{
	rt_log("%s: the new binary died in its first events: back to the old one",
	       places[number].name);
	task->image = task->previous;
	task->previous = SUPERVISOR_NO_IMAGE;
}

/* How long to wait after the n-th death of a while. */
static uint64_t delay(uint32_t deaths, uint64_t frequency)
{
	uint32_t doubles = deaths > DELAY_DOUBLES + 2 ? DELAY_DOUBLES : deaths - 2;

	return deaths < 2 ? 0 : (frequency / DELAY_RATE) << doubles;
}

void life_died(unsigned int number)
{
	struct supervisor_task *task = task_touch(number);
	uint64_t frequency, now = rt_clock(&frequency);

	if (on_probation(number, task))
		roll_back(number, task);
	if (task->deaths == 0 || now - task->window > window) {
		task->deaths = 0;
		task->window = now;
	}
	task->deaths++;
	if (task->deaths >= most_deaths) {
		task->condition = OPERATOR_CONDITION_HELD;
		rt_log("%s: %u deaths in a short while: it is held, and every VM that needs it "
		       "stands still; restart or upgrade it", places[number].name, task->deaths);
		return;
	}
	task->condition = OPERATOR_CONDITION_GROWING;
	task->due = now + delay(task->deaths, frequency);
}

static void grow_now(struct supervisor_task *task)
{
	task->condition = OPERATOR_CONDITION_GROWING;
	task->due = 0;
}

/* A task that is down already keeps its delay. */
void life_cut(unsigned int number)
{
	if (state()->task[number].condition == OPERATOR_CONDITION_ALIVE)
		grow_now(task_touch(number));
}

status_t life_restart(unsigned int number)
{
	struct supervisor_task *task = task_touch(number);

	if (task->condition == OPERATOR_CONDITION_ALIVE)
		return STATUS_BAD_STATE;
	task->deaths = 0;
	grow_now(task);
	return STATUS_OK;
}

status_t life_upgrade(unsigned int number, unsigned int image)
{
	struct supervisor_task *task;
	status_t status = image_check(number, image);

	if (status != STATUS_OK)
		return status;
	task = task_touch(number);
	task->previous = task->image;
	task->image = (uint8_t)image;
	task->upgraded = place_durable(number)->watch;
	task->deaths = 0;
	grow_now(task);
	return STATUS_OK;
}

static void end(unsigned int number)
{
	rt_syscall_one(SYSCALL_THREAD_STOP, places[number].thread);
	task_touch(number)->stopped = true;
}

/* Cut here, the next supervisor does it again: that costs the task one life more, nothing else. */
static void begin(unsigned int number)
{
	const struct place *place = &places[number];
	const struct supervisor_task *now = &state()->task[number];
	struct supervisor_task *task;
	status_t status;

	status = now->mapped == now->image ? STATUS_OK : image_change(number);
	if (status == STATUS_OK)
		status = rt_syscall(SYSCALL_THREAD_START, place->thread, now->entry,
				    STACK_END, START_ADDRESS, 0, 0, NULL);
	/* Only now: image_change commits what it notes, and with it all that was touched before. */
	task = task_touch(number);
	if (status != STATUS_OK) {
		rt_log("%s cannot begin a next life: status %ld", place->name, (long)status);
		task->condition = OPERATOR_CONDITION_HELD;
		return;
	}
	task->condition = OPERATOR_CONDITION_ALIVE;
	task->stopped = false;
	task->lives++;
}

void life_settle(uint64_t now)
{
	unsigned int number;

	for (number = 0; number < task_count; number++) {
		const struct supervisor_task *task = &state()->task[number];

		if (task->condition != OPERATOR_CONDITION_ALIVE && !task->stopped)
			end(number);
		if (task->condition == OPERATOR_CONDITION_GROWING && task->due <= now)
			begin(number);
	}
}

uint64_t life_due(void)
{
	uint64_t due = TIMER_OFF;
	unsigned int number;

	for (number = 0; number < task_count; number++) {
		const struct supervisor_task *task = &state()->task[number];

		if (task->condition == OPERATOR_CONDITION_GROWING && task->due < due)
			due = task->due;
	}
	return due;
}
