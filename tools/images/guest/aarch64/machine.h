/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64's part of system.h. */
#ifndef GUEST_MACHINE_H
#define GUEST_MACHINE_H

#include <stdint.h>

#define OPEN_DIRECT 0200000
#define KILLER_BASE 0x0c000000 /* of the device that tests/servers/killer.h describes */

__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl program\n");

/* A system call with six arguments: its result, or a negative number of an error. */
static inline long system_call_6(long number, long a0, long a1, long a2, long a3, long a4, long a5)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a0;
	register long x1 __asm__("x1") = a1;
	register long x2 __asm__("x2") = a2;
	register long x3 __asm__("x3") = a3;
	register long x4 __asm__("x4") = a4;
	register long x5 __asm__("x5") = a5;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

/* The virtual counter. */
static inline uint64_t read_counter(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

#endif
