/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to one CPU. Only that CPU touches it, with interrupts off, so it needs no lock. */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include "arch/include/arch.h"
#include "kernel/queue.h"
#include "kernel/timer.h"

struct thread;

struct cpu {
	void *stack; /* top of the kernel stack; first, for the vectors */
	struct thread *current;
	struct thread *entered;   /* the vCPU that may run on as the hardware is, or NULL */
	struct thread *guest;     /* the vCPU whose guest registers the hardware holds, or NULL */
	struct thread *fp_owner;  /* whose FP registers the hardware holds, or NULL */
	bool reschedule;           /* somebody became ready: ask thread_schedule before going on */
	uint32_t ready_priorities; /* bit n: ready[n] is not empty */
	struct queue ready[PRIORITY_COUNT];
	struct queue timers;
	struct timer slice; /* ends the turn of the current thread among its equals */
	struct arch_cpu arch;
};

static inline struct cpu *cpu_this(void)
{
	return arch_cpu_pointer();
}

#endif
