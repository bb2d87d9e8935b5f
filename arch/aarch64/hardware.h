/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: what the architecture's own files share. */
#ifndef AARCH64_HARDWARE_H
#define AARCH64_HARDWARE_H

#include "arch/aarch64/assembly.h"
#include "kernel/thread.h"
#include "kernel/vm.h"

/* The thread gets the FP registers; their owner's go to its context. */
void fp_take(struct thread *thread);
void fp_release(struct cpu *cpu, struct thread *thread);
void fp_save(struct arch_fp *fp);
void fp_load(const struct arch_fp *fp);

/* What the hardware has to hold before the vCPU runs on: guest registers, lists and FP trap. */
void vcpu_enter(struct thread *thread);
void vcpu_release(struct cpu *cpu, struct thread *thread);

_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "vectors.S");
_Static_assert(offsetof(struct arch_context, sp_el0) == CONTEXT_SP_EL0, "vectors.S");
_Static_assert(offsetof(struct arch_context, sctlr) == CONTEXT_SCTLR, "vectors.S");
_Static_assert(offsetof(struct arch_context, hcr) == CONTEXT_HCR, "vectors.S");

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

/* Physical GIC; the registers that put EL2's own tables to use. All at boot. */
void gic_boot(uint64_t distributor);
void gic_boot_cpu(uint64_t redistributors, struct cpu *cpu);
void gic_guest_timer_active(struct cpu *cpu, bool active);
void tables_use(const uint64_t *root);
void identification_boot(void);

/* From the vectors: an exit of `thread`, at this CPU; the thread that runs next. */
struct thread *trap_sync(struct thread *thread, struct cpu *cpu);
struct thread *trap_error(struct thread *thread, struct cpu *cpu);

/* PSCI CPU_ON: 0, or the firmware's error. The CPU starts at `entry` with `argument` in x0. */
int64_t machine_start_cpu(uint64_t affinity, uint64_t entry, uint64_t argument);

/* start.S: where the firmware starts another CPU. */
void secondary(void);

struct board {
	uint64_t distributor, distributor_size, redistributors, redistributors_size, console;
};

extern struct board board;

#endif
