/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to one CPU, and who may be in the kernel at a time.
 *
 * Most entries are shared: messages, signals, interrupts, scheduling. They touch their own CPU's
 * structure, threads that are at this CPU, and endpoints. What makes, ends or changes objects is
 * alone: no other CPU is inside then, so it may touch everything. Entering shared costs two
 * accesses to the CPU's own structure; being alone costs a round over all CPUs.
 */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include <stddef.h>

#include "arch/include/arch.h"
#include "kernel/lock.h"
#include "kernel/queue.h"
#include "kernel/stack.h"
#include "kernel/timer.h"

#define CPU_COUNT 8

struct thread;

struct cpu {
	/* First, for the vectors: itself while it is in the kernel, shared, else NULL. */
	struct cpu *inside;
	uint64_t held; /* somebody is alone, or about to be: stay out */
	void *stack; /* top of the kernel stack; the vectors know its place, and the next two's */
	struct thread *current; /* whose registers the hardware holds, or NULL */
	struct thread *entered; /* the vCPU that may run on as the hardware is, or NULL */
	struct thread *guest;   /* the vCPU whose guest registers the hardware holds, or NULL */
	struct thread *fp_owner; /* whose FP registers the hardware holds, or NULL */
	uint32_t number;
	uint32_t started;  /* it has left boot behind */
	uint64_t identity; /* the firmware's and the hardware's number of it */
	bool reschedule; /* somebody became ready: ask thread_schedule before going on */

	uint32_t ready_priorities; /* bit n: ready[n] is not empty */
	struct queue ready[PRIORITY_COUNT];
	struct timer slice; /* ends the turn of the current thread among its equals */
	struct thread *payer; /* on whose budget the CPU runs, or NULL for nobody's */

	/* What other CPUs write. */
	struct thread *inbox; /* threads to look at: a stack, linked by their inbox_next */
	uint32_t offers;      /* bit n: CPU n may have a ready thread to spare for this one */
	bool waits;           /* at the door: its turn comes before the next one is alone */
	struct thread *evict; /* what somebody alone asks this CPU to let go of, or NULL */
	uint32_t timers_changed; /* by another CPU: the hardware is to be set */
	struct lock timer_lock;
	struct queue timers;

	struct arch_cpu arch;
};

_Static_assert(offsetof(struct cpu, inside) == 0, "the vectors");
_Static_assert(offsetof(struct cpu, stack) == CPU_STACK, "the vectors");
_Static_assert(offsetof(struct cpu, current) == CPU_CURRENT, "the vectors");
_Static_assert(offsetof(struct cpu, entered) == CPU_ENTERED, "the vectors");

extern struct cpu cpus[CPU_COUNT];
extern unsigned int cpu_count; /* of them that are there */

/* Bit n: CPU n is there; CPU n waits for work. */
extern uint32_t cpus_online, cpus_idle;

static inline struct cpu *cpu_this(void)
{
	return arch_cpu_pointer();
}

static inline uint32_t cpu_bit(const struct cpu *cpu)
{
	return 1u << cpu->number;
}

/* Waits, outside, until nobody is alone. False: the current thread was taken away meanwhile. */
bool cpu_wait(struct cpu *cpu);

/* Comes inside, shared, unless somebody is alone. The way out is the vectors'. */
static inline bool cpu_step_inside(struct cpu *cpu)
{
	/* Pairs with hold_others in cpu.c: of the two stores at least one is seen by the other. */
	__atomic_store_n(&cpu->inside, cpu, __ATOMIC_SEQ_CST);
	return __builtin_expect(!__atomic_load_n(&cpu->held, __ATOMIC_SEQ_CST), 1);
}

/* Comes inside, shared; what cpu_wait says. */
static inline bool cpu_enter(struct cpu *cpu)
{
	return cpu_step_inside(cpu) || cpu_wait(cpu);
}

/* Goes outside by itself: before it waits for an interrupt. */
static inline void cpu_leave(struct cpu *cpu)
{
	/* Pairs with hold_others: what was done inside is seen by who is alone afterwards. */
	__atomic_store_n(&cpu->inside, NULL, __ATOMIC_RELEASE);
}

/* From shared to alone; meanwhile the current thread may be taken away. */
void cpu_enter_alone(struct cpu *cpu);

/* Back to shared, without a moment outside. */
void cpu_leave_alone(struct cpu *cpu);

/* This CPU's hardware holds nothing of the thread any more, nor is that its current one. */
void cpu_let_go(struct cpu *cpu, struct thread *thread);

/*
 * Alone: no hardware holds anything of the thread afterwards, so its registers may be read and
 * written; it stays in the state it is in.
 */
void cpu_evict(struct thread *thread);

#endif
