/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark's server does with instructions of its own on aarch64. */
#ifndef ARCH_BENCH_H
#define ARCH_BENCH_H

#include <stdint.h>

#include "ipc/aarch64.h"

#define CHILD_BASE 0x40000000ul

/* A VM's first instruction reads the counter, the second tells it: hypercall 0, words[1]. */
#define CHILD_CODE { 0xd53be041 /* mrs x1, cntvct_el0 */, 0xd4000002 /* hvc #0 */ }

/* The guest allows it in CNTKCTL_EL1, which stays its own while its servers run. */
static inline uint64_t bench_counter(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

static inline void bench_yield(void)
{
	__asm__ volatile("yield");
}

/* What was stored at this line is what a guest executes there, with its caches off. */
static inline void code_publish(volatile uint32_t *code)
{
	__asm__ volatile("dc cvac, %0; dsb sy" : : "r"(code) : "memory");
}

#endif
