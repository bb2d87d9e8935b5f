/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: the types and constants behind arch/include/arch.h. */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/riscv64.h"

/*
 * Sv39 for tasks, whose upper half is the kernel's, and Sv39x4 for VMs (8.5), whose root is four
 * tables: both use what the lower half of Sv39 reaches.
 */
#define ARCH_SPACE_SIZE (1ul << 38)
#define ARCH_SPACE_IDENTIFIERS 256 /* boot makes sure of VMIDs and ASIDs of eight bits */
#define ARCH_SPACE_ROOT_LEVEL 1
#define ARCH_TASK_ROOT_SIZE 4096u
#define ARCH_VM_ROOT_SIZE 16384u

#define ARCH_IRQ_FIRST_DEVICE 1u
#define ARCH_IRQ_COUNT 1024u
#define ARCH_IRQ_LOOK 1024u
#define ARCH_IRQ_TIMER 1025u
#define ARCH_IRQ_NONE 1026u

/* The vectors put the general registers here, through sscratch. x[0]: the CPU's struct cpu. */
struct arch_context {
	uint64_t x[32];
	uint64_t pc, sstatus, hstatus;
	uint64_t satp;
	uint64_t senvcfg, scounteren; /* a vCPU's; a task has SENVCFG_TASK and SCOUNTEREN_TASK */
};

struct arch_fp {
	uint64_t f[32];
	uint64_t fcsr;
};

/* A load or store that trapped, decoded. */
struct access {
	uint8_t number; /* of the register that is loaded or stored */
	uint8_t width;  /* bytes */
	uint8_t length; /* of the instruction, bytes */
	bool write;
	bool is_signed;
};

/* What stays in the hardware while servers run on the guest's behalf. */
struct arch_vcpu {
	uint64_t registers[VCPU_REGISTERS]; /* those that struct arch_context does not hold */
	uint64_t hgatp;
	uint64_t call[8]; /* a hypercall's registers, in the order of hypercall.call */
	struct access access;
};

struct arch_cpu {
	uint32_t context; /* of its supervisor mode, at the interrupt controller */
	bool sleeps;      /* in arch_idle: it is not asked for fences */
	bool fence_due;   /* when it wakes, it makes up for them */
};

#endif
