/* SPDX-License-Identifier: Apache-2.0 */
/* What servers and the kernel share about an aarch64 vCPU. */
#ifndef IPC_AARCH64_H
#define IPC_AARCH64_H

#include <stdint.h>

/*
 * System register number, as in the ISS of an MSR/MRS trap without its Rt and direction bits
 * (Arm ARM D17.2.37): Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, CRm 4:1.
 */
#define SYSREG(op0, op1, crn, crm, op2)                                                            \
	((uint64_t)(op0) << 20 | (uint64_t)(op2) << 17 | (uint64_t)(op1) << 14 |                   \
	 (uint64_t)(crn) << 10 | (uint64_t)(crm) << 1)

/*
 * Registers for SYSCALL_VCPU_GET and SYSCALL_VCPU_SET; 0 to 30 are x0 to x30. SYSCALL_THREAD_GET
 * has these, up to VCPU_SP_EL0, which is a thread's stack pointer.
 */
enum vcpu_register {
	VCPU_PC = 31,
	VCPU_PSTATE, /* only the modes EL0t, EL1t and EL1h are taken */
	VCPU_SP_EL0,
	VCPU_SP_EL1,
	VCPU_TPIDR_EL0,
	VCPU_TPIDRRO_EL0,
	VCPU_TPIDR_EL1,
	VCPU_SCTLR_EL1,
	VCPU_CPACR_EL1,
	VCPU_TTBR0_EL1,
	VCPU_TTBR1_EL1,
	VCPU_TCR_EL1,
	VCPU_MAIR_EL1,
	VCPU_AMAIR_EL1,
	VCPU_VBAR_EL1,
	VCPU_CONTEXTIDR_EL1,
	VCPU_ESR_EL1,
	VCPU_FAR_EL1,
	VCPU_AFSR0_EL1,
	VCPU_AFSR1_EL1,
	VCPU_PAR_EL1,
	VCPU_ELR_EL1,
	VCPU_SPSR_EL1,
	VCPU_CNTKCTL_EL1,
	VCPU_CNTV_CTL_EL0,
	VCPU_CNTV_CVAL_EL0,
	VCPU_MPIDR_EL1, /* what the guest reads; set before the first start */
	VCPU_REGISTERS,

	/* Read-only: the machine's own identification registers, ID_AA64<x>_EL1. */
	VCPU_ID_PFR0 = 64,
	VCPU_ID_PFR1,
	VCPU_ID_DFR0,
	VCPU_ID_ISAR0,
	VCPU_ID_ISAR1,
	VCPU_ID_ISAR2,
	VCPU_ID_MMFR0,
	VCPU_ID_MMFR1,
	VCPU_ID_MMFR2,
	VCPU_ID_END,
};

#define VCPU_LIST_REGISTERS 4

/*
 * The vCPU's interrupt page. While a server holds an exit that came over a route with
 * ROUTE_INTERRUPTS (EXIT_INTERRUPT always does), the page holds the list registers as the guest
 * left them, and what the server leaves there is loaded before the guest runs on. The kernel takes
 * the HW bit only with the virtual timer's own interrupt as pINTID.
 */
struct vcpu_interrupts {
	uint64_t list[VCPU_LIST_REGISTERS]; /* ICH_LR<n>_EL2 */
	uint64_t timer_held; /* 1: the virtual timer's interrupt fired, and cannot be listed now */
	uint64_t underflow;  /* 1: tell (VCPU_EVENT_MAINTENANCE) when at most one is pending */
	uint64_t generation; /* the server's own note of what it wrote; not the kernel's */
	uint64_t timer_over; /* the kernel's word, 1: what the timer fired for is due no more */
};

#define VTIMER_INTID 27u

/* Why the interrupt controller is asked to look: bits in the `events` of interrupt.refill. */
#define VCPU_EVENT_KICK 1u        /* somebody kicked the vCPU */
#define VCPU_EVENT_VTIMER 2u      /* the virtual timer fired: active until the guest ends it */
#define VCPU_EVENT_MAINTENANCE 4u /* an LR with its EOI bit ended, or underflow */

#endif
