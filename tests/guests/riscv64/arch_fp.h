/* SPDX-License-Identifier: Apache-2.0 */
/* The floating-point registers, and what controls them. */
#ifndef ARCH_FP_H
#define ARCH_FP_H

#include <stdbool.h>

#include "arch_guest.h"

#define FP_WORDS 32 /* registers of 64 bits */

#define FOUR(X, a, b, c, d) X(a) X(b) X(c) X(d)
#define EACH(X)                                                                                    \
	FOUR(X, 0, 1, 2, 3) FOUR(X, 4, 5, 6, 7) FOUR(X, 8, 9, 10, 11) FOUR(X, 12, 13, 14, 15)      \
	FOUR(X, 16, 17, 18, 19) FOUR(X, 20, 21, 22, 23) FOUR(X, 24, 25, 26, 27)                    \
	FOUR(X, 28, 29, 30, 31)
#define LOAD(number) "fld f" #number ", 8*" #number "(%0)\n\t"
#define STORE(number) "fsd f" #number ", 8*" #number "(%0)\n\t"

static inline void fp_load(const uint64_t *given)
{
	__asm__ volatile(EACH(LOAD) : : "r"(given) : "memory");
}

static inline void fp_store(uint64_t *kept)
{
	__asm__ volatile(EACH(STORE) : : "r"(kept) : "memory");
}

/* A rounding mode, 0 to 3, and flags, 5 bits. */
static inline void fp_control_set(uint64_t rounding, uint64_t flags)
{
	REGISTER_WRITE(fcsr, rounding << 5 | flags);
}

static inline bool fp_control_is(uint64_t rounding, uint64_t flags)
{
	return REGISTER_READ(fcsr) == (rounding << 5 | flags);
}

#endif
