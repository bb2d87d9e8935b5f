/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: what the architecture's own files share. */
#ifndef AARCH64_HARDWARE_H
#define AARCH64_HARDWARE_H

#include "kernel/thread.h"
#include "kernel/vm.h"

/* The thread gets the FP registers; their owner's go to its context. */
void fp_take(struct thread *thread);
void fp_save(struct arch_fp *fp);
void fp_load(const struct arch_fp *fp);

/* The hardware gets another vCPU's guest registers. */
void guest_switch(struct cpu *cpu, struct vcpu *vcpu);

/* The list registers come from the vCPU's page, as far as the kernel allows it. */
void lists_load(struct vcpu *vcpu);

/* What has to be in the hardware before the vCPU runs on. */
static inline void vcpu_enter(struct cpu *cpu, struct vcpu *vcpu)
{
	if (__builtin_expect(cpu->guest != &vcpu->thread, 0))
		guest_switch(cpu, vcpu);
	if (vcpu->lists_in_page)
		lists_load(vcpu);
}

static inline void context_save(struct arch_context *context)
{
	context->pc = REGISTER_READ(elr_el2);
	context->pstate = REGISTER_READ(spsr_el2);
	context->sp_el0 = REGISTER_READ(sp_el0);
	context->tpidr_el0 = REGISTER_READ(tpidr_el0);
	context->sctlr = REGISTER_READ(sctlr_el1);
	context->cpacr = REGISTER_READ(cpacr_el1);
}

static inline void context_load(const struct arch_context *context)
{
	REGISTER_WRITE(elr_el2, context->pc);
	REGISTER_WRITE(spsr_el2, context->pstate);
	REGISTER_WRITE(sp_el0, context->sp_el0);
	REGISTER_WRITE(tpidr_el0, context->tpidr_el0);
	REGISTER_WRITE(sctlr_el1, context->sctlr);
	REGISTER_WRITE(cpacr_el1, context->cpacr);
	REGISTER_WRITE(hcr_el2, context->hcr);
	REGISTER_WRITE(vttbr_el2, context->vttbr);
}

static inline void thread_switch(struct cpu *cpu, struct thread *from, struct thread *to)
{
	context_save(&from->context);
	context_load(&to->context);
	REGISTER_WRITE(cptr_el2, cpu->fp_owner == to ? CPTR_FIXED : CPTR_FIXED | CPTR_TFP);
	if (!to->task)
		vcpu_enter(cpu, CONTAINER(to, struct vcpu, thread));
	cpu->current = to;
}

/* Physical GIC; device tree; tables of EL2 itself. All at boot. */
void gic_boot(uint64_t distributor, uint64_t redistributors, struct cpu *cpu);
void gic_guest_timer_active(struct cpu *cpu, bool active);
void tables_boot(uint64_t ram_base, uint64_t ram_size, const uint64_t *devices, unsigned int count);
void identification_boot(void);

/* From the vectors: an exit of `thread`; the thread that runs next. */
struct thread *trap_sync(struct thread *thread);
struct thread *trap_irq(struct thread *thread);
struct thread *trap_error(struct thread *thread);
_Noreturn void trap_broken(void);

struct board {
	uint64_t ram_base, ram_size, bundle_base, bundle_size;
	uint64_t distributor, redistributors, console;
};

extern struct board board;

#endif
