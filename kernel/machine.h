/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel remembers of the machine after boot. */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/include/arch.h"

struct machine {
	uint64_t ram_base, ram_size; /* as the kernel addresses it */
};

extern struct machine machine;

/* Is [base, base + size) free of RAM and of what the kernel drives itself? */
static inline bool machine_allows_device(uint64_t base, uint64_t size)
{
	uint64_t ram = arch_physical(machine.ram_base);

	return (base + size <= ram || base >= ram + machine.ram_size) &&
	       !arch_machine_owns(base, size);
}

#endif
