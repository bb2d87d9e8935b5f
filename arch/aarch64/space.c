/* SPDX-License-Identifier: Apache-2.0 */
/* TLB maintenance for second-stage spaces; contexts that start in them. */
#include "arch/aarch64/hardware.h"
#include "kernel/string.h"

void arch_kernel_flush(void)
{
	__asm__ volatile("dsb ish\n\ttlbi alle2is\n\tdsb ish\n\tisb" : : : "memory");
}

/* The kernel has tables of its own. */
void arch_space_init(struct space *space)
{
	(void)space;
}

/* TLBI works on the VMID in VTTBR_EL2, and on EL1&0 only while TGE is 0 (Arm ARM D8.14.5). */
void arch_space_flush(struct space *space)
{
	uint64_t vttbr = REGISTER_READ(vttbr_el2), hcr = REGISTER_READ(hcr_el2);

	BARRIER_ALL();
	REGISTER_WRITE(hcr_el2, hcr & ~HCR_TGE);
	REGISTER_WRITE(vttbr_el2, space->root | (uint64_t)space->identifier << 48);
	BARRIER_INSTRUCTIONS();
	__asm__ volatile("tlbi vmalls12e1is" : : : "memory");
	BARRIER_ALL();
	REGISTER_WRITE(vttbr_el2, vttbr);
	REGISTER_WRITE(hcr_el2, hcr);
	BARRIER_INSTRUCTIONS();
}

/* What translates nothing is in no TLB (Arm ARM D8.13). */
void arch_space_grown(struct space *space)
{
	(void)space;
}

/* Not even speculatively: with TGE and without VM and DC, EL1 and EL0 have no tables. */
void arch_space_leave(void)
{
	REGISTER_WRITE(hcr_el2, HCR_RW | HCR_TGE);
	REGISTER_WRITE(vttbr_el2, 0);
	BARRIER_INSTRUCTIONS();
}

void arch_thread_release(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	if (cpu->current == thread) {
		arch_context_save(&thread->context);
		if (!thread->task) {
			thread->context.sctlr = REGISTER_READ(sctlr_el1);
			thread->context.cpacr = REGISTER_READ(cpacr_el1);
		}
	}
	fp_release(cpu, thread);
	vcpu_release(cpu, thread);
}

void arch_context_init(struct arch_context *context, struct space *space, uint64_t entry,
		       uint64_t stack, uint64_t argument, uint64_t second)
{
	memset(context, 0, sizeof(*context));
	context->x[0] = argument;
	context->x[1] = second;
	context->pc = entry;
	context->sp_el0 = stack;
	context->sctlr = SCTLR_TASK;
	context->hcr = HCR_TASK;
	context->vttbr = space->root | (uint64_t)space->identifier << 48;
}
