/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads and vCPUs: the one kind of thing that is scheduled. A vCPU is a thread whose context is
 * a guest's, so servers and guests share the same queues.
 *
 * A thread is at one CPU. What decides whether it runs (its state, priority and place in a queue)
 * changes only there; other CPUs ask that CPU to look at it (thread_notify). Two things move it: a
 * server goes where the caller is whose message it takes, and a CPU with threads to spare gives
 * one to an idle CPU.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "arch/include/arch.h"
#include "ipc/message.h"
#include "kernel/cpu.h"
#include "kernel/object.h"
#include "kernel/queue.h"
#include "kernel/schedule.h"
#include "kernel/timer.h"

struct endpoint;

enum thread_state {
	THREAD_STOPPED,
	THREAD_READY,     /* running, or in a ready queue */
	THREAD_RECEIVING, /* waits for a message at the endpoint it `serves` */
	THREAD_SENDING,   /* waits in `endpoint`'s queue for the server to take its message */
	THREAD_CALLING,   /* `server` has its message */
	THREAD_SLEEPING,  /* a vCPU that waits for an interrupt */
	THREAD_SPENT,     /* waits for its next budget */
	THREAD_HELD,      /* a vCPU that could run, but is held */
	THREAD_ANSWERED,  /* its endpoint has ended: its CPU is to tell it STATUS_DEAD */
	THREAD_FAULTED,   /* never runs again by itself; its report may be on its way */
};

struct thread {
	struct arch_context context; /* first: the vectors save registers here */
	struct object object;
	struct queue link; /* in a ready queue or an endpoint's queue */
	struct task *task; /* NULL for a vCPU */
	struct cpu *cpu;   /* where it is; NULL: it waits, RECEIVING, or is just handed to a CPU */
	uint8_t state;
	uint8_t priority; /* now: its own, or lent by who waits for it */
	uint8_t base_priority;

	bool returned; /* its message came back, its server is gone: nobody gets ahead of it */
	bool faulted;  /* a task's thread: the message it sent is its own fault's report */
	uint32_t notified; /* in an inbox: its CPU is going to look at it */
	uint32_t lent; /* bit n: somebody waits for it with priority n; for its CPU to look at */
	struct thread *inbox_next;
	struct schedule schedule;

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
	uint64_t calls; /* how often its system calls were alone: each waited for all other CPUs */
	struct arch_fp fp;
};

/* A stopped thread of the task, or NULL. */
struct thread *thread_create(struct pool *pool, struct task *task, uint8_t priority,
			     struct endpoint *fault, uint64_t badge);
void thread_init(struct thread *thread, uint8_t priority, struct endpoint *fault, uint64_t badge);

/* Ready, at the end of its CPU's queue. It is blocked, and the caller's to make ready. */
void thread_ready(struct thread *thread);

/* The blocked thread, of which hardware holds nothing and which is nowhere, goes on at that CPU. */
void thread_hand(struct thread *thread, struct cpu *to);

/* The CPU that the thread is at is to look at it: its state, its events, what it was lent. */
void thread_notify(struct thread *thread);

/* Looks at every thread that this CPU was told to look at. */
void thread_look_all(struct cpu *cpu);

/* Somebody waits for the thread with `priority`: it gets that, and so does whom it waits for. */
void thread_lend(struct thread *thread, uint8_t priority);

/* Where the thread's own activity runs: here if its schedule allows it, else at its home. */
struct cpu *thread_own_cpu(const struct thread *thread);

/* This CPU's hardware lets go of the ready thread, which is to run at another one. */
void thread_move(struct thread *thread, struct cpu *to);

/* Alone: the stopped thread begins, as urgent as who waits for it. */
void thread_start(struct thread *thread, uint64_t entry, uint64_t stack, uint64_t argument,
		  uint64_t second);

/* Alone: takes the thread out of whatever it is in; it runs no more until it is made ready. */
void thread_stop(struct thread *thread);
status_t thread_destroy(struct thread *thread);

/* Alone: its registers are in memory, not in hardware, until the kernel is left. */
void thread_evict(struct thread *thread);

/* Alone: where and how long the thread, stopped or the caller's own, may run. */
status_t thread_schedule_set(struct thread *thread, uint64_t mask, uint64_t budget,
			     uint64_t period);

/* A task's thread did what it may not: it stops, and its fault endpoint hears of it (fault.c). */
struct thread *thread_fault(struct thread *thread, uint64_t address, uint64_t syndrome,
			    const uint64_t position[4]);

/* Alone: the thread has the CPU that it is at. */
bool thread_runs(const struct thread *thread);

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
struct thread *thread_prefer_slowly(struct cpu *cpu, struct thread *next);
static inline struct thread *thread_prefer(struct cpu *cpu, struct thread *next)
{
	if (next && next->priority >= thread_ready_priority(cpu) && !next->schedule.spent)
		return next;
	return thread_prefer_slowly(cpu, next);
}

#endif
