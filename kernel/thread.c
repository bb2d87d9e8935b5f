/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler: fixed priorities, preemptive, in turns among equals. */
#include "kernel/thread.h"

#include "gen/fault.h"
#include "kernel/endpoint.h"
#include "kernel/irq.h"
#include "kernel/task.h"
#include "kernel/vm.h"

#define SLICES_A_SECOND 200
#define BOOST_DEPTH 16

void thread_init(struct thread *thread, uint8_t priority, struct endpoint *fault, uint64_t badge)
{
	queue_init(&thread->link);
	thread->priority = thread->base_priority = priority;
	thread->fault_endpoint = fault;
	thread->fault_badge = badge;
	if (fault)
		object_hold(&fault->object);
}

struct thread *thread_create(struct pool *pool, struct task *task, uint8_t priority,
			     struct endpoint *fault, uint64_t badge)
{
	struct thread *thread = object_create(pool, OBJECT_THREAD, sizeof(*thread),
					      offsetof(struct thread, object));

	if (!thread)
		return NULL;
	thread_init(thread, priority, fault, badge);
	thread->task = task;
	task->threads++;
	object_hold(&task->object);
	return thread;
}

static void say(const char *text)
{
	for (; *text; text++)
		arch_machine_put(*text);
}

struct thread *thread_fault(struct thread *thread, uint64_t address, uint64_t syndrome,
			    const uint64_t position[4])
{
	struct endpoint *endpoint = thread->fault_endpoint;
	unsigned int index;

	if (!endpoint || endpoint->object.dead || thread->faulted) {
		say("\ncoppice: a task has died whose fault nobody hears\n");
		thread->state = THREAD_FAULTED;
		return thread_schedule(cpu_this());
	}
	thread->faulted = true;
	thread->fault_words[0] = address;
	thread->fault_words[1] = syndrome;
	for (index = 0; index < 4; index++)
		thread->fault_words[2 + index] = position[index];
	thread->label = FAULT_LABEL_TASK;
	thread->badge = thread->fault_badge;
	thread->words = thread->fault_words;
	return thread_prefer(cpu_this(), endpoint_send(endpoint, thread));
}

static void ready_insert(struct cpu *cpu, struct thread *thread, bool first)
{
	struct queue *queue = &cpu->ready[thread->priority];

	queue_insert(first ? queue->next : queue, &thread->link);
	cpu->ready_priorities |= 1u << thread->priority;
}

static void ready_remove(struct cpu *cpu, struct thread *thread)
{
	queue_remove(&thread->link);
	if (queue_empty(&cpu->ready[thread->priority]))
		cpu->ready_priorities &= ~(1u << thread->priority);
}

void thread_ready(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	thread->state = THREAD_READY;
	ready_insert(cpu, thread, false);
	cpu->reschedule = true;
}

static bool thread_queued(const struct thread *thread)
{
	return !queue_empty(&thread->link);
}

void thread_boost(struct thread *thread, uint8_t priority)
{
	struct cpu *cpu = cpu_this();
	unsigned int depth;

	for (depth = 0; thread && thread->priority < priority && depth < BOOST_DEPTH; depth++) {
		bool ready = thread->state == THREAD_READY && thread_queued(thread);

		if (ready)
			ready_remove(cpu, thread);
		thread->priority = priority;
		if (ready)
			ready_insert(cpu, thread, false);
		if (thread->state == THREAD_SENDING)
			endpoint_requeue(thread);
		if (thread->state == THREAD_SENDING || thread->state == THREAD_CALLING)
			thread = thread_waits_at(thread)->server;
	}
	cpu->reschedule = true;
}

void thread_stop(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	if (thread->state == THREAD_READY && thread_queued(thread))
		ready_remove(cpu, thread);
	endpoint_forget(thread);
	if (!thread->task)
		vcpu_stopped(CONTAINER(thread, struct vcpu, thread));
	thread->state = THREAD_STOPPED;
	cpu->reschedule = true;
}

status_t thread_destroy(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	if (thread == cpu->current)
		return STATUS_BUSY;
	thread_stop(thread);
	if (thread->serves)
		thread->serves->server = NULL;
	if (cpu->fp_owner == thread)
		cpu->fp_owner = NULL;
	if (thread->fault_endpoint)
		object_release(&thread->fault_endpoint->object);
	if (thread->task) {
		thread->task->threads--;
		object_release(&thread->task->object);
	} else {
		vcpu_destroyed(CONTAINER(thread, struct vcpu, thread));
	}
	return STATUS_OK;
}

/* The turn of the current thread is over: behind its equals. */
void thread_slice_end(struct timer *slice)
{
	struct thread *current = CONTAINER(slice, struct cpu, slice)->current;

	if (current->state == THREAD_READY && !thread_queued(current))
		thread_ready(current);
}

static struct thread *thread_most_urgent(struct cpu *cpu)
{
	struct thread *current = cpu->current, *next;
	int best = thread_ready_priority(cpu);

	if (current->state == THREAD_READY && !thread_queued(current)) {
		if (best <= current->priority)
			return current;
		ready_insert(cpu, current, true);
	}
	if (best < 0)
		return NULL;
	next = CONTAINER(cpu->ready[best].next, struct thread, link);
	ready_remove(cpu, next);
	return next;
}

struct thread *thread_schedule(struct cpu *cpu)
{
	for (;;) {
		struct thread *next = thread_most_urgent(cpu);

		cpu->reschedule = false;
		if (next && !next->task)
			next = vcpu_attend(CONTAINER(next, struct vcpu, thread));
		else if (!next)
			irq_wait();
		if (!next)
			continue;
		if ((cpu->ready_priorities >> next->priority & 1) && queue_empty(&cpu->slice.link))
			timer_set(&cpu->slice,
				  arch_clock() + arch_clock_frequency() / SLICES_A_SECOND);
		return next;
	}
}
