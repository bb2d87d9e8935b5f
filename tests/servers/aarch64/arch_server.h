/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests' servers know of aarch64, and how they die of what they do. */
#ifndef ARCH_SERVER_H
#define ARCH_SERVER_H

#define SPACE_END (1ul << 40) /* of a task */

static inline void die_null(void)
{
	__asm__ volatile("ldr x1, [%0]" : : "r"(8ul) : "x1", "memory");
}

static inline void die_illegal(void)
{
	__asm__ volatile("udf #7");
}

static inline void die_break(void)
{
	__asm__ volatile("brk #1");
}

/* Of its stack: it grows without an end. */
static inline void die_overflow(void)
{
	__asm__ volatile("1: stp x0, x1, [sp, #-16]!\n\tb 1b");
}

#endif
