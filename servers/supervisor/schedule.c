/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/supervisor/schedule.h"

#include <stddef.h>

#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

#define SECOND 1000000000ul

uint64_t schedule_ticks(uint64_t nanoseconds, uint64_t frequency)
{
	/* The product of a whole time and a frequency may be too long for 64 bits. */
	return nanoseconds / SECOND * frequency +
	       (nanoseconds % SECOND * frequency + SECOND - 1) / SECOND;
}

uint64_t schedule_time(const void *tree, int node, const char *name)
{
	uint64_t frequency;

	rt_clock(&frequency);
	return schedule_ticks(tree_number64(tree, node, name, 0), frequency);
}

static void set(handle_t slot, uint32_t cpus, uint64_t budget, uint64_t period, const char *name)
{
	uint64_t frequency;
	status_t status;

	rt_clock(&frequency);
	status = rt_syscall(SYSCALL_SCHEDULE, SLOT_MACHINE, slot, cpus,
			    schedule_ticks(budget, frequency), schedule_ticks(period, frequency), 0,
			    NULL);
	if (status == STATUS_BAD_ARGUMENT)
		refuse("%s can run nowhere: no CPU of its mask %x is there", name, cpus);
	if (status != STATUS_OK)
		refuse("cannot schedule %s (status %ld)", name, status);
}

void schedule(const void *tree, int node, handle_t slot, const char *name)
{
	set(slot, tree_number(tree, node, "cpus"), tree_number64(tree, node, "budget", 0),
	    tree_number64(tree, node, "period", 0), name);
}

void schedule_self(const void *tree, int plan, uint64_t period)
{
	set(SLOT_SELF_THREAD, tree_number(tree, plan, "cpus"), 0, period, "the supervisor");
}
