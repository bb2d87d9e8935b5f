/* SPDX-License-Identifier: Apache-2.0 */
/* What vCPUs are shown, and the reset state. */
#include "servers/lib/riscv64/page.h"
#include "servers/vplic/sources.h"

_Static_assert(offsetof(struct vplic_state, above) == 2 * DURABLE_LINE, "generations are one line");

void vplic_send(struct vplic_state *plic, uint32_t targets)
{
	uint32_t each;

	if (!targets)
		return;
	rt_touch(plic->generation, 1);
	controller_kicks |= targets;
	for (; targets; targets &= targets - 1) {
		each = (uint32_t)__builtin_ctz(targets);
		plic->generation[each] = page_generation_sent(plic->generation[each]);
	}
}

void controller_page_write(const void *state, uint32_t vcpu, struct vcpu_interrupts *page)
{
	const struct vplic_state *plic = state;

	page_show(page, plic->generation[vcpu], plic->external >> vcpu & 1);
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
		plic->generation[vcpu] = page_generation_removed(plic->generation[vcpu]);
		plic->enabled[vcpu] = plic->forwarded[vcpu] = plic->threshold[vcpu] = 0;
	}
	plic->external = 0;
	controller_kicks = vplic_all(plic);
}

void vplic_init(struct vplic_state *plic, uint32_t vcpus)
{
	RT_TOUCH(plic->vcpus);
	plic->vcpus = vcpus;
	vplic_reset(plic);
}
