/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/timer.h"

#include "arch/include/arch.h"
#include "kernel/cpu.h"
#include "kernel/object.h"

static struct timer *timer_first(struct cpu *cpu)
{
	return queue_empty(&cpu->timers) ? NULL
					 : CONTAINER(cpu->timers.next, struct timer, link);
}

static void timer_program(struct cpu *cpu)
{
	struct timer *first = timer_first(cpu);

	arch_timer_set(first ? first->deadline : TIMER_OFF);
}

void timer_init(struct timer *timer, void (*expire)(struct timer *))
{
	queue_init(&timer->link);
	timer->expire = expire;
}

/* Bounded by the timers of a CPU: one an endpoint, a vCPU and the CPU's own. */
void timer_set(struct timer *timer, uint64_t deadline)
{
	struct cpu *cpu = cpu_this();
	struct queue *at;

	queue_remove(&timer->link);
	timer->deadline = deadline;
	for (at = cpu->timers.next; at != &cpu->timers; at = at->next)
		if (CONTAINER(at, struct timer, link)->deadline > deadline)
			break;
	queue_insert(at, &timer->link);
	timer_program(cpu);
}

void timer_cancel(struct timer *timer)
{
	queue_remove(&timer->link);
	timer_program(cpu_this());
}

void timer_interrupt(void)
{
	struct cpu *cpu = cpu_this();
	uint64_t now = arch_clock();
	struct timer *first;

	while ((first = timer_first(cpu)) && first->deadline <= now) {
		queue_remove(&first->link);
		first->expire(first);
	}
	timer_program(cpu);
}
