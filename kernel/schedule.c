/* SPDX-License-Identifier: Apache-2.0 */
/* Budgets: who pays for a CPU's time, what that takes, when it comes back. */
#include "kernel/schedule.h"

#include "kernel/endpoint.h"
#include "kernel/vm.h"

#define CHAIN_DEPTH 16
#define PERIOD_MOST (1ul << 40) /* ticks, so that many periods of debt are still a time */

bool schedule_limits;

static void chunk_remove(struct schedule *schedule)
{
	unsigned int index;

	for (index = 1; index < schedule->count; index++)
		schedule->chunks[index - 1] = schedule->chunks[index];
	schedule->count--;
}

/* Behind all others: what is used in order comes back in order. */
static void chunk_add(struct schedule *schedule, uint64_t at, uint64_t amount)
{
	struct chunk *end = schedule->chunks + schedule->count;

	if (schedule->count && (end[-1].at == at || schedule->count == CHUNKS)) {
		end[-1].at = at;
		end[-1].amount += amount;
	} else {
		*end = (struct chunk){ at, amount };
		schedule->count++;
	}
}

/* What was used since `since` moves one period on; a debt of whole budgets moves all of it. */
static void charge(struct schedule *schedule, uint64_t now)
{
	uint64_t used = now - schedule->since, periods = used / schedule->budget;
	unsigned int index;

	schedule->since = now;
	for (index = 0; periods && index < schedule->count; index++)
		schedule->chunks[index].at += periods * schedule->period;
	used -= periods * schedule->budget;
	while (used) {
		struct chunk first = schedule->chunks[0];

		if (first.amount > used) {
			schedule->chunks[0].amount -= used;
			first.amount = used;
		} else {
			chunk_remove(schedule);
		}
		chunk_add(schedule, first.at + schedule->period, first.amount);
		used -= first.amount;
	}
	schedule->spent = schedule->chunks[0].at > now;
}

/* What was there before is there from now on: sleep saves nothing up. */
static void wake(struct schedule *schedule, uint64_t now)
{
	while (schedule->count > 1 && schedule->chunks[1].at <= now) {
		schedule->chunks[1].amount += schedule->chunks[0].amount;
		chunk_remove(schedule);
	}
	if (schedule->chunks[0].at < now)
		schedule->chunks[0].at = now;
}

/* The next that happens: the first chunk is used up, or its time comes. */
static void timer_arm(struct cpu *cpu, struct thread *thread, uint64_t now)
{
	struct schedule *schedule = &thread->schedule;
	const struct chunk *first = &schedule->chunks[0];

	schedule->spent = first->at > now;
	timer_set(&schedule->timer, cpu, schedule->spent ? first->at : now + first->amount);
	/* A server works for it: the way back to the guest has to come by schedule_allows. */
	if (schedule->spent && thread->state == THREAD_CALLING && !thread->task)
		vcpu_event(CONTAINER(thread, struct vcpu, thread), VCPU_EVENT_SPENT);
}

static void timer_expired(struct timer *timer)
{
	struct thread *thread = CONTAINER(timer, struct thread, schedule.timer);
	struct schedule *schedule = &thread->schedule;
	struct cpu *cpu = cpu_this();
	uint64_t now = arch_clock();

	if (cpu->payer == thread)
		charge(schedule, now);
	timer_arm(cpu, thread, now);
	if (!schedule->spent && thread->state == THREAD_SPENT)
		thread_ready(thread);
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

	if (!(mask & cpus_online) || budget > period || period > PERIOD_MOST)
		return false;
	schedule_stop(thread);
	schedule->cpus = mask & cpus_online;
	schedule->home = &cpus[__builtin_ctz(schedule->cpus)];
	schedule->budget = budget;
	schedule->period = period;
	schedule->chunks[0] = (struct chunk){ 0, budget };
	schedule->count = 1;
	schedule->asleep = true;
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

/* Though another one has the CPU: itself, or the server that it waits for. */
static bool wants_to_run(const struct thread *thread)
{
	return thread->state == THREAD_READY || thread->state == THREAD_SPENT ||
	       thread->state == THREAD_CALLING;
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
		before->schedule.asleep = !wants_to_run(before);
		timer_cancel(&before->schedule.timer);
	}
	cpu->payer = payer;
	if (payer) {
		if (payer->schedule.asleep)
			wake(&payer->schedule, now);
		payer->schedule.asleep = false;
		payer->schedule.since = now;
		timer_arm(cpu, payer, now);
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
	schedule->spent = schedule->chunks[0].at > now;
	if (!schedule->spent)
		return true;
	thread->state = THREAD_SPENT;
	timer_arm(cpu, thread, now);
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
