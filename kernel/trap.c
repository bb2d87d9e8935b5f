/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/trap.h"

#include "kernel/irq.h"
#include "kernel/say.h"

struct thread *trap_irq(struct thread *thread, struct cpu *cpu)
{
	(void)thread;
	cpu_enter(cpu);
	irq_handle();
	return thread_schedule(cpu);
}

/* It has nothing to come from. */
struct thread *trap_first(void)
{
	struct cpu *cpu = cpu_this();

	/* Pairs with start in boot_cpus.c: from here on no boot code is needed. */
	__atomic_store_n(&cpu->started, 1, __ATOMIC_RELEASE);
	cpu_enter(cpu);
	return thread_schedule(cpu);
}

_Noreturn void trap_broken(void)
{
	panic("exception in the kernel");
}
