/* SPDX-License-Identifier: Apache-2.0 */
/* The measured guests' calls to the firmware: SBI 1.0, binary encoding. */
#ifndef BENCH_FIRMWARE_H
#define BENCH_FIRMWARE_H

#include <stdint.h>

#define SBI_BASE 0x10ul
#define SBI_BASE_VERSION 0
#define SBI_BASE_IMPLEMENTATION 1
#define SBI_BASE_PROBE 3
#define SBI_HARTS 0x48534dul
#define SBI_HARTS_START 0
#define SBI_RESET 0x53525354ul
#define SBI_RESET_OFF 0
#define SBI_RESET_COLD 1

struct sbi_answer {
	int64_t error;
	uint64_t value;
};

static inline struct sbi_answer sbi3(uint64_t extension, uint64_t function, uint64_t argument0,
				     uint64_t argument1, uint64_t argument2)
{
	register uint64_t a0 __asm__("a0") = argument0;
	register uint64_t a1 __asm__("a1") = argument1;
	register uint64_t a2 __asm__("a2") = argument2;
	register uint64_t a6 __asm__("a6") = function;
	register uint64_t a7 __asm__("a7") = extension;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
	return (struct sbi_answer){ (int64_t)a0, a1 };
}

static inline struct sbi_answer sbi(uint64_t extension, uint64_t function, uint64_t argument0,
				    uint64_t argument1)
{
	return sbi3(extension, function, argument0, argument1, 0);
}

#endif
