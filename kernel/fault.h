/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's lives. It hears of all other tasks' faults; of its own nobody does, so that the
 * kernel itself starts it again, where it started first: with all its handles and mappings, and
 * the number of lives that it had as second argument. The message it had in hand comes again.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include "kernel/thread.h"

/* The first task's thread: a later one has a fault endpoint always. */
static inline bool thread_is_supervisor(const struct thread *thread)
{
	return thread->task && !thread->fault_endpoint;
}

/* At boot: what it begins with. */
void supervisor_init(struct thread *thread, uint64_t entry, uint64_t stack, uint64_t argument);

/* Alone: from now on it is to wait or take a message in every `period` ticks; 0: need not. */
void supervisor_watch(uint64_t period);

#endif
