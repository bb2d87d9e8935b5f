/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The FP registers move when somebody uses them who does not own them, and not before. Who does not
 * is kept from them by sstatus.FS, which changes hands with every thread anyway, and covers a
 * guest's use of them, too, whatever its own sstatus says (8.2.4).
 */
#include "arch/riscv64/hardware.h"

void fp_take(struct thread *thread)
{
	struct cpu *cpu = cpu_this();
	struct thread *owner = cpu->fp_owner;

	REGISTER_SET(CSR_SSTATUS, SSTATUS_FS);
	if (owner == thread)
		return;
	if (owner) {
		fp_save(&owner->fp);
		owner->context.sstatus &= ~SSTATUS_FS;
	}
	fp_load(&thread->fp);
	cpu->fp_owner = thread;
	/* A server may be at another CPU with its next message: the kernel has to look first. */
	thread->serves_slot = HANDLE_NONE;
}

/* The thread's context is in memory already. */
void fp_release(struct cpu *cpu, struct thread *thread)
{
	if (cpu->fp_owner != thread)
		return;
	REGISTER_SET(CSR_SSTATUS, SSTATUS_FS);
	fp_save(&thread->fp);
	REGISTER_CLEAR(CSR_SSTATUS, SSTATUS_FS);
	cpu->fp_owner = NULL;
	thread->context.sstatus &= ~SSTATUS_FS;
}
