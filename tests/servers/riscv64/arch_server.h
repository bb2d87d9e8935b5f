/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests' servers know of riscv64, and how they die of what they do. */
#ifndef ARCH_SERVER_H
#define ARCH_SERVER_H

#define SPACE_END (1ul << 38) /* of a task */

static inline void die_null(void)
{
	__asm__ volatile("ld t0, 0(%0)" : : "r"(8ul) : "t0", "memory");
}

static inline void die_illegal(void)
{
	__asm__ volatile(".4byte 0xffffffff");
}

static inline void die_break(void)
{
	__asm__ volatile("ebreak");
}

/* Of its stack: it grows without an end. */
static inline void die_overflow(void)
{
	__asm__ volatile("1:	addi sp, sp, -16\n\tsd a0, 0(sp)\n\tj 1b");
}

#endif
