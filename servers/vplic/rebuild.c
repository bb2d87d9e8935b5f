/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model instead of one that is damaged. Known is nothing but up to which generation each page has
 * its software interrupts. The rest is guessed, as a guest like Linux sets it up, and so that
 * nobody waits for ever:
 *
 * - all sources have priority 1, thresholds are 0, and everything goes to context 0;
 * - each device's source is pending once, so that its driver looks at the device; a level that is
 *   still asserted after that is not seen until it changes;
 * - each vCPU has a software interrupt, so that it looks at what others wanted of it;
 * - nothing is claimed: a completion that is still to come is ignored.
 *
 * Lost are priorities, thresholds and which context was to take what. A guest that is set up
 * differently may see interrupts that it had masked; it can reset the controller.
 */
#include "servers/lib/riscv64/page.h"
#include "servers/vplic/sources.h"

void vplic_rebuild(struct vplic_state *plic, struct vcpu_interrupts *const *pages, uint64_t lines)
{
	uint32_t vcpu;

	plic->above[0] = plic->enabled[0] = plic->forwarded[0] = VPLIC_ALL_SOURCES;
	plic->pending = lines & VPLIC_ALL_SOURCES;
	for (vcpu = 0; vcpu < plic->vcpus; vcpu++)
		plic->generation[vcpu] = page_generation_sent(pages[vcpu]->generation);
	sources_update(plic);
}
