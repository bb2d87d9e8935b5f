/* SPDX-License-Identifier: Apache-2.0 */
/* The FP registers move when somebody uses them who does not own them, and not before. */
#include "arch/aarch64/hardware.h"

void fp_take(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	REGISTER_WRITE(cptr_el2, CPTR_FIXED);
	BARRIER_INSTRUCTIONS();
	if (cpu->fp_owner)
		fp_save(&cpu->fp_owner->fp);
	fp_load(&thread->fp);
	cpu->fp_owner = thread;
}
