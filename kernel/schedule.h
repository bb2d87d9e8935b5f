/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schedules: on which CPUs a thread may run by itself, and for how long.
 *
 * A budget is a sporadic server's (Sprunt, Sha and Lehoczky 1989, with the corrections of
 * Stanovich et al. 2010). It lies in chunks, together always the whole budget, each with the time
 * from which it may be used. What is used of a chunk may be used again one period after that time;
 * a thread that wakes up has what was there before from now on only. So in no window the thread
 * takes more than a periodic one of the same budget would. A server works on the budget of the
 * caller whose message it has, and finishes it: what that takes beyond the budget is used before
 * its time, and so comes back later.
 */
#ifndef KERNEL_SCHEDULE_H
#define KERNEL_SCHEDULE_H

#include <stdbool.h>

#include "kernel/timer.h"

struct thread;

/* One more chunk comes together with the last of them. */
#define CHUNKS 8

struct chunk {
	uint64_t at, amount; /* ticks */
};

struct schedule {
	uint32_t cpus;           /* bit n: CPU n */
	struct cpu *home;        /* the first of them */
	uint64_t budget, period; /* ticks; no limit where budget is 0 */
	uint64_t since; /* from when on what is used is not charged yet; while the thread pays */
	bool asleep;    /* it did not want to run for a while */
	bool spent;     /* the first chunk's time is still to come: it is to wait */
	uint32_t count; /* of chunks, soonest first */
	struct chunk chunks[CHUNKS];
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

/* May the ready thread run? If not, it waits for its next chunk. */
bool schedule_allows(struct thread *thread);

/* The thread, at this CPU or with the caller alone, neither pays nor waits any more. */
void schedule_stop(struct thread *thread);

#endif
