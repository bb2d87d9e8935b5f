/* SPDX-License-Identifier: Apache-2.0 */
/* What the killer has to know of riscv64. */
#ifndef ARCH_KILLER_H
#define ARCH_KILLER_H

#include <stdint.h>

/*
 * Returns always as far behind the begin of a tick, which has 100 instructions where it matters. The
 * first loop ends with the tick's first or second instruction. 99 later it is the second one's turn
 * to be in the next tick: then the first one's way is longer.
 */
static inline void clock_align(void)
{
	uint64_t then, now;

	__asm__ volatile("rdtime %0\n"
			 "1:\trdtime %1\n\t"
			 "beq %0, %1, 1b\n\t"
			 ".rept 97\n\tnop\n\t.endr\n\t"
			 "rdtime %0\n\t"
			 "bne %0, %1, 2f\n\t"
			 "nop\n"
			 "2:" : "=&r"(then), "=&r"(now) : : "memory");
}

#endif
