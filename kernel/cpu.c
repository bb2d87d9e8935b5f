/* SPDX-License-Identifier: Apache-2.0 */
/* Who may be in the kernel: many CPUs shared, or one alone. */
#include "kernel/cpu.h"

#include "kernel/thread.h"

struct cpu cpus[CPU_COUNT];
unsigned int cpu_count;
uint32_t cpus_online, cpus_idle;

static struct lock alone;

void cpu_let_go(struct cpu *cpu, struct thread *thread)
{
	arch_thread_release(thread);
	if (cpu->current == thread)
		cpu->current = NULL;
}

/* The same, and its space, too, may end before another thread runs here. */
static void leave(struct cpu *cpu, struct thread *thread)
{
	cpu_let_go(cpu, thread);
	if (!cpu->current)
		arch_space_leave();
}

/* Lets go of what somebody alone asks for; that CPU waits for it in cpu_evict. */
static void evict_serve(struct cpu *cpu)
{
	/* Pairs with cpu_evict: the thread is as the one who asks left it. */
	struct thread *thread = __atomic_load_n(&cpu->evict, __ATOMIC_ACQUIRE);

	if (!thread)
		return;
	leave(cpu, thread);
	/* Pairs with cpu_evict: the thread's registers are in memory. */
	__atomic_store_n(&cpu->evict, NULL, __ATOMIC_RELEASE);
}

bool cpu_wait(struct cpu *cpu)
{
	/* Pairs with let_in. */
	__atomic_store_n(&cpu->waits, true, __ATOMIC_RELAXED);
	do {
		cpu_leave(cpu);
		/* Pairs with cpu_leave_alone. */
		while (__atomic_load_n(&cpu->held, __ATOMIC_ACQUIRE)) {
			evict_serve(cpu);
			arch_relax();
		}
		/* Both pair with hold_others, as in cpu_enter. */
		__atomic_store_n(&cpu->inside, cpu, __ATOMIC_SEQ_CST);
	} while (__atomic_load_n(&cpu->held, __ATOMIC_SEQ_CST));
	__atomic_store_n(&cpu->waits, false, __ATOMIC_RELAXED); /* pairs with let_in */
	return cpu->current != NULL;
}

/*
 * Nobody is alone: those at the door come in now. So each waits for two who are alone, at most,
 * however many want to be.
 */
static void let_in(const struct cpu *cpu)
{
	unsigned int number;

	for (number = 0; number < cpu_count; number++)
		/* Pairs with cpu_wait. Only its turn depends on it. */
		while (&cpus[number] != cpu &&
		       __atomic_load_n(&cpus[number].waits, __ATOMIC_RELAXED))
			arch_relax();
}

static void hold_others(struct cpu *cpu)
{
	unsigned int number;

	/* Stores before loads, sequentially consistent: pairs with cpu_enter. */
	for (number = 0; number < cpu_count; number++)
		if (&cpus[number] != cpu)
			__atomic_store_n(&cpus[number].held, 1, __ATOMIC_SEQ_CST);
	for (number = 0; number < cpu_count; number++)
		while (&cpus[number] != cpu &&
		       __atomic_load_n(&cpus[number].inside, __ATOMIC_SEQ_CST))
			arch_relax();
}

void cpu_enter_alone(struct cpu *cpu)
{
	uint32_t mine;

	cpu_leave(cpu);
	/* As in lock_take, but whoever is alone may want something of this CPU. */
	mine = __atomic_fetch_add(&alone.next, 1, __ATOMIC_RELAXED);
	/* Pairs with lock_drop. */
	while (__atomic_load_n(&alone.owner, __ATOMIC_ACQUIRE) != mine) {
		evict_serve(cpu);
		arch_relax();
	}
	let_in(cpu);
	hold_others(cpu);
}

void cpu_leave_alone(struct cpu *cpu)
{
	unsigned int number;

	/* Before the lock is free: who is alone next waits for this CPU. Pairs with hold_others. */
	__atomic_store_n(&cpu->inside, cpu, __ATOMIC_SEQ_CST);
	for (number = 0; number < cpu_count; number++)
		/* Pairs with cpu_wait: what was done alone is seen. */
		__atomic_store_n(&cpus[number].held, 0, __ATOMIC_RELEASE);
	lock_drop(&alone);
}

static bool holds(const struct cpu *cpu, const struct thread *thread)
{
	return cpu->current == thread || cpu->guest == thread || cpu->fp_owner == thread;
}

void cpu_evict(struct thread *thread)
{
	struct cpu *cpu = thread->cpu;

	if (!cpu || !holds(cpu, thread))
		return;
	if (cpu == cpu_this()) {
		leave(cpu, thread);
		return;
	}
	/* Both pair with evict_serve, where the CPU soon is: interrupted, or waiting already. */
	__atomic_store_n(&cpu->evict, thread, __ATOMIC_RELEASE);
	arch_cpus_interrupt(cpu_bit(cpu));
	while (__atomic_load_n(&cpu->evict, __ATOMIC_ACQUIRE))
		arch_relax();
}
