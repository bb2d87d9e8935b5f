/* SPDX-License-Identifier: Apache-2.0 */
/* What the guests whose servers are cut have to know of aarch64. */
#ifndef ARCH_RESTART_H
#define ARCH_RESTART_H

#include <stdbool.h>

#include "arch_guest.h"

/* As sentences name the server that is the interrupt controller. */
#define CONTROLLER_NAME "vgic"

/* So many instructions, in ticks of the counter. */
#define INSTRUCTIONS(number) (number)

/* Nanoseconds, so instructions that were executed until now. */
static inline uint64_t nanoseconds(void)
{
	return counter();
}

/* The VM manager answers a call and a register rightly. */
#define MANAGER_SENTENCE "vmm: PSCI_VERSION and a system register"
static inline bool manager_answers(uint64_t number)
{
	return firmware(PSCI_VERSION, number, 0, 0).x[0] == 0x10001 &&
	       REGISTER_READ(id_aa64pfr0_el1) != 0x5eed;
}

#endif
