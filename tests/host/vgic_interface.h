/* SPDX-License-Identifier: Apache-2.0 */
/* What the virtual CPU interface does to a page of list registers for the guest. */
#ifndef TESTS_HOST_VGIC_INTERFACE_H
#define TESTS_HOST_VGIC_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "servers/vgic/registers.h"
#include "servers/vgic/vgic.h"

#define SPURIOUS 1023u

/* ICC_IAR: the best pending interrupt becomes active. */
static inline uint32_t page_acknowledge(struct vcpu_interrupts *page)
{
	uint64_t *best = NULL;
	uint32_t slot;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
		uint64_t *list = &page->list[slot];

		if ((*list & (LR_PENDING | LR_ACTIVE)) == LR_PENDING &&
		    (!best || (*list >> LR_PRIORITY_SHIFT & 0xff) <
				      (*best >> LR_PRIORITY_SHIFT & 0xff)))
			best = list;
	}
	if (!best)
		return SPURIOUS;
	*best ^= LR_PENDING | LR_ACTIVE;
	return (uint32_t)*best;
}

/* What ICH_HCR_EL2.UIE watches: at most one list register is in use. */
static inline bool page_runs_low(const struct vcpu_interrupts *page)
{
	uint32_t slot, used = 0;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++)
		used += (page->list[slot] & (LR_PENDING | LR_ACTIVE)) != 0;
	return page->underflow && used <= 1;
}

/* ICC_EOIR and deactivation; false: no list register has it active. *asked: tell the server. */
static inline bool page_end(struct vcpu_interrupts *page, uint32_t intid, bool *asked)
{
	uint32_t slot;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
		uint64_t *list = &page->list[slot];

		if (!(*list & LR_ACTIVE) || (uint32_t)*list != intid)
			continue;
		*list &= ~LR_ACTIVE;
		*asked = (!(*list & LR_PENDING) && !(*list & LR_HARDWARE) && (*list & LR_EOI)) ||
			 page_runs_low(page);
		return true;
	}
	return false;
}

#endif
