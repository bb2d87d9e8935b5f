/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's first state, as SBI's HSM says. */
#ifndef ARCH_POWER_H
#define ARCH_POWER_H

#include "tests/guests/processor.h"

/* Turns it on at processor_other. */
#define OTHER_CONTEXT(context) (~(context))
static inline uint64_t processor_on_other(uint64_t number, uint64_t context)
{
	return firmware_processor_on(number, (uint64_t)processor_other, OTHER_CONTEXT(context));
}

/* What processor_entry found: a0, sstatus, satp, sie. */
static inline void check_found(uint64_t number, const volatile uint64_t *found)
{
	check("its a0 is its number", found[0], number);
	check("interrupts masked", found[1] & SSTATUS_SIE, 0);
	check("no address translation", found[2], 0);
	check("no interrupt enabled in a former life", found[3], 0);
}

#endif
