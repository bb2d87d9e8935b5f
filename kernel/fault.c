/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of tasks: reported to who hears of them, or told on the console. */
#include "kernel/fault.h"

#include "gen/fault.h"
#include "kernel/endpoint.h"
#include "kernel/say.h"
#include "kernel/task.h"

/* More lives in a row without a message between them would only take the CPU from the guests. */
#define LIVES_IN_VAIN 16

/* The most calls made alone, with nothing done between them, that are work and no loop. */
#define CALLS_MOST 4096

static struct supervisor {
	struct thread *thread;
	uint64_t entry, stack, argument;
	uint64_t lives, in_vain; /* that have ended: all, and the last ones in vain */
	uint64_t sequence;       /* of the last message it is known to have taken */
	uint64_t calls, called;  /* its thread's: at the last look, and when it was last done */
	struct timer watch;
} supervisor;

/* Has it taken a message since the last look? One that came back has its old number. */
static bool moved(const struct thread *thread)
{
	uint64_t sequence = thread->serves ? thread->serves->sequence : 0;

	if (sequence <= supervisor.sequence)
		return false;
	supervisor.sequence = sequence;
	return true;
}

/* Alone. */
static void begin_again(struct thread *thread)
{
	if (moved(thread))
		supervisor.in_vain = 0;
	thread_stop(thread);
	supervisor.lives++;
	if (++supervisor.in_vain < LIVES_IN_VAIN) {
		thread_start(thread, supervisor.entry, supervisor.stack, supervisor.argument,
			     supervisor.lives);
		return;
	}
	timer_cancel(&supervisor.watch);
	say("coppice: nothing but deaths: the supervisor stays dead, the guests go on\n");
}

/*
 * Has it made a call since the last look? Each waits until it is alone, however long other CPUs
 * take: what is slow then is the machine. An endless loop of calls makes too many of them.
 */
static bool called(const struct thread *thread, bool done)
{
	uint64_t before = supervisor.calls;

	supervisor.calls = thread->calls;
	if (done)
		supervisor.called = thread->calls;
	return thread->calls != before && thread->calls - supervisor.called < CALLS_MOST;
}

/*
 * It runs, and so it did at the last look; and between them it neither was done with signals,
 * which leaves it `asleep`, nor took a message, nor made a call. One that waits, for its turn, a
 * message or an answer, takes the CPU from nobody.
 */
static bool hangs(struct thread *thread)
{
	bool runs = thread_runs(thread);
	bool done = moved(thread) || thread->schedule.asleep, calls = called(thread, done);

	thread->schedule.asleep = !runs;
	return runs && !done && !calls;
}

/* A timer's end is no part of anything: so this CPU may let others be alone before. */
static void watch_expired(struct timer *timer)
{
	struct cpu *cpu = cpu_this();

	timer_set(timer, cpu, arch_clock() + supervisor.thread->schedule.period);
	cpu_enter_alone(cpu);
	if (hangs(supervisor.thread)) {
		say("\ncoppice: the supervisor neither waits nor takes a message\n");
		begin_again(supervisor.thread);
	}
	cpu_leave_alone(cpu);
}

void supervisor_watch(uint64_t period)
{
	timer_set(&supervisor.watch, cpu_this(), period ? arch_clock() + period : TIMER_OFF);
}

void supervisor_init(struct thread *thread, uint64_t entry, uint64_t stack, uint64_t argument)
{
	supervisor = (struct supervisor){ .thread = thread, .entry = entry, .stack = stack,
					  .argument = argument };
	timer_init(&supervisor.watch, watch_expired);
	arch_context_init(&thread->context, &thread->task->space, entry, stack, argument, 0);
}

struct thread *thread_fault(struct thread *thread, uint64_t address, uint64_t syndrome,
			    const uint64_t position[4])
{
	struct endpoint *endpoint = thread->fault_endpoint;
	struct cpu *cpu = cpu_this();
	unsigned int index;

	if (!endpoint || endpoint->object.dead || thread->faulted) {
		say(thread_is_supervisor(thread) ? "\ncoppice: the supervisor" :
						   "\ncoppice: a task nobody watches over");
		say_number(" has died: syndrome ", syndrome);
		say_number(", address ", address);
		say_number(", pc ", position[0]);
		say("\n");
		thread->state = THREAD_FAULTED;
		if (!endpoint) {
			/* Nobody else has a handle of it, who could take it away meanwhile. */
			cpu_enter_alone(cpu);
			begin_again(thread);
			cpu_leave_alone(cpu);
		}
		return thread_schedule(cpu);
	}
	thread->faulted = true;
	thread->fault_words[0] = address;
	thread->fault_words[1] = syndrome;
	for (index = 0; index < 4; index++)
		thread->fault_words[2 + index] = position[index];
	thread->label = FAULT_LABEL_TASK;
	thread->badge = thread->fault_badge;
	thread->words = thread->fault_words;
	return thread_prefer(cpu, endpoint_send(endpoint, thread));
}
