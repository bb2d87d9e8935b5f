/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The FP registers move when somebody uses them who does not own them, and not before.
 *
 * A trip from a guest to a server and back must not pay for that. So a task is kept from the
 * registers by its own CPACR_EL1, which is exchanged anyway, and a guest by CPTR_EL2.TFP, which
 * changes only when the owner or the guest does (vcpu_enter).
 */
#include "arch/aarch64/hardware.h"

void fp_take(struct thread *thread)
{
	struct cpu *cpu = cpu_this();
	struct thread *owner = cpu->fp_owner;

	REGISTER_WRITE(cptr_el2, CPTR_FIXED);
	if (thread->task)
		REGISTER_WRITE(cpacr_el1, CPACR_FP);
	BARRIER_INSTRUCTIONS();
	cpu->entered = thread->task ? NULL : thread;
	if (owner == thread)
		return;
	if (owner) {
		fp_save(&owner->fp);
		if (owner->task)
			owner->context.cpacr = 0;
	}
	fp_load(&thread->fp);
	cpu->fp_owner = thread;
	/* A server may be at another CPU with its next message: the kernel has to look first. */
	thread->serves_slot = HANDLE_NONE;
}

void fp_release(struct cpu *cpu, struct thread *thread)
{
	if (cpu->fp_owner != thread)
		return;
	REGISTER_WRITE(cptr_el2, CPTR_FIXED);
	BARRIER_INSTRUCTIONS();
	fp_save(&thread->fp);
	cpu->fp_owner = NULL;
	/* They are nobody's: whichever guest goes on here has to ask for them. */
	REGISTER_WRITE(cptr_el2, CPTR_FIXED | CPTR_TFP);
	if (!thread->task)
		return;
	thread->context.cpacr = 0;
	if (cpu->current == thread)
		REGISTER_WRITE(cpacr_el1, 0);
}
