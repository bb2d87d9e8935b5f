/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every committed state: what the code indexes with, and what it derived. */
#include "servers/vgic/bank.h"

/* The words of a bank fit each other. */
static bool bank_is_right(const struct vgic_state *gic, const struct vgic_bank *bank)
{
	return bank->forwarded == bank_forwarded(gic, bank) &&
	       !((bank->pending_written | bank->active_written) & ~bank->listed);
}

/* Its list is of different interrupts, its own or routed to it; adds them to listed[]. */
static bool list_is_right(const struct vgic_vcpu *vcpu, uint32_t listed[VGIC_BANKS])
{
	uint32_t slot;

	if (vcpu->listed > VGIC_LISTS)
		return false;
	for (slot = 0; slot < vcpu->listed; slot++) {
		uint32_t intid = vcpu->list[slot] & LIST_INTID, index = intid / 32;
		uint32_t bit = 1u << intid % 32;

		if ((listed[index] & bit) || (index && !(vcpu->routed[index] & bit)))
			return false;
		listed[index] |= bit;
	}
	for (; slot < VGIC_LISTS; slot++)
		if (vcpu->list[slot])
			return false;
	return true;
}

static bool vcpu_is_right(const struct vgic_state *gic, const struct vgic_vcpu *vcpu,
			  uint32_t listed[VGIC_BANKS], uint32_t routed[VGIC_BANKS])
{
	uint32_t index;

	listed[0] = 0;
	if (!bank_is_right(gic, &vcpu->bank) || !list_is_right(vcpu, listed) ||
	    vcpu->bank.listed != listed[0] || vcpu->bank.edge != VGIC_EDGE_PRIVATE ||
	    vcpu->ready[0] != bank_wanted(&vcpu->bank) || vcpu->underflow > 1 ||
	    vcpu->sleeping > 1)
		return false;
	for (index = 1; index < VGIC_BANKS; index++) {
		uint32_t wanted = bank_wanted(&gic->spi[index - 1]);

		/* Nobody's SPI is another's. */
		if ((routed[index] & vcpu->routed[index]) ||
		    vcpu->ready[index] != (wanted & vcpu->routed[index]))
			return false;
		routed[index] |= vcpu->routed[index];
	}
	return true;
}

bool vgic_check(const struct vgic_state *gic, uint32_t vcpus)
{
	uint32_t listed[VGIC_BANKS] = { 0 }, routed[VGIC_BANKS] = { 0 }, vcpu, index;

	if (gic->vcpus != vcpus || gic->groups & ~(VGIC_GROUP0 | VGIC_GROUP1))
		return false;
	for (vcpu = 0; vcpu < vcpus; vcpu++)
		if (!vcpu_is_right(gic, &gic->vcpu[vcpu], listed, routed))
			return false;
	for (index = 1; index < VGIC_BANKS; index++)
		if (!bank_is_right(gic, &gic->spi[index - 1]) ||
		    gic->spi[index - 1].listed != listed[index])
			return false;
	return true;
}
