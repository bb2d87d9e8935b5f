/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schedules: on which CPUs a thread may run by itself, and for how long.
 *
 * A budget is a sporadic server's (Sprunt, Sha and Lehoczky 1989, with the corrections of
 * Stanovich et al. 2010): what an activation used comes back one period after that activation
 * began, so that in no window the thread takes more than a periodic one of the same budget would.
 * A server works on the budget of the caller whose message it has, and finishes it: what that took
 * beyond the budget is a debt.
 */
#ifndef KERNEL_SCHEDULE_H
#define KERNEL_SCHEDULE_H

#include <stdbool.h>

#include "kernel/timer.h"

struct thread;

/* Chunks of budget on their way back; one more comes back together with the last of them. */
#define REPLENISHMENTS 8

struct replenishment {
	uint64_t at, amount; /* ticks */
};

struct schedule {
	uint32_t cpus;           /* bit n: CPU n */
	struct cpu *home;        /* the first of them */
	uint64_t budget, period; /* ticks; no limit where budget is 0 */
	int64_t left;
	uint64_t since; /* when what is being used now began; while the thread pays */
	bool spent;     /* nothing is left: it is to wait */
	uint32_t count; /* of replenishments, soonest first */
	struct replenishment replenishments[REPLENISHMENTS];
	struct timer timer; /* the next that happens to the budget while it pays or waits */
};

/* The creator's CPUs, no limit. */
void schedule_init(struct thread *thread);

/* False: none of the CPUs is there, or the budget is no part of its period. */
bool schedule_set(struct thread *thread, uint64_t mask, uint64_t budget, uint64_t period);

/* Somebody has a budget. */
extern bool schedule_limits;

/* From now on the CPU's time is that of `next`, or of whose message it has in hand. */
void schedule_charge(struct cpu *cpu, struct thread *next);
static inline void schedule_pay(struct cpu *cpu, struct thread *next)
{
	if (__builtin_expect(schedule_limits, 0))
		schedule_charge(cpu, next);
}

/* May the ready thread run? If not, it waits for its next replenishment. */
bool schedule_allows(struct thread *thread);

/* The thread, at this CPU or with the caller alone, neither pays nor waits any more. */
void schedule_stop(struct thread *thread);

#endif
