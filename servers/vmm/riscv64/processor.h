/* SPDX-License-Identifier: Apache-2.0 */
/* What the Privileged Architecture says about the bits that the VM manager handles. */
#ifndef VMM_RISCV64_PROCESSOR_H
#define VMM_RISCV64_PROCESSOR_H

/* sstatus (Supervisor-Level ISA, "Supervisor Status Register"). */
#define SSTATUS_SIE (1ull << 1)
#define SSTATUS_SPIE (1ull << 5)
#define SSTATUS_SPP (1ull << 8)
#define SSTATUS_UXL_64 (2ull << 32)

/* stvec: the lowest bits are the mode; exceptions go to the base in each of them. */
#define STVEC_MODE 3ull

/* scounteren: cycle, time and instret. */
#define SCOUNTEREN_BASE 7ull

/* sie and sip: the supervisor's external interrupt, as bindings number it. */
#define INTERRUPT_EXTERNAL 9

/* An instruction that names a CSR (Unprivileged ISA, Zicsr). */
#define IS_CSR_ACCESS(instruction) (((instruction)&0x7f) == 0x73 && ((instruction) >> 12 & 3))

#endif
