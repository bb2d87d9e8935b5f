/* SPDX-License-Identifier: Apache-2.0 */
/* What servers and the kernel share about a riscv64 vCPU. */
#ifndef IPC_RISCV64_H
#define IPC_RISCV64_H

#include <stdint.h>

/*
 * Registers for SYSCALL_VCPU_GET and SYSCALL_VCPU_SET; 0 to 31 are x0 to x31, and x0 is read-only.
 * SYSCALL_THREAD_GET has these, up to VCPU_PC. The others are the guest's CSRs as it names them
 * (Privileged Architecture, Supervisor-Level ISA).
 */
enum vcpu_register {
	VCPU_X0,
	VCPU_PC = 32,
	VCPU_PRIVILEGE, /* 1: VS-mode, 0: VU-mode */
	VCPU_SSTATUS,
	VCPU_SIE,
	VCPU_STVEC,
	VCPU_SSCRATCH,
	VCPU_SEPC,
	VCPU_SCAUSE,
	VCPU_STVAL,
	VCPU_SATP,
	VCPU_STIMECMP,
	VCPU_SENVCFG,
	VCPU_SCOUNTEREN,
	VCPU_REGISTERS,
};

/* System register number of an exit: the CSR's, 12 bits. */
#define SYSREG_COUNT 0x1000u

/* Bits of the interrupt page's words: where hvip, hip and hie have them. */
#define VCPU_SOFTWARE (1u << 2)  /* VSSI: the guest clears it itself */
#define VCPU_TIMER (1u << 6)     /* VSTI: the hardware's, by the guest's stimecmp */
#define VCPU_EXTERNAL (1u << 10) /* VSEI: as long as the interrupt controller says */

/*
 * The vCPU's interrupt page. While a server holds an exit that came over a route with
 * ROUTE_INTERRUPTS (EXIT_INTERRUPT always does), the page holds what is pending as the guest left
 * it, and of what the server leaves in `pending` VCPU_SOFTWARE and VCPU_EXTERNAL are shown to the
 * guest before it runs on.
 */
struct vcpu_interrupts {
	uint64_t pending;    /* of the three above */
	uint64_t enabled;    /* of them, what the guest enabled; the kernel does not read it */
	uint64_t generation; /* the server's own note of what it wrote; not the kernel's */
};

/* Why the interrupt controller is asked to look: bits in the `events` of interrupt.refill. */
#define VCPU_EVENT_KICK 1u /* somebody kicked the vCPU */

/*
 * The guest's calls to firmware (SBI 1.0 binary encoding): as hypercall.call has them, `function`
 * is a7, the extension; a1 is a6, its function; a2 to a7 are a0 to a5. Of the results r0 goes to
 * a0, the error, and r1 to a1, the value. Routes take the extension's number.
 */
#define SBI_SUCCESS 0
#define SBI_FAILED (-1)
#define SBI_NOT_SUPPORTED (-2)
#define SBI_INVALID_PARAMETER (-3)
#define SBI_DENIED (-4)
#define SBI_INVALID_ADDRESS (-5)
#define SBI_ALREADY_AVAILABLE (-6)

#define SBI_BASE 0x10u
#define SBI_TIME 0x54494d45u
#define SBI_IPI 0x735049u
#define SBI_RFENCE 0x52464e43u
#define SBI_HSM 0x48534du
#define SBI_SRST 0x53525354u
#define SBI_DBCN 0x4442434eu

/*
 * The syndrome in fault.vcpu and fault.task: scause's exception code; in bits 63:32 the
 * instruction that trapped, as far as the kernel had to look at it, else 0.
 */
#define SYNDROME_CAUSE(syndrome) ((uint32_t)(syndrome)&0xff)
#define SYNDROME_INSTRUCTION(syndrome) ((uint32_t)((syndrome) >> 32))

#define CAUSE_FETCH_MISALIGNED 0
#define CAUSE_FETCH_ACCESS 1
#define CAUSE_ILLEGAL 2
#define CAUSE_BREAKPOINT 3
#define CAUSE_LOAD_MISALIGNED 4
#define CAUSE_LOAD_ACCESS 5
#define CAUSE_STORE_MISALIGNED 6
#define CAUSE_STORE_ACCESS 7
#define CAUSE_CALL_USER 8
#define CAUSE_CALL_GUEST 10
#define CAUSE_FETCH_PAGE 12
#define CAUSE_LOAD_PAGE 13
#define CAUSE_STORE_PAGE 15
#define CAUSE_FETCH_GUEST_PAGE 20
#define CAUSE_LOAD_GUEST_PAGE 21
#define CAUSE_VIRTUAL_INSTRUCTION 22
#define CAUSE_STORE_GUEST_PAGE 23

#endif
