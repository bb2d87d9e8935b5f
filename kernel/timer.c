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

static void timer_program(struct cpu *cpu)
{
	struct timer *first;

	lock_take(&cpu->timer_lock);
	first = timer_first(cpu);
	arch_timer_set(first ? first->deadline : TIMER_OFF);
	lock_drop(&cpu->timer_lock);
}

void timer_init(struct timer *timer, void (*expire)(struct timer *))
{
	queue_init(&timer->link);
	timer->cpu = NULL;
	timer->expire = expire;
}

/* The hardware's timer is set only by its own CPU. */
static void timer_changed(struct cpu *cpu)
{
	if (cpu == cpu_this()) {
		timer_program(cpu);
		return;
	}
	/* Pairs with timer_look. */
	__atomic_store_n(&cpu->timers_changed, true, __ATOMIC_RELEASE);
	arch_cpu_interrupt(cpu);
}

void timer_look(struct cpu *cpu)
{
	/* Pairs with timer_changed, and its lock with timer_set's: the list is as it was left. */
	if (__atomic_exchange_n(&cpu->timers_changed, false, __ATOMIC_ACQUIRE))
		timer_program(cpu);
}

/* The CPU whose first timer it was, or NULL. */
static struct cpu *timer_remove(struct timer *timer)
{
	struct cpu *cpu = timer->cpu;
	bool first;

	if (!cpu)
		return NULL;
	lock_take(&cpu->timer_lock);
	/* It may have expired meanwhile. */
	first = timer->cpu && timer_first(cpu) == timer;
	if (timer->cpu)
		queue_remove(&timer->link);
	timer->cpu = NULL;
	lock_drop(&cpu->timer_lock);
	return first ? cpu : NULL;
}

/* At another CPU an interrupt may come for nothing. */
void timer_cancel(struct timer *timer)
{
	struct cpu *cpu = timer_remove(timer);

	if (cpu && cpu == cpu_this())
		timer_program(cpu);
}

/* Bounded by the timers of a CPU: one an endpoint, two a thread or vCPU and the CPU's own. */
void timer_set(struct timer *timer, struct cpu *cpu, uint64_t deadline)
{
	struct queue *at;

	timer_cancel(timer);
	lock_take(&cpu->timer_lock);
	timer->deadline = deadline;
	for (at = cpu->timers.next; at != &cpu->timers; at = at->next)
		if (CONTAINER(at, struct timer, link)->deadline > deadline)
			break;
	queue_insert(at, &timer->link);
	timer->cpu = cpu;
	lock_drop(&cpu->timer_lock);
	if (timer_first(cpu) == timer)
		timer_changed(cpu);
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
	timer_program(cpu);
}
