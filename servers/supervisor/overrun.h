/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a server works at one event for too long: what one look after the other tells. */
#ifndef SUPERVISOR_OVERRUN_H
#define SUPERVISOR_OVERRUN_H

#include <stdbool.h>
#include <stdint.h>

/* The time for one event is so many looks long. */
#define OVERRUN_LOOKS 4

/* The most calls in an event that are no loop: a VM manager that starts a vCPU makes some 50. */
#define OVERRUN_CALLS 1024

/* The last look at a server; all 0 before the first one. */
struct overrun {
	uint64_t event;
	uint64_t calls; /* that it had made */
	uint64_t first; /* and at the first look in this event */
	unsigned int strikes;
};

/*
 * A look: `event` is the server's count, odd while it works at one; `is` and `calls` are what
 * THREAD_GET_STATE and THREAD_GET_CALLS say. True: it is to be cut, and the next look is a first.
 */
bool overrun_look(struct overrun *last, uint64_t event, uint64_t is, uint64_t calls);

#endif
