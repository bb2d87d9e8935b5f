/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCH_SHARE_H
#define ARCH_SHARE_H

#include <stdint.h>

/* Rounds of four instructions until the counter is `end`. */
static inline uint64_t rounds_until(uint64_t end)
{
	uint64_t rounds = 0, now;

	__asm__ volatile("1:	addi	%0, %0, 1\n"
			 "	rdtime	%1\n"
			 "	nop\n"
			 "	bltu	%1, %2, 1b\n"
			 : "+r"(rounds), "=&r"(now) : "r"(end));
	return rounds;
}

#endif
