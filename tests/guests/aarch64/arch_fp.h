/* SPDX-License-Identifier: Apache-2.0 */
/* The vector registers, and what controls them. */
#ifndef ARCH_FP_H
#define ARCH_FP_H

#include <stdbool.h>

#include "arch_guest.h"

#define FP_WORDS 64 /* 32 registers of 128 bits */

#define PAIRS(X)                                                                                   \
	X(0, 1, 0) X(2, 3, 32) X(4, 5, 64) X(6, 7, 96) X(8, 9, 128) X(10, 11, 160)                 \
	X(12, 13, 192) X(14, 15, 224) X(16, 17, 256) X(18, 19, 288) X(20, 21, 320)                 \
	X(22, 23, 352) X(24, 25, 384) X(26, 27, 416) X(28, 29, 448) X(30, 31, 480)
#define LOAD(a, b, offset) "ldp q" #a ", q" #b ", [%0, #" #offset "]\n\t"
#define STORE(a, b, offset) "stp q" #a ", q" #b ", [%0, #" #offset "]\n\t"

static inline void fp_load(const uint64_t *given)
{
	__asm__ volatile(PAIRS(LOAD) : : "r"(given) : "memory");
}

static inline void fp_store(uint64_t *kept)
{
	__asm__ volatile(PAIRS(STORE) : : "r"(kept) : "memory");
}

/* A rounding mode, 0 to 3, and flags, 5 bits. */
static inline void fp_control_set(uint64_t rounding, uint64_t flags)
{
	REGISTER_WRITE(fpcr, rounding << 22);
	REGISTER_WRITE(fpsr, flags);
}

static inline bool fp_control_is(uint64_t rounding, uint64_t flags)
{
	return REGISTER_READ(fpcr) == rounding << 22 && REGISTER_READ(fpsr) == flags;
}

#endif
