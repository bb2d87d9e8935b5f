/* SPDX-License-Identifier: Apache-2.0 */
/* What the Arm ARM (DDI 0487) says about the bits that the VM manager handles. */
#ifndef VMM_AARCH64_PROCESSOR_H
#define VMM_AARCH64_PROCESSOR_H

/* MPIDR_EL1 (D17.2.101) and an affinity value as PSCI has it. */
#define MPIDR_RES1 0x80000000ull

/* PSTATE as SPSR_EL1 holds it (C5.2.18). */
#define PSTATE_MODE 0x1full
#define PSTATE_EL1T 0x04ull
#define PSTATE_EL1H 0x05ull
#define PSTATE_AARCH32 (1ull << 4)
#define PSTATE_DAIF (0xfull << 6)
#define PSTATE_SSBS (1ull << 12)
#define PSTATE_PAN (1ull << 22)
#define PSTATE_DIT (1ull << 24)
#define PSTATE_NZCV (0xfull << 28)

/* SCTLR_EL1 (D17.2.118). */
#define SCTLR_SPAN (1ull << 23)
#define SCTLR_DSSBS (1ull << 44)

/* ESR_EL1 and ESR_EL2 (D17.2.37): exception class, instruction length, data abort syndrome. */
#define ESR_CLASS(syndrome) ((unsigned int)((syndrome) >> 26 & 0x3f))
#define ESR_CLASS_SHIFT 26
#define ESR_REGISTER 0x18u
#define ESR_FETCH_LOWER 0x20u
#define ESR_DATA_LOWER 0x24u
#define ESR_IL (1ull << 25)
#define ESR_DATA_CM (1ull << 8)
#define ESR_DATA_WRITE (1ull << 6)
#define ESR_EXTERNAL 0x10ull /* synchronous external abort, not on a table walk */

#endif
