/* SPDX-License-Identifier: Apache-2.0 */
/* Spaces of tasks (Sv39) and of VMs (Sv39x4): their TLB entries; contexts that start in them. */
#include "arch/riscv64/hardware.h"
#include "kernel/boot.h"
#include "kernel/string.h"

/* The firmware's functions (SBI 8.3 and 8.4). */
#define HOST_SFENCE_VMA 1
#define HOST_SFENCE_VMA_ASID 2
#define HOST_HFENCE_GVMA_VMID 3

uint64_t satp_kernel;
unsigned int kernel_root_entries;

/* The kernel runs in a task's tables: its own part of the root never changes after boot. */
void arch_space_init(struct space *space)
{
	if (!space->vm)
		memcpy((uint64_t *)space->root + KERNEL_ROOT_FIRST,
		       kernel_tables[0] + KERNEL_ROOT_FIRST,
		       kernel_root_entries * sizeof(uint64_t));
}

/* Its entries are global: a fence of one identifier would leave them (4.2.1). */
void arch_kernel_flush(void)
{
	FENCE_ALL();
	fence_others(HOST_SFENCE_VMA, 0, 0, 0);
}

void arch_space_flush(struct space *space)
{
	BARRIER_ALL();
	if (space->vm)
		FENCE_GUEST_SPACE(space->identifier);
	else
		FENCE_SPACE(space->identifier);
	fence_others(space->vm ? HOST_HFENCE_GVMA_VMID : HOST_SFENCE_VMA_ASID, 0, 0,
		     space->identifier);
}

/* Hardware may remember an invalid entry until a fence, and fault by it (4.2.1). */
void arch_space_grown(struct space *space)
{
	arch_space_flush(space);
}

/* A guest's tables are only walked while it runs, or until vcpu_release. */
void arch_space_leave(void)
{
	REGISTER_WRITE(CSR_SATP, satp_kernel);
}

void arch_thread_release(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	if (cpu->current == thread) {
		arch_context_save(&thread->context);
		thread->context.sstatus = REGISTER_READ(CSR_SSTATUS);
		thread->context.senvcfg = REGISTER_READ(CSR_SENVCFG);
		thread->context.scounteren = REGISTER_READ(CSR_SCOUNTEREN);
	}
	fp_release(cpu, thread);
	vcpu_release(cpu, thread);
}

void arch_context_init(struct arch_context *context, struct space *space, uint64_t entry,
		       uint64_t stack, uint64_t argument, uint64_t second)
{
	memset(context, 0, sizeof(*context));
	context->x[2] = stack;
	context->x[10] = argument;
	context->x[11] = second;
	context->pc = entry;
	context->sstatus = SSTATUS_TASK;
	context->hstatus = HSTATUS_TASK;
	context->satp = ATP_MODE_39 | (uint64_t)space->identifier << SATP_ASID_SHIFT |
			arch_physical(space->root) >> 12;
}
