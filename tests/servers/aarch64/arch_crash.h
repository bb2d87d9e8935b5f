/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions that a task on aarch64 has no business with. */
#ifndef ARCH_CRASH_H
#define ARCH_CRASH_H

#define UART_REGISTERS 0x09000000ul /* the UART server's */
#define RETURN 0xd65f03c0u          /* that instruction */

/* X(the device's name, the instruction) */
#define CRASHES(X)                                                                                 \
	X(wait, "wfi")                                                                             \
	X(read, "mrs x0, sctlr_el1")                                                               \
	X(write, "msr vbar_el1, x0")                                                               \
	X(el2, "mrs x0, hcr_el2")                                                                  \
	X(mask, "msr daifset, #15")                                                                \
	X(hvc, "hvc #0")                                                                           \
	X(smc, "smc #0")                                                                           \
	X(eret, "eret")
#define CRASH_CLOBBERS "x0", "x1", "x2", "x3", "memory"

#endif
