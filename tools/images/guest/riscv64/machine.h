/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64's part of system.h. */
#ifndef GUEST_MACHINE_H
#define GUEST_MACHINE_H

#include <stdint.h>

#define OPEN_DIRECT 040000
#define KILLER_BASE 0x20000000 /* of the device that tests/servers/killer.h describes */

__asm__(".globl _start\n_start:\n\tmv a0, sp\n\tcall program\n");

/* A system call with six arguments: its result, or a negative number of an error. */
static inline long system_call_6(long number, long first, long second, long third, long fourth,
				 long fifth, long sixth)
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = first;
	register long a1 __asm__("a1") = second;
	register long a2 __asm__("a2") = third;
	register long a3 __asm__("a3") = fourth;
	register long a4 __asm__("a4") = fifth;
	register long a5 __asm__("a5") = sixth;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return a0;
}

/* The time. Linux keeps user space from counting instructions where its firmware has counters. */
static inline uint64_t read_counter(void)
{
	uint64_t value;

	__asm__ volatile("rdtime %0" : "=r"(value) : : "memory");
	return value;
}

#endif
