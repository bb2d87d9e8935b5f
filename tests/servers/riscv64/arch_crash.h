/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions that a task on riscv64 has no business with. */
#ifndef ARCH_CRASH_H
#define ARCH_CRASH_H

#define UART_REGISTERS 0x10000000ul /* the UART server's */
#define RETURN 0x00008067u          /* that instruction */

/* X(the device's name, the instruction) */
#define CRASHES(X)                                                                                 \
	X(wait, "wfi")                                                                             \
	X(read, "csrr a0, sstatus")                                                                \
	X(write, "csrw stvec, a0")                                                                 \
	X(hstatus, "csrr a0, 0x600")                                                               \
	X(mstatus, "csrr a0, mstatus")                                                             \
	X(mask, "csrci sstatus, 2")                                                                \
	X(fence, "sfence.vma")                                                                     \
	X(sret, "sret")
#define CRASH_CLOBBERS "a0", "memory"

#endif
