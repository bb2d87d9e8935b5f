/* SPDX-License-Identifier: Apache-2.0 */
/* Register offsets of the PLIC: RISC-V PLIC specification 1.0.0, "Memory Map". */
#ifndef VPLIC_REGISTERS_H
#define VPLIC_REGISTERS_H

/* Four bytes a source. */
#define PLIC_PRIORITY 0x000000u
#define PLIC_PRIORITY_END 0x001000u

/* One bit a source. */
#define PLIC_PENDING 0x001000u
#define PLIC_PENDING_END 0x001080u

/* One bit a source; PLIC_ENABLE_SIZE bytes a context. */
#define PLIC_ENABLE 0x002000u
#define PLIC_ENABLE_SIZE 0x80u
#define PLIC_ENABLE_END 0x1f2000u

/* PLIC_CONTEXT_SIZE bytes a context. */
#define PLIC_CONTEXT 0x200000u
#define PLIC_CONTEXT_SIZE 0x1000u
#define PLIC_THRESHOLD 0x0u
#define PLIC_CLAIM 0x4u /* a read claims, a write completes */

/* Of the range that guests are told. */
#define PLIC_SIZE 0x600000u

#endif
