/* SPDX-License-Identifier: Apache-2.0 */
/* Where a thread runs and for how long: a node of the plan with `cpus`, `budget` and `period`. */
#ifndef SUPERVISOR_SCHEDULE_H
#define SUPERVISOR_SCHEDULE_H

#include <stdint.h>

#include "ipc/syscall.h"

/*
 * Nanoseconds in ticks, rounded up: a budget that is there never becomes 0, which is no limit, and
 * never more than its period. For frequencies below 2^34 and results below 2^64.
 */
uint64_t schedule_ticks(uint64_t nanoseconds, uint64_t frequency);

/* A time of the plan, a property in nanoseconds, in ticks. */
uint64_t schedule_time(const void *tree, int node, const char *name);

/* The schedule of a stopped thread or vCPU. */
void schedule(const void *tree, int node, handle_t slot, const char *name);

/*
 * The supervisor's own: /plan names its CPUs, it has no budget. `period`, in nanoseconds: one that
 * works for longer without waiting is cut by the kernel; 0: it may.
 */
void schedule_self(const void *tree, int plan, uint64_t period);

#endif
