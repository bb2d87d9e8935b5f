/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery: what vCPUs are shown. The external interrupt is a level, and a page is made to show the
 * one of the model; the software interrupt is the guest's to clear, so it is added once: the page
 * holds the generation up to which it was.
 */
#include "servers/vplic/sources.h"

_Static_assert(offsetof(struct vplic_state, above) == 2 * DURABLE_LINE, "generations are one line");

uint32_t vplic_kicks;

void vplic_send(struct vplic_state *plic, uint32_t targets)
{
	uint32_t each;

	if (!targets)
		return;
	rt_touch(plic->generation, 1);
	vplic_kicks |= targets;
	for (; targets; targets &= targets - 1) {
		each = (uint32_t)__builtin_ctz(targets);
		plic->generation[each] = vplic_generation_sent(plic->generation[each]);
	}
}

void vplic_page_write(const struct vplic_state *plic, uint32_t vcpu, struct vcpu_interrupts *page)
{
	uint64_t generation = plic->generation[vcpu];
	uint64_t pending = page->pending & ~(uint64_t)VCPU_EXTERNAL;

	if (plic->external >> vcpu & 1)
		pending |= VCPU_EXTERNAL;
	if (page->generation == generation) {
		page->pending = pending;
		return;
	}
	pending &= ~(uint64_t)VCPU_SOFTWARE;
	page->pending = generation & 1 ? pending | VCPU_SOFTWARE : pending;
	/* A life that is cut before has written nothing that its next one does not write again. */
	__atomic_store_n(&page->generation, generation, __ATOMIC_RELEASE);
}

void vplic_reset(struct vplic_state *plic)
{
	uint32_t vcpu;

	RT_TOUCH(*plic);
	plic->edge = plic->claimed = 0;
	plic->pending = plic->level;
	for (vcpu = 0; vcpu < VPLIC_PRIORITIES; vcpu++)
		plic->above[vcpu] = 0;
	for (vcpu = 0; vcpu < plic->vcpus; vcpu++) {
		plic->generation[vcpu] = vplic_generation_removed(plic->generation[vcpu]);
		plic->enabled[vcpu] = plic->forwarded[vcpu] = plic->threshold[vcpu] = 0;
	}
	plic->external = 0;
	vplic_kicks = vplic_all(plic);
}

void vplic_init(struct vplic_state *plic, uint32_t vcpus)
{
	RT_TOUCH(plic->vcpus);
	plic->vcpus = vcpus;
	vplic_reset(plic);
}
