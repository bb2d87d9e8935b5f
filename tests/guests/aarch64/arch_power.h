/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's first state, as PSCI says. */
#ifndef ARCH_POWER_H
#define ARCH_POWER_H

#include "tests/guests/processor.h"

#define EL1 4ul
#define ALL_MASKED 0x3c0ul
#define MMU_AND_DATA_CACHE 5ul

/* Turns it on at processor_other, by a call with 32 bits: so is its context. */
#define OTHER_CONTEXT(context) ((uint32_t)(context))
static inline uint64_t processor_on_other(uint64_t number, uint64_t context)
{
	return firmware(PSCI_CPU_ON_32, number, (uint64_t)processor_other, context).x[0];
}

/* What processor_entry found: CurrentEL, DAIF, SCTLR_EL1, VBAR_EL1. */
static inline void check_found(uint64_t number, const volatile uint64_t *found)
{
	(void)number;
	check("at EL1", found[0], EL1);
	check("all exceptions masked", found[1], ALL_MASKED);
	check("MMU and data cache off", found[2] & MMU_AND_DATA_CACHE, 0);
	check("no vectors of a former life", found[3], 0);
}

#endif
