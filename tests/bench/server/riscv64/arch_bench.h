/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark's server does with instructions of its own on riscv64. */
#ifndef ARCH_BENCH_H
#define ARCH_BENCH_H

#include <stdint.h>

#include "ipc/riscv64.h"

#define CHILD_BASE 0x80000000ul

/* A VM's first instruction reads the counter, the second tells it: extension 0 (a7), words[1] (a6). */
#define CHILD_CODE { 0xc0002873 /* rdcycle a6 */, 0x00000073 /* ecall */ }

/* Any task may. */
static inline uint64_t bench_counter(void)
{
	uint64_t value;

	__asm__ volatile("rdcycle %0" : "=r"(value) : : "memory");
	return value;
}

/* PAUSE, by its encoding: the compiler's flags lack it. */
static inline void bench_yield(void)
{
	__asm__ volatile(".insn i 0x0f, 0, x0, x0, 0x010");
}

/* What was stored there is what a guest of this CPU executes there. */
static inline void code_publish(volatile uint32_t *code)
{
	(void)code;
	__asm__ volatile("fence rw, rw; fence.i" : : : "memory");
}

#endif
