/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot timers of a CPU, soonest first. A timer is part of the object that it wakes. */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include <stdint.h>

#include "kernel/queue.h"

struct cpu;

struct timer {
	struct queue link;
	struct cpu *cpu; /* where it is set, or NULL */
	uint64_t deadline; /* ticks */
	void (*expire)(struct timer *timer); /* called on that CPU */
};

void timer_init(struct timer *timer, void (*expire)(struct timer *));

/* Both for any CPU, but for one timer not on two at once. */
void timer_set(struct timer *timer, struct cpu *cpu, uint64_t deadline);
void timer_cancel(struct timer *timer);

/* This CPU's timer interrupt: runs what has expired, TIMER_BATCH at most. */
void timer_interrupt(struct cpu *cpu);

/* Sets this CPU's hardware if another CPU has set a timer here. */
void timer_look(struct cpu *cpu);

#endif
