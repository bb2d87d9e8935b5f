/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: what the architecture's own files share. */
#ifndef RISCV64_HARDWARE_H
#define RISCV64_HARDWARE_H

#include "arch/riscv64/assembly.h"
#include "kernel/thread.h"
#include "kernel/vm.h"

/* The thread gets the FP registers; their owner's go to its context. */
void fp_take(struct thread *thread);
void fp_release(struct cpu *cpu, struct thread *thread);
void fp_save(struct arch_fp *fp);
void fp_load(const struct arch_fp *fp);

/* What the hardware has to hold before the vCPU runs on: guest registers, pending interrupts. */
void vcpu_enter(struct thread *thread);
void vcpu_release(struct cpu *cpu, struct thread *thread);

_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "vectors.S");
_Static_assert(offsetof(struct arch_context, sstatus) == CONTEXT_SSTATUS, "vectors.S");
_Static_assert(offsetof(struct arch_context, hstatus) == CONTEXT_HSTATUS, "vectors.S");
_Static_assert(offsetof(struct arch_context, satp) == CONTEXT_SATP, "vectors.S");
_Static_assert(offsetof(struct arch_context, senvcfg) == CONTEXT_SENVCFG, "vectors.S");
_Static_assert(offsetof(struct arch_context, scounteren) == CONTEXT_SCOUNTEREN, "vectors.S");

static inline void context_load(const struct arch_context *context)
{
	REGISTER_WRITE(CSR_SEPC, context->pc);
	REGISTER_WRITE(CSR_SSTATUS, context->sstatus);
	REGISTER_WRITE(CSR_HSTATUS, context->hstatus);
	REGISTER_WRITE(CSR_SATP, context->satp);
}

/*
 * The instruction at the guest's pc, as its own tables and privilege allow it: 32 bits, or 16 with
 * the others 0. INSTRUCTION_GONE: it cannot be read any more, and what stval, htval and htinst said
 * of the guest's exit is lost.
 */
#define INSTRUCTION_GONE UINT64_MAX
uint64_t instruction_fetch(uint64_t pc);

/* Decodes a load or store; false: it is another instruction. */
bool instruction_decode(uint32_t instruction, struct access *access);

/* A guest's call for fences on other harts (SBI chapter 8): its error. */
int64_t fence_call(const struct vcpu *vcpu, const uint64_t *x);

/* From the vectors: an exit of `thread`, at this CPU; the thread that runs next. */
struct thread *trap_sync(struct thread *thread, struct cpu *cpu, uint64_t cause);

/* start.S: where the firmware starts every CPU. */
void _start(void);

/* The machine's interrupt controller, as boot finds it. */
struct controller {
	uint64_t base, size; /* physical */
	uint64_t registers;  /* as the kernel has them */
	uint32_t sources;
	bool aplic; /* in direct delivery mode; else a PLIC */
};

extern struct controller controller;

/* At boot: all of it off; this CPU's part on. */
void controller_boot(void);
void controller_boot_cpu(const struct cpu *cpu);

/* The satp with the kernel's own tables alone, for guests and for nobody. */
extern uint64_t satp_kernel;

/* The upper half of a root is the kernel's; it has so many entries there. */
#define KERNEL_ROOT_FIRST 256
extern unsigned int kernel_root_entries;

/* Masks of harts, for the firmware; also a mask's base: all that the firmware has (SBI 3.3). */
#define EVERY_HART (~0ul)

/* One bit a hart; EVERY_HART, if the hart's number has none. */
static inline uint64_t hart_bit(const struct cpu *cpu)
{
	return cpu->identity < 64 ? 1ul << cpu->identity : EVERY_HART;
}

static inline uint64_t hart_base(uint64_t harts)
{
	return harts == EVERY_HART ? EVERY_HART : 0;
}

/* Calls of the firmware: extension, function; the error, 0 or negative. */
int64_t firmware_call(uint64_t extension, uint64_t function, const uint64_t arguments[5]);

/*
 * Have every other hart do a fence (SBI RFENCE): arguments behind mask and base. Those that sleep
 * do all of them, of all memory, before they do anything else.
 */
void fence_others(uint64_t function, uint64_t start, uint64_t size, uint64_t identifier);

/* A hart that slept, and says so no longer, does what it was not asked for. */
void fence_awake(struct cpu *cpu);

#endif
