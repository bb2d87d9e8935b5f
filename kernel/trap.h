/* SPDX-License-Identifier: Apache-2.0 */
/* What every architecture's vectors call; each returns the thread to run. */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include "kernel/thread.h"

/* An interrupt, while `thread` ran at this CPU. */
struct thread *trap_irq(struct thread *thread, struct cpu *cpu);

/* A CPU has just started, on its own stack; its boot code is not needed any more. */
struct thread *trap_first(void);

/* An exception in the kernel. */
_Noreturn void trap_broken(void);

#endif
