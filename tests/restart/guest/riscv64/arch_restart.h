/* SPDX-License-Identifier: Apache-2.0 */
/* What the guests whose servers are cut have to know of riscv64. */
#ifndef ARCH_RESTART_H
#define ARCH_RESTART_H

#include <stdbool.h>

#include "arch_guest.h"

/* As sentences name the server that is the interrupt controller. */
#define CONTROLLER_NAME "vplic"

/* So many instructions, in ticks of the counter. */
#define INSTRUCTIONS(number) ((number) / 100)

/* Nanoseconds, so instructions that were executed until now. */
static inline uint64_t nanoseconds(void)
{
	uint64_t value;

	__asm__ volatile("rdcycle %0" : "=r"(value) : : "memory");
	return value;
}

/* The VM manager answers two calls rightly: SBI 2.0, with HSM. */
#define MANAGER_SENTENCE "vmm: the version of SBI, and that it has HSM"
static inline bool manager_answers(uint64_t number)
{
	struct answer version = sbi(SBI_BASE, 0, number, 0, 0, 0, 0);
	struct answer probe = sbi(SBI_BASE, 3, SBI_HSM, 0, 0, 0, 0);

	return version.error == 0 && version.value == 2u << 24 && probe.error == 0 && probe.value;
}

#endif
