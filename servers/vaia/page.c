/* SPDX-License-Identifier: Apache-2.0 */
/* What a vCPU sees in sip, and the first of it in stopi; software interrupts; reset. */
#include "servers/lib/riscv64/page.h"
#include "servers/vaia/file.h"

/*
 * The default order: external, software, timer (AIA 5.1). All priorities are zero, so the one that
 * is told with it is always 1: 5.2.2.
 */
uint64_t vaia_top(const struct vaia_vcpu *self, const struct vcpu_interrupts *page)
{
	uint64_t enabled = page->enabled, identity = 0;

	if ((enabled & VCPU_EXTERNAL) && file_asserts(self))
		identity = MAJOR_EXTERNAL;
	else if ((enabled & VCPU_SOFTWARE) && page_software(page, self->generation))
		identity = MAJOR_SOFTWARE;
	else if (enabled & page->pending & VCPU_TIMER)
		identity = MAJOR_TIMER;
	return identity ? identity << TOP_IDENTITY_SHIFT | 1 : 0;
}

void controller_page_write(const void *state, uint32_t vcpu, struct vcpu_interrupts *page)
{
	const struct vaia_vcpu *self = &((const struct vaia_state *)state)->vcpu[vcpu];

	page_show(page, self->generation, file_asserts(self));
}

void vaia_send(struct vaia_state *aia, uint32_t targets)
{
	controller_kicks |= targets;
	for (; targets; targets &= targets - 1) {
		struct vaia_vcpu *each = &aia->vcpu[__builtin_ctz(targets)];

		vcpu_touch(each);
		each->generation = page_generation_sent(each->generation);
	}
}

void vaia_reset(struct vaia_state *aia)
{
	uint32_t vcpu, source;

	RT_TOUCH(*aia);
	aia->aplic = (struct vaia_aplic){ .level = aia->aplic.level };
	for (source = 0; source < VAIA_SOURCES; source++)
		aia->target[source] = 0;
	for (vcpu = 0; vcpu < aia->vcpus; vcpu++) {
		uint64_t generation = page_generation_removed(aia->vcpu[vcpu].generation);

		aia->vcpu[vcpu] = (struct vaia_vcpu){ .generation = generation };
	}
	controller_kicks = (1u << aia->vcpus) - 1;
}

void vaia_init(struct vaia_state *aia, uint32_t vcpus)
{
	RT_TOUCH(aia->vcpus);
	aia->vcpus = vcpus;
	vaia_reset(aia);
}
