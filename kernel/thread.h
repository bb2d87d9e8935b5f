/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads and vCPUs: the one kind of thing that is scheduled. A vCPU is a thread whose context is
 * a guest's, so servers and guests share the same queues.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "arch/include/arch.h"
#include "ipc/message.h"
#include "kernel/cpu.h"
#include "kernel/object.h"
#include "kernel/queue.h"
#include "kernel/timer.h"

struct endpoint;

enum thread_state {
	THREAD_STOPPED,
	THREAD_READY,     /* running, or in a ready queue */
	THREAD_RECEIVING, /* waits for a message at the endpoint it `serves` */
	THREAD_SENDING,   /* waits in `endpoint`'s queue for the server to take its message */
	THREAD_CALLING,   /* `server` has its message */
	THREAD_SLEEPING,  /* a vCPU that waits for an interrupt */
	THREAD_FAULTED,   /* never runs again by itself; its report may be on its way */
};

struct thread {
	struct arch_context context; /* first: the vectors save registers here */
	struct object object;
	struct queue link; /* in a ready queue or an endpoint's queue */
	struct task *task; /* NULL for a vCPU */
	uint8_t state;
	uint8_t priority; /* now: its own, or lent by who waits for it */
	uint8_t base_priority;

	bool returned; /* its message came back, its server is gone: nobody gets ahead of it */
	bool faulted;  /* a task's thread: the message it sent is its own fault's report */

	/* As a server: whose message is in hand, and the endpoint it received at last. */
	struct thread *caller;
	struct endpoint *serves;
	uint64_t serves_slot; /* its handle, checked; HANDLE_NONE: to be checked again */
	/* As a caller: what it sent; it is in `endpoint`'s queue, or in `server`'s hand. */
	struct endpoint *endpoint;
	struct thread *server;
	uint64_t label, badge;
	const uint64_t *words; /* MESSAGE_WORDS of them; they stay until the answer comes */

	struct endpoint *fault_endpoint;
	uint64_t fault_badge;
	uint64_t fault_words[MESSAGE_WORDS];
	struct arch_fp fp;
};

/* A stopped thread of the task, or NULL. */
struct thread *thread_create(struct pool *pool, struct task *task, uint8_t priority,
			     struct endpoint *fault, uint64_t badge);
void thread_init(struct thread *thread, uint8_t priority, struct endpoint *fault, uint64_t badge);

/* Puts the thread, which is not the current one, at the end of its queue. */
void thread_ready(struct thread *thread);

/* Lends `priority` to the thread and to whoever it waits for, where they have less. */
void thread_boost(struct thread *thread, uint8_t priority);

/* Takes the thread out of whatever it is in; it does not run until it is made ready again. */
void thread_stop(struct thread *thread);
status_t thread_destroy(struct thread *thread);

/* A task's thread did what it may not: it stops, and its fault endpoint hears of it. */
struct thread *thread_fault(struct thread *thread, uint64_t address, uint64_t syndrome,
			    const uint64_t position[4]);

/* The end of a CPU's time slice; for timer_init. */
void thread_slice_end(struct timer *slice);

/* The highest priority among ready threads, or -1. */
static inline int thread_ready_priority(const struct cpu *cpu)
{
	return cpu->ready_priorities ? 31 - __builtin_clz(cpu->ready_priorities) : -1;
}

/*
 * Decides who runs after an event: the current thread if it still may and nobody is more urgent,
 * else the most urgent one. Waits for an interrupt while there is none.
 */
struct thread *thread_schedule(struct cpu *cpu);

/* The same where `next` (neither current nor queued, or NULL) would be right without a search. */
static inline struct thread *thread_prefer(struct cpu *cpu, struct thread *next)
{
	if (next && next->priority >= thread_ready_priority(cpu))
		return next;
	if (next)
		thread_ready(next);
	return thread_schedule(cpu);
}

#endif
