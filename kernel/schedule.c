/* SPDX-License-Identifier: Apache-2.0 */
/* Budgets: who pays for a CPU's time, what that takes, when it comes back. */
#include "kernel/schedule.h"

#include "kernel/endpoint.h"
#include "kernel/vm.h"

#define CHAIN_DEPTH 16

bool schedule_limits;

/* Takes back what is due. */
static void replenish(struct schedule *schedule, uint64_t now)
{
	unsigned int due = 0, index;

	while (due < schedule->count && schedule->replenishments[due].at <= now)
		schedule->left += schedule->replenishments[due++].amount;
	if (due == 0)
		return;
	schedule->count -= due;
	for (index = 0; index < schedule->count; index++)
		schedule->replenishments[index] = schedule->replenishments[index + due];
	schedule->spent = schedule->left <= 0;
}

/* What was used since `since` comes back one period after that. */
static void charge(struct schedule *schedule, uint64_t now)
{
	uint64_t used = now - schedule->since, at = schedule->since + schedule->period;

	schedule->since = now;
	if (used == 0)
		return;
	schedule->left -= used;
	if (schedule->count == REPLENISHMENTS) {
		struct replenishment *last = &schedule->replenishments[REPLENISHMENTS - 1];

		*last = (struct replenishment){ at, last->amount + used };
	} else {
		schedule->replenishments[schedule->count++] = (struct replenishment){ at, used };
	}
	schedule->spent = schedule->left <= 0;
}

/* The next that happens: the budget's end while the thread pays, or a replenishment. */
static void timer_arm(struct cpu *cpu, struct schedule *schedule, uint64_t now)
{
	uint64_t next = TIMER_OFF;

	if (!schedule->spent)
		next = now + schedule->left;
	if (schedule->count && schedule->replenishments[0].at < next)
		next = schedule->replenishments[0].at;
	timer_set(&schedule->timer, cpu, next);
}

static void timer_expired(struct timer *timer)
{
	struct thread *thread = CONTAINER(timer, struct thread, schedule.timer);
	struct schedule *schedule = &thread->schedule;
	struct cpu *cpu = cpu_this();
	uint64_t now = arch_clock();

	if (cpu->payer == thread)
		charge(schedule, now);
	replenish(schedule, now);
	if (!schedule->spent && thread->state == THREAD_SPENT)
		thread_ready(thread);
	else
		timer_arm(cpu, schedule, now);
	/* A server works for it: the way back to the guest has to come by schedule_allows. */
	if (schedule->spent && thread->state == THREAD_CALLING && !thread->task)
		vcpu_event(CONTAINER(thread, struct vcpu, thread), VCPU_EVENT_SPENT);
}

void schedule_init(struct thread *thread)
{
	const struct cpu *cpu = cpu_this();
	uint32_t mask = cpu->current ? cpu->current->schedule.cpus : cpus_online;

	timer_init(&thread->schedule.timer, timer_expired);
	schedule_set(thread, mask, 0, 0);
	thread->cpu = thread->schedule.home;
}

bool schedule_set(struct thread *thread, uint64_t mask, uint64_t budget, uint64_t period)
{
	struct schedule *schedule = &thread->schedule;

	if (!(mask & cpus_online) || budget > period || period > INT64_MAX)
		return false;
	schedule_stop(thread);
	schedule->cpus = mask & cpus_online;
	schedule->home = &cpus[__builtin_ctz(schedule->cpus)];
	schedule->budget = schedule->left = budget;
	schedule->period = period;
	schedule->count = 0;
	schedule->spent = false;
	schedule_limits |= budget != 0;
	return true;
}

/* Up the callers, all of them at this CPU, to whose message it is that is being worked on. */
static struct thread *payer_of(struct thread *thread)
{
	unsigned int depth;

	for (depth = 0; thread && thread->caller && depth < CHAIN_DEPTH; depth++)
		thread = thread->caller;
	return thread && thread->schedule.budget ? thread : NULL;
}

void schedule_charge(struct cpu *cpu, struct thread *next)
{
	struct thread *payer = payer_of(next), *before = cpu->payer;
	uint64_t now;

	if (__builtin_expect(payer == before, 1))
		return;
	now = arch_clock();
	if (before) {
		charge(&before->schedule, now);
		timer_cancel(&before->schedule.timer);
	}
	cpu->payer = payer;
	if (payer) {
		payer->schedule.since = now;
		replenish(&payer->schedule, now);
		timer_arm(cpu, &payer->schedule, now);
	}
}

/*
 * A server that others wait for goes on: it would keep them from running. So does one with a
 * message in hand, on its caller's account.
 */
bool schedule_allows(struct thread *thread)
{
	struct schedule *schedule = &thread->schedule;
	struct cpu *cpu = cpu_this();
	uint64_t now;

	if (__builtin_expect(!schedule->spent, 1) || thread->caller)
		return true;
	if (thread->serves && !queue_empty(&thread->serves->callers))
		return true;
	if (cpu->payer == thread)
		schedule_pay(cpu, NULL);
	now = arch_clock();
	replenish(schedule, now);
	if (!schedule->spent)
		return true;
	thread->state = THREAD_SPENT;
	timer_arm(cpu, schedule, now);
	return false;
}

void schedule_stop(struct thread *thread)
{
	struct cpu *cpu = thread->cpu;

	if (cpu && cpu->payer == thread) {
		charge(&thread->schedule, arch_clock());
		cpu->payer = NULL;
	}
	timer_cancel(&thread->schedule.timer);
}
