/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot timers of a CPU, soonest first. A timer is part of the object that it wakes. */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include <stdint.h>

#include "kernel/queue.h"

struct timer {
	struct queue link;
	uint64_t deadline; /* ticks */
	void (*expire)(struct timer *timer);
};

void timer_init(struct timer *timer, void (*expire)(struct timer *));
void timer_set(struct timer *timer, uint64_t deadline);
void timer_cancel(struct timer *timer);

/* The CPU's timer interrupt: runs what has expired and sets the hardware for the next. */
void timer_interrupt(void);

#endif
