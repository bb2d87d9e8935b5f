/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a bank: from what is pending, enabled and active to what a vCPU is to be given. */
#ifndef VGIC_BANK_H
#define VGIC_BANK_H

#include "servers/rt/durable.h"
#include "servers/vgic/registers.h"
#include "servers/vgic/vgic.h"

/* One touch of a line has to do for all that the usual interrupt changes. */
#define VGIC_LINE(offset) ((offset) / DURABLE_LINE)
_Static_assert(sizeof(struct vgic_vcpu) % DURABLE_LINE == 0, "a vCPU begins with a line");
_Static_assert(VGIC_LINE(offsetof(struct vgic_vcpu, bank.active_written)) == 0, "one line");
_Static_assert(offsetof(struct vgic_state, spi) % DURABLE_LINE == 0, "so does a bank of SPIs");
_Static_assert(sizeof(struct vgic_bank) % DURABLE_LINE == 0, "and the next one");

/* SGIs are edge-triggered, PPIs level-sensitive; neither can change. */
#define VGIC_EDGE_PRIVATE 0x0000ffffu
#define VGIC_PPI_FIRST 16u

/* The words of a vCPU up to those of its bank that move. */
static inline void vcpu_touch(const struct vgic_vcpu *vcpu)
{
	rt_touch(vcpu, 1);
}

/* The words that move, of any bank. */
static inline void bank_touch(const struct vgic_bank *bank)
{
	rt_touch(bank, 1);
}

static inline struct vgic_bank *vgic_bank(struct vgic_state *gic, uint32_t vcpu, uint32_t index)
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

/* Those that are enabled, and whose group is. */
static inline uint32_t bank_forwarded(const struct vgic_state *gic, const struct vgic_bank *bank)
{
	uint32_t groups = (gic->groups & VGIC_GROUP0 ? ~bank->group : 0) |
			  (gic->groups & VGIC_GROUP1 ? bank->group : 0);

	return bank->enabled & groups;
}

/* After the enables or groups of a bank, or GICD_CTLR, changed. */
static inline void vgic_forward(const struct vgic_state *gic, struct vgic_bank *bank)
{
	RT_TOUCH(bank->forwarded);
	bank->forwarded = bank_forwarded(gic, bank);
}

/* A vCPU's part of a bank: it is kicked for what is new, and for what it has listed and changed. */
static inline void ready_kick(uint32_t vcpu, uint32_t ready, uint32_t wanted,
			      uint32_t listed_changed)
{
	if ((wanted & ~ready) | listed_changed)
		controller_kicks |= 1u << vcpu;
}

/* After interrupts `changed` of a vCPU's own bank did. */
static inline void private_update(struct vgic_state *gic, uint32_t vcpu, uint32_t changed)
{
	struct vgic_vcpu *each = &gic->vcpu[vcpu];
	uint32_t wanted = bank_wanted(&each->bank);

	ready_kick(vcpu, each->ready[0], wanted, each->bank.listed & changed);
	if (each->ready[0] == wanted)
		return;
	vcpu_touch(each);
	each->ready[0] = wanted;
}

/* The same for a bank of SPIs. */
static inline void shared_update(struct vgic_state *gic, uint32_t index, uint32_t changed)
{
	const struct vgic_bank *bank = &gic->spi[index - 1];
	uint32_t wanted = bank_wanted(bank), listed_changed = bank->listed & changed, vcpu;

	for (vcpu = 0; vcpu < gic->vcpus; vcpu++) {
		struct vgic_vcpu *each = &gic->vcpu[vcpu];
		uint32_t ready = wanted & each->routed[index];

		ready_kick(vcpu, each->ready[index], ready, listed_changed & each->routed[index]);
		if (each->ready[index] == ready)
			continue;
		vcpu_touch(each);
		each->ready[index] = ready;
	}
}

static inline void vgic_update(struct vgic_state *gic, uint32_t vcpu, uint32_t index,
			       uint32_t changed)
{
	if (index)
		shared_update(gic, index, changed);
	else
		private_update(gic, vcpu, changed);
}

/* Make interrupts pending, as an edge does, in a bank that is touched. */
static inline void bank_latch(struct vgic_bank *bank, uint32_t bits)
{
	bank->pending |= bits;
	bank->pending_written |= bits & bank->listed;
}

static inline void bank_pend(struct vgic_bank *bank, uint32_t bits)
{
	bank_touch(bank);
	bank_latch(bank, bits);
}

/*
 * A list register in one word, as the state has it: its upper half, whose lowest bits are zero or,
 * with the hardware bit, the physical INTID, which is the same one.
 */
#define LIST(bits) ((uint32_t)((bits) >> 32))
#define LIST_INTID 0x7fu
_Static_assert(VGIC_INTIDS == LIST_INTID + 1, "as many as the word has room for");
_Static_assert(VGIC_LISTS == VCPU_LIST_REGISTERS, "idl/vgic.idl knows of as many");

static inline uint64_t list_register(uint32_t list)
{
	uint32_t upper = list & LIST(LR_HARDWARE) ? list : list & ~LIST_INTID;

	return (uint64_t)upper << 32 | (list & LIST_INTID);
}

#endif
