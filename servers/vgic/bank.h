/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a bank: from what is pending, enabled and active to what a vCPU is to be given. */
#ifndef VGIC_BANK_H
#define VGIC_BANK_H

#include "servers/vgic/vgic.h"

static inline struct vgic_bank *vgic_bank(struct vgic *gic, uint32_t vcpu, uint32_t index)
{
	return index ? &gic->spi[index - 1] : &gic->vcpu[vcpu].bank;
}

static inline uint32_t bank_pending(const struct vgic_bank *bank)
{
	return bank->pending | (bank->level & ~bank->edge);
}

/* Active ones are to be listed too: without a list register the guest could not end them. */
static inline uint32_t bank_wanted(const struct vgic_bank *bank)
{
	return ((bank_pending(bank) & bank->forwarded) | bank->active) & ~bank->listed;
}

/* After the enables or groups of a bank, or GICD_CTLR, changed. */
static inline void vgic_forward(const struct vgic *gic, struct vgic_bank *bank)
{
	uint32_t groups = (gic->groups & VGIC_GROUP0 ? ~bank->group : 0) |
			  (gic->groups & VGIC_GROUP1 ? bank->group : 0);

	bank->forwarded = bank->enabled & groups;
}

/* A vCPU's part of a bank: it is kicked for what is new, and for what it has listed and changed. */
static inline void ready_update(struct vgic *gic, uint32_t vcpu, uint32_t index, uint32_t wanted,
				uint32_t listed_changed)
{
	struct vgic_vcpu *each = &gic->vcpu[vcpu];

	if ((wanted & ~each->ready[index]) | listed_changed)
		gic->kicks |= 1u << vcpu;
	each->ready[index] = wanted;
}

/* After interrupts `changed` of a vCPU's own bank did. */
static inline void private_update(struct vgic *gic, uint32_t vcpu, uint32_t changed)
{
	const struct vgic_bank *bank = &gic->vcpu[vcpu].bank;

	ready_update(gic, vcpu, 0, bank_wanted(bank), bank->listed & changed);
}

/* The same for a bank of SPIs. */
static inline void shared_update(struct vgic *gic, uint32_t index, uint32_t changed)
{
	const struct vgic_bank *bank = &gic->spi[index - 1];
	uint32_t wanted = bank_wanted(bank), listed_changed = bank->listed & changed, vcpu;

	for (vcpu = 0; vcpu < gic->vcpus; vcpu++) {
		uint32_t routed = gic->vcpu[vcpu].routed[index];

		ready_update(gic, vcpu, index, wanted & routed, listed_changed & routed);
	}
}

static inline void vgic_update(struct vgic *gic, uint32_t vcpu, uint32_t index, uint32_t changed)
{
	if (index)
		shared_update(gic, index, changed);
	else
		private_update(gic, vcpu, changed);
}

/* Make interrupts pending, as an edge does. */
static inline void bank_pend(struct vgic_bank *bank, uint32_t bits)
{
	bank->pending |= bits;
	bank->pending_written |= bits & bank->listed;
}

#endif
