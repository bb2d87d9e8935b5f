/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: the types and constants behind arch/include/arch.h. */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/aarch64.h"

/* 40-bit addresses, 4 KiB granule: two concatenated level-1 tables (Arm ARM D8.2.9). */
#define ARCH_SPACE_SIZE (1ul << 40)
#define ARCH_SPACE_IDENTIFIERS 256 /* VTCR_EL2.VS = 0: eight bits everywhere */
#define ARCH_SPACE_ROOT_LEVEL 1
#define ARCH_TASK_ROOT_SIZE 8192u
#define ARCH_VM_ROOT_SIZE 8192u

#define ARCH_IRQ_COUNT 1020u
#define ARCH_IRQ_FIRST_DEVICE 32u
#define ARCH_IRQ_LOOK 0u
#define ARCH_IRQ_TIMER 26u
#define ARCH_IRQ_NONE 1023u

/* x[] is where the vectors put the general registers, through SP_EL2; 16-byte aligned. */
struct arch_context {
	uint64_t x[31];
	uint64_t pc, pstate;
	uint64_t sp_el0, tpidr_el0;
	uint64_t sctlr, cpacr; /* these act on EL0, so a task and a guest each have their own */
	uint64_t hcr, vttbr;
	uint64_t reserved;
} __attribute__((aligned(16)));

struct arch_fp {
	__uint128_t q[32];
	uint64_t fpcr, fpsr;
};

/* What stays in the hardware while servers run on the guest's behalf. */
struct arch_vcpu {
	uint64_t registers[VCPU_REGISTERS]; /* those that struct arch_context does not hold */
	uint64_t csselr, vmcr, ap0r0, ap1r0;
};

struct arch_cpu {
	uint64_t redistributor; /* address of its frames */
	bool timer_active; /* false: the virtual timer's interrupt is surely not */
};

#endif
