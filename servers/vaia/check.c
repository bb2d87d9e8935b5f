/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every committed state: what the code indexes with, and what follows. */
#include "servers/vaia/aplic.h"
#include "servers/vaia/file.h"

static bool vcpu_is_right(const struct vaia_vcpu *vcpu)
{
	return !((vcpu->pending[0] | vcpu->enabled[0]) & ~FILE_WORD(0)) &&
	       vcpu->select <= SELECT_MASK && vcpu->eithreshold <= VAIA_IDENTITIES &&
	       vcpu->eidelivery <= 1;
}

/* Modes are those that there are; nothing is pending that cannot be, or that should be sent. */
static bool aplic_is_right(const struct vaia_aplic *aplic)
{
	uint64_t all = aplic->level | aplic->active;

	return !(all & ~APLIC_SOURCES) && !(aplic->wired & ~aplic->active) &&
	       !((aplic->sensitive | aplic->inverted) & ~aplic->wired) &&
	       !((aplic->pending | aplic->enabled) & ~aplic->active) &&
	       !(aplic->pending & aplic->sensitive & ~aplic_rectified(aplic)) &&
	       aplic->forwarding <= 1 &&
	       !(aplic->forwarding && (aplic->pending & aplic->enabled)) &&
	       !(aplic->genmsi & ~(MSI_HART | MSI_IDENTITY));
}

bool vaia_check(const struct vaia_state *aia, uint32_t vcpus)
{
	uint32_t vcpu, source;

	if (aia->vcpus != vcpus || !aplic_is_right(&aia->aplic))
		return false;
	for (vcpu = 0; vcpu < vcpus; vcpu++)
		if (!vcpu_is_right(&aia->vcpu[vcpu]))
			return false;
	for (source = 0; source < VAIA_SOURCES; source++) {
		uint32_t target = aia->target[source];

		if (target & ~(MSI_HART | MSI_IDENTITY | VAIA_TARGET_LOST) ||
		    (target && !(aia->aplic.active >> source & 1)))
			return false;
	}
	return true;
}
