/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GUESTS_COMING_H
#define GUESTS_COMING_H

#include <stdint.h>

/* The interrupt that comes if interrupts are on for a moment, by its bit in sip; nobody handles it. */
static inline uint64_t coming(void)
{
	uint64_t cause = 0, vector;

	__asm__ volatile("	la	t0, 1f\n"
			 "	csrrw	%1, stvec, t0\n"
			 "	csrsi	sstatus, 2\n"
			 "	nop\n"
			 "	csrci	sstatus, 2\n"
			 "	j	2f\n"
			 "	.balign	4\n"
			 "1:	csrr	%0, scause\n"
			 "2:	csrw	stvec, %1\n"
			 : "+&r"(cause), "=&r"(vector) : : "t0", "memory");
	return cause ? 1ul << (cause & 63) : 0;
}

#endif
