/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark guest uses of its machine: console, interrupt controller, firmware. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdint.h>

/* Accesses with a syndrome: the compiler must not choose a form without one. */
static inline uint32_t read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline uint64_t read64(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static inline uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

/* "name value", a line. */
void print(const char *name, uint64_t value);

/* Takes the virtual timer's interrupt and SGI 0; lets servers read the counter at EL0. */
void machine_start(void);
/* Of it, what each vCPU does for itself. */
void processor_start(uint64_t vcpu);

_Noreturn void guest_off(void);

#endif
