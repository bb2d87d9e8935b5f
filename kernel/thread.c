/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler: fixed priorities on each CPU, preemptive, in turns among equals. */
#include "kernel/thread.h"

#include "kernel/endpoint.h"
#include "kernel/fault.h"
#include "kernel/irq.h"
#include "kernel/task.h"
#include "kernel/vm.h"

#define SLICES_A_SECOND 1000
#define LOOK_DEPTH 16

void thread_init(struct thread *thread, uint8_t priority, struct endpoint *fault, uint64_t badge)
{
	queue_init(&thread->link);
	schedule_init(thread);
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

static bool thread_queued(const struct thread *thread)
{
	return !queue_empty(&thread->link);
}

bool thread_runs(const struct thread *thread)
{
	return thread->state == THREAD_READY && thread->cpu->current == thread &&
	       !thread_queued(thread);
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

/* It has just become ready there. */
static void ready_at(struct cpu *cpu, struct thread *thread)
{
	if (cpu == cpu_this()) {
		ready_insert(cpu, thread, false);
		cpu->reschedule = true;
	} else {
		thread_notify(thread);
	}
}

void thread_ready(struct thread *thread)
{
	struct cpu *cpu = thread->cpu;

	/* Before a vCPU's events are looked at: pairs with vcpu_event. */
	__atomic_store_n(&thread->state, THREAD_READY, __ATOMIC_SEQ_CST);
	ready_at(cpu, thread);
}

void thread_hand(struct thread *thread, struct cpu *to)
{
	thread->state = THREAD_READY;
	/* Last: from here on it is at that CPU. Pairs with thread_look. */
	__atomic_store_n(&thread->cpu, to, __ATOMIC_RELEASE);
	ready_at(to, thread);
}

void thread_notify(struct thread *thread)
{
	/* A hint. Nowhere: it waits, or is just being handed on, which ends with this, too. */
	struct cpu *cpu = __atomic_load_n(&thread->cpu, __ATOMIC_RELAXED);
	struct thread *first;

	/* Pairs with look_at: what there is to look at was written before. */
	if (!cpu || __atomic_exchange_n(&thread->notified, true, __ATOMIC_SEQ_CST))
		return;
	/* A first guess: the push looks again. */
	first = __atomic_load_n(&cpu->inbox, __ATOMIC_RELAXED);
	do
		thread->inbox_next = first;
	while (!__atomic_compare_exchange_n(&cpu->inbox, &first, thread, true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED)); /* pairs with thread_look_all */
	/* This CPU looks before it leaves. Who comes later, and finds it there, relies on that. */
	if (cpu == cpu_this())
		cpu->reschedule = true;
	else if (!first)
		arch_cpus_interrupt(cpu_bit(cpu));
}

/* It gets the priority where it waits or is queued, and lends it on. */
static void thread_raise(struct cpu *cpu, struct thread *thread, uint8_t state, uint8_t priority)
{
	bool queued = state == THREAD_READY && thread_queued(thread);

	if (thread->priority >= priority)
		return;
	if (state == THREAD_SENDING) {
		endpoint_requeue(thread, priority);
		return;
	}
	if (queued)
		ready_remove(cpu, thread);
	thread->priority = priority;
	if (queued)
		ready_insert(cpu, thread, false);
	if (state == THREAD_CALLING)
		thread_lend(thread->server, priority);
	cpu->reschedule = true;
}

/* Only what is at this CPU: a server that waits, or is on its way, is nobody's. */
static void thread_look(struct cpu *cpu, struct thread *thread)
{
	/* Pairs with thread_hand: if it is here, all of it is. */
	bool here = __atomic_load_n(&thread->cpu, __ATOMIC_ACQUIRE) == cpu;
	uint8_t state = thread->state;
	uint32_t lent;

	if (!here)
		thread_notify(thread);
	if (!here || state == THREAD_STOPPED)
		return;
	/* Pairs with thread_lend. */
	lent = __atomic_exchange_n(&thread->lent, 0, __ATOMIC_RELAXED);
	if (state == THREAD_ANSWERED)
		endpoint_answered(thread);
	else if ((state == THREAD_SLEEPING && vcpu_has_events(thread)) ||
		 (state == THREAD_SPENT && lent) ||
		 (state == THREAD_READY && !thread_queued(thread) && thread != cpu->current))
		thread_ready(thread); /* it is at this CPU, so that queues it */
	if (lent)
		thread_raise(cpu, thread, thread->state, 31 - __builtin_clz(lent));
}

static __attribute__((noinline)) void look_at(struct cpu *cpu, struct thread *thread)
{
	struct thread *next;

	for (; thread; thread = next) {
		next = thread->inbox_next;
		/* Before the look: who has more tells it anew. Pairs with thread_notify. */
		__atomic_store_n(&thread->notified, false, __ATOMIC_SEQ_CST);
		thread_look(cpu, thread);
	}
}

/* As long as a chain of those who wait for each other may be. */
void thread_look_all(struct cpu *cpu)
{
	unsigned int depth;

	for (depth = 0; depth < LOOK_DEPTH; depth++) {
		/* Only a look; what comes later comes with an interrupt. */
		if (__builtin_expect(!__atomic_load_n(&cpu->inbox, __ATOMIC_RELAXED), 1))
			return;
		/* Pairs with thread_notify. */
		look_at(cpu, __atomic_exchange_n(&cpu->inbox, NULL, __ATOMIC_ACQUIRE));
	}
	arch_cpus_interrupt(cpu_bit(cpu)); /* for what may be left */
}

void thread_lend(struct thread *thread, uint8_t priority)
{
	/* One with a budget may wait for that: whoever waits for it wakes it up. */
	if (!thread || (thread->priority >= priority && !thread->schedule.budget))
		return;
	/* Pairs with thread_look. */
	__atomic_fetch_or(&thread->lent, 1u << priority, __ATOMIC_RELAXED);
	thread_notify(thread);
}

struct cpu *thread_own_cpu(const struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	return thread->schedule.cpus & cpu_bit(cpu) ? cpu : thread->schedule.home;
}

void thread_move(struct thread *thread, struct cpu *to)
{
	struct cpu *cpu = cpu_this();

	schedule_stop(thread);
	if (!thread->task)
		timer_cancel(&CONTAINER(thread, struct vcpu, thread)->timer);
	cpu_let_go(cpu, thread);
	thread->cpu = NULL;
	thread_hand(thread, to);
}

void thread_evict(struct thread *thread)
{
	struct cpu *cpu = thread->cpu;

	cpu_evict(thread);
	/* It was running there: that goes on later. */
	if (cpu && thread->state == THREAD_READY && cpu->current != thread &&
	    !thread_queued(thread))
		ready_insert(cpu, thread, true);
}

/* Alone: the thread is in no CPU's inbox; the others there are told again. */
static void inbox_leave(struct thread *thread)
{
	struct thread *other, *next;
	unsigned int number;

	for (number = 0; number < cpu_count && thread->notified; number++) {
		other = cpus[number].inbox;
		cpus[number].inbox = NULL;
		for (; other; other = next) {
			next = other->inbox_next;
			other->notified = false;
			if (other != thread)
				thread_notify(other);
		}
	}
}

void thread_stop(struct thread *thread)
{
	struct cpu *cpu;

	thread_evict(thread);
	inbox_leave(thread);
	if (!thread->cpu)
		thread->cpu = thread->schedule.home;
	cpu = thread->cpu;
	if (thread->state == THREAD_READY && thread_queued(thread))
		ready_remove(cpu, thread);
	schedule_stop(thread);
	thread->schedule.asleep = true;
	endpoint_forget(thread);
	if (!thread->task)
		vcpu_stopped(CONTAINER(thread, struct vcpu, thread));
	/* As a server it was where its caller is: a new start is its own activity. */
	if (!(thread->schedule.cpus & cpu_bit(cpu)))
		thread->cpu = thread->schedule.home;
	thread->state = THREAD_STOPPED;
	cpu->reschedule = true;
}

void thread_start(struct thread *thread, uint64_t entry, uint64_t stack, uint64_t argument,
		  uint64_t second)
{
	thread->faulted = false;
	thread->priority = thread->base_priority;
	thread->lent = 0; /* by those who wait now, or by who is gone */
	if (thread->serves)
		endpoint_lend_first(thread->serves, thread);
	arch_context_init(&thread->context, &thread->task->space, entry, stack, argument, second);
	thread_ready(thread);
}

status_t thread_destroy(struct thread *thread)
{
	if (thread == cpu_this()->current)
		return STATUS_BUSY;
	thread_stop(thread);
	if (thread->serves)
		thread->serves->server = NULL;
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

status_t thread_schedule_set(struct thread *thread, uint64_t mask, uint64_t budget,
			     uint64_t period)
{
	bool own = thread == cpu_this()->current;

	/* With a message in hand it belongs where its caller is. */
	if (own ? thread->caller != NULL : thread->state != THREAD_STOPPED)
		return STATUS_BAD_STATE;
	if (!schedule_set(thread, mask, budget, period))
		return STATUS_BAD_ARGUMENT;
	if (thread_is_supervisor(thread))
		supervisor_watch(period);
	if (!own) {
		/* A vCPU that stopped by itself has left its registers where it was. */
		thread_evict(thread);
		thread->cpu = thread->schedule.home;
	} else if (!(thread->schedule.cpus & cpu_bit(thread->cpu))) {
		thread_move(thread, thread->schedule.home);
	}
	return STATUS_OK;
}

/* The turn of the current thread is over: behind its equals. */
void thread_slice_end(struct timer *slice)
{
	struct thread *current = CONTAINER(slice, struct cpu, slice)->current;

	if (current && current->state == THREAD_READY && !thread_queued(current))
		thread_ready(current);
}

static struct thread *thread_most_urgent(struct cpu *cpu)
{
	struct thread *current = cpu->current, *next;
	int best = thread_ready_priority(cpu);

	if (current && current->state == THREAD_READY && !thread_queued(current)) {
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

/* A ready thread to spare goes to an idle CPU, or to the first that becomes idle. */
static void thread_offer(struct cpu *cpu, struct thread *thread)
{
	uint32_t others = thread->schedule.cpus & ~cpu_bit(cpu), each;

	/* With a message in hand it stays with its caller. */
	if (!others || thread->caller)
		return;
	/* Before looking who is idle: pairs with cpu_idle. One of the two sees the other. */
	for (each = others; each; each &= each - 1)
		__atomic_fetch_or(&cpus[__builtin_ctz(each)].offers, cpu_bit(cpu),
				  __ATOMIC_SEQ_CST);
	others &= __atomic_load_n(&cpus_idle, __ATOMIC_SEQ_CST);
	if (!others)
		return;
	others &= -others;
	/* The next thread to spare looks for another one. Only a hint. */
	__atomic_fetch_and(&cpus_idle, ~others, __ATOMIC_RELAXED);
	ready_remove(cpu, thread);
	thread_move(thread, &cpus[__builtin_ctz(others)]);
}

/* The most urgent ones first, and not more than there are CPUs to take them. */
static void thread_share(struct cpu *cpu)
{
	uint32_t priorities = cpu->ready_priorities;
	unsigned int count = 0;

	while (priorities) {
		unsigned int priority = 31 - __builtin_clz(priorities);
		struct queue *queue = &cpu->ready[priority], *at, *next;

		priorities &= ~(1u << priority);
		for (at = queue->next; at != queue && count < CPU_COUNT; at = next, count++) {
			next = at->next;
			thread_offer(cpu, CONTAINER(at, struct thread, link));
		}
	}
}

/* Waits outside for an interrupt, and takes it. */
static __attribute__((noinline)) void cpu_idle(struct cpu *cpu)
{
	uint32_t offers = 0;

	schedule_pay(cpu, NULL);
	/* Before looking at the offers: pairs with thread_share. */
	__atomic_fetch_or(&cpus_idle, cpu_bit(cpu), __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&cpu->offers, __ATOMIC_SEQ_CST))
		offers = __atomic_exchange_n(&cpu->offers, 0, __ATOMIC_SEQ_CST);
	if (offers)
		arch_cpus_interrupt(offers);
	if (!cpu->current)
		arch_space_leave(); /* the last one's space may end meanwhile */
	cpu_leave(cpu);
	arch_idle();
	cpu_enter(cpu);
	/* Only a hint. */
	__atomic_fetch_and(&cpus_idle, ~cpu_bit(cpu), __ATOMIC_RELAXED);
	irq_handle();
}

/* While the next thread runs, others are ready: they go elsewhere, or get their turns. */
static __attribute__((noinline)) void others_wait(struct cpu *cpu, const struct thread *next)
{
	thread_share(cpu);
	if ((cpu->ready_priorities >> next->priority & 1) && !cpu->slice.cpu)
		timer_set(&cpu->slice, cpu,
			  arch_clock() + arch_clock_frequency() / SLICES_A_SECOND);
}

/* Somebody else may be more urgent, or there is nobody. */
static __attribute__((noinline)) struct thread *schedule_slowly(struct cpu *cpu)
{
	for (;;) {
		struct thread *next;

		thread_look_all(cpu);
		next = thread_most_urgent(cpu);
		cpu->reschedule = false;
		if (!next) {
			cpu_idle(cpu);
			continue;
		}
		if (!schedule_allows(next))
			continue;
		if (!next->task)
			next = vcpu_attend(CONTAINER(next, struct vcpu, thread));
		if (!next)
			continue;
		schedule_pay(cpu, next);
		if (__builtin_expect(cpu->ready_priorities, 0))
			others_wait(cpu, next);
		return next;
	}
}

/* Mostly nobody else wants the CPU. */
struct thread *thread_schedule(struct cpu *cpu)
{
	struct thread *current = cpu->current;

	if (!current || current->state != THREAD_READY || cpu->ready_priorities || cpu->inbox ||
	    schedule_limits)
		return schedule_slowly(cpu);
	cpu->reschedule = false;
	if (!current->task)
		current = vcpu_attend(CONTAINER(current, struct vcpu, thread));
	return current ? current : schedule_slowly(cpu);
}

struct thread *thread_prefer_slowly(struct cpu *cpu, struct thread *next)
{
	if (next)
		thread_ready(next);
	return thread_schedule(cpu);
}
