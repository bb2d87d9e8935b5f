/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/timer.h"

#include "arch/include/arch.h"
#include "kernel/cpu.h"
#include "kernel/object.h"

/* The rest comes with the next interrupt, which is there at once. */
#define TIMER_BATCH 4

static struct timer *timer_first(struct cpu *cpu)
{
	return queue_empty(&cpu->timers) ? NULL
					 : CONTAINER(cpu->timers.next, struct timer, link);
}

/* The hardware's timer is set only by its own CPU. With the lock. */
static void timer_program(struct cpu *cpu)
{
	struct timer *first = timer_first(cpu);

	arch_timer_set(first ? first->deadline : TIMER_OFF);
}

static void timer_program_anew(struct cpu *cpu)
{
	lock_take(&cpu->timer_lock);
	timer_program(cpu);
	lock_drop(&cpu->timer_lock);
}

void timer_init(struct timer *timer, void (*expire)(struct timer *))
{
	queue_init(&timer->link);
	timer->cpu = NULL;
	timer->expire = expire;
}

void timer_look(struct cpu *cpu)
{
	/* Pairs with timer_set, as its lock does: the list is as it was left. */
	if (__atomic_exchange_n(&cpu->timers_changed, false, __ATOMIC_ACQUIRE))
		timer_program_anew(cpu);
}

/* At another CPU an interrupt may come for nothing. */
void timer_cancel(struct timer *timer)
{
	struct cpu *cpu = timer->cpu;
	bool first;

	if (!cpu)
		return;
	lock_take(&cpu->timer_lock);
	/* It may have expired meanwhile. */
	if (timer->cpu) {
		first = timer_first(cpu) == timer;
		queue_remove(&timer->link);
		timer->cpu = NULL;
		if (first && cpu == cpu_this())
			timer_program(cpu);
	}
	lock_drop(&cpu->timer_lock);
}

/* Bounded by the timers of a CPU: one an endpoint, two a thread or vCPU and the CPU's own. */
void timer_set(struct timer *timer, struct cpu *cpu, uint64_t deadline)
{
	bool here = cpu == cpu_this(), first;
	struct queue *at;

	timer_cancel(timer);
	lock_take(&cpu->timer_lock);
	timer->deadline = deadline;
	for (at = cpu->timers.next; at != &cpu->timers; at = at->next)
		if (CONTAINER(at, struct timer, link)->deadline > deadline)
			break;
	queue_insert(at, &timer->link);
	timer->cpu = cpu;
	first = timer_first(cpu) == timer;
	if (first && here)
		timer_program(cpu);
	lock_drop(&cpu->timer_lock);
	if (!first || here)
		return;
	/* Pairs with timer_look. */
	__atomic_store_n(&cpu->timers_changed, true, __ATOMIC_RELEASE);
	arch_cpus_interrupt(cpu_bit(cpu));
}

/* The first timer that has expired, now no longer set; or NULL. */
static struct timer *timer_take(struct cpu *cpu, uint64_t now)
{
	struct timer *first;

	lock_take(&cpu->timer_lock);
	first = timer_first(cpu);
	if (first && first->deadline <= now) {
		queue_remove(&first->link);
		first->cpu = NULL;
	} else {
		first = NULL;
	}
	lock_drop(&cpu->timer_lock);
	return first;
}

__attribute__((noinline)) void timer_interrupt(struct cpu *cpu)
{
	uint64_t now = arch_clock();
	struct timer *timer;
	unsigned int count;

	for (count = 0; count < TIMER_BATCH && (timer = timer_take(cpu, now)); count++)
		timer->expire(timer);
	timer_program_anew(cpu);
}
