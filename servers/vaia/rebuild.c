/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model instead of one that is damaged. Nobody else knows which identity the guest has given to
 * which device, so it is asked to look at everything, as a guest like Linux can:
 *
 * - each identity of each file is enabled and pending once, an IPI by SBI, too;
 * - each device's source is active, enabled and level-sensitive, which also sees a pulse, and its
 *   target is lost: when it has an interrupt, the lowest identities of all files become pending
 *   again, one for each source and one for IPIs, until the guest writes the target anew;
 * - siselect chooses a register that is always there, if a guest was about to use it.
 *
 * Lost are masks, thresholds and the modes of sources; a level that is still asserted is not seen
 * until it changes. A guest that is set up differently may see interrupts that it had masked; it
 * can reset the controller.
 */
#include "servers/lib/riscv64/page.h"
#include "servers/vaia/aplic.h"
#include "servers/vaia/file.h"

void vaia_rebuild(struct vaia_state *aia, struct vcpu_interrupts *const *pages, uint64_t lines)
{
	struct vaia_aplic *aplic = &aia->aplic;
	uint32_t vcpu, word, source;

	RT_TOUCH(*aia);
	aplic->active = lines & APLIC_SOURCES;
	aplic->wired = aplic->sensitive = aplic->enabled = aplic->active;
	aplic->forwarding = 1;
	for (source = 1; source < VAIA_SOURCES; source++)
		aia->target[source] = aplic->active >> source & 1 ? VAIA_TARGET_LOST : 0;
	for (vcpu = 0; vcpu < aia->vcpus; vcpu++) {
		struct vaia_vcpu *self = &aia->vcpu[vcpu];

		for (word = 0; word < VAIA_WORDS; word++)
			self->pending[word] = self->enabled[word] = FILE_WORD(word);
		self->eidelivery = 1;
		self->select = SELECT_RESERVED;
		self->generation = page_generation_sent(pages[vcpu]->generation);
	}
}
