/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery: the list registers are a cache of the model. A refill first takes back all that the
 * page holds, then lists the best candidates anew, so that priority order and eviction follow by
 * themselves. In the usual case there is one interrupt, or none, to move either way.
 */
#include "servers/vgic/registers.h"
#include "servers/vgic/vgic.h"

#define VTIMER_BIT (1u << VTIMER_INTID)

/* Order of listing: active ones first (the guest ends them where it took them), then by priority. */
#define KEY_WAITING (1u << 16)
#define KEY_PRIORITY_SHIFT 8
#define KEY_INTID 0xffu

static uint32_t bank_deliverable(const struct vgic *gic, const struct vgic_bank *bank,
				 uint32_t pending)
{
	uint32_t groups = (gic->groups & VGIC_GROUP0 ? ~bank->group : 0) |
			  (gic->groups & VGIC_GROUP1 ? bank->group : 0);

	return pending & bank->enabled & groups;
}

static void kick_routed(struct vgic *gic, uint32_t vcpu, uint32_t index, uint32_t bits)
{
	uint32_t other;

	if (!bits)
		return;
	if (index == 0) {
		gic->kicks |= 1u << vcpu;
		return;
	}
	for (other = 0; other < gic->vcpus; other++)
		if (gic->vcpu[other].routed[index] & bits)
			gic->kicks |= 1u << other;
}

void vgic_update(struct vgic *gic, uint32_t vcpu, uint32_t index, uint32_t changed)
{
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
	uint32_t pending = bank->pending | (bank->level & ~bank->edge);
	uint32_t before = bank->candidates;

	bank->candidates = (bank_deliverable(gic, bank, pending) | bank->active) & ~bank->listed;
	kick_routed(gic, vcpu, index, (bank->candidates & ~before) | (bank->listed & changed));
}

/* Take one interrupt back into the model as its list register says. */
static void interrupt_take(struct vgic *gic, uint32_t vcpu, uint32_t intid, uint64_t list)
{
	uint32_t index = intid / 32, bit = 1u << intid % 32;
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);

	if (!(list & LR_PENDING) && !(bank->pending_written & bit))
		bank->pending &= ~bit;
	if (!(bank->active_written & bit))
		bank->active = list & LR_ACTIVE ? bank->active | bit : bank->active & ~bit;
	bank->pending_written &= ~bit;
	bank->active_written &= ~bit;
	bank->listed &= ~bit;
	/* The guest ended the timer's interrupt, and with it the physical one. */
	if (intid == VTIMER_INTID && !(list & (LR_PENDING | LR_ACTIVE)))
		bank->level &= ~bit;
	if (index)
		vgic_route(gic, intid);
	vgic_update(gic, vcpu, index, 0);
}

/* Put one candidate into a list register. */
static uint64_t interrupt_list(struct vgic *gic, uint32_t vcpu, uint32_t intid)
{
	uint32_t index = intid / 32, bit = 1u << intid % 32;
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
	uint64_t list = intid | (uint64_t)bank->priority[intid % 32] << LR_PRIORITY_SHIFT;

	if (bank->group & bit)
		list |= LR_GROUP1;
	if (intid == VTIMER_INTID)
		list |= LR_HARDWARE | (uint64_t)VTIMER_INTID << LR_PHYSICAL_SHIFT;
	else if (!(bank->edge & bit))
		list |= LR_EOI; /* its line may still be asserted when the guest ends it */
	if (!(bank->active & bit))
		list |= LR_PENDING;
	else if (!(list & LR_HARDWARE) && bank_deliverable(gic, bank, bank->pending & bit))
		list |= LR_ACTIVE | LR_PENDING; /* not with the hardware bit, IHI 0069 12.4 */
	else
		list |= LR_ACTIVE;
	bank->listed |= bit;
	bank->candidates &= ~bit;
	return list;
}

/* Insert into the sorted keys what is among the best; false: there is one too many. */
static bool key_insert(uint32_t *keys, uint32_t *count, uint32_t key)
{
	bool full = *count == VCPU_LIST_REGISTERS;
	uint32_t place = full ? *count - 1 : (*count)++;

	if (full && keys[place] < key)
		return false;
	for (; place > 0 && keys[place - 1] > key; place--)
		keys[place] = keys[place - 1];
	keys[place] = key;
	return !full;
}

/* Choose the candidates to list, best first; false: more are waiting. */
static bool candidates_choose(struct vgic *gic, uint32_t vcpu, uint32_t *keys, uint32_t *count)
{
	bool all = true;
	uint32_t index;

	for (index = 0; index < VGIC_BANKS; index++) {
		const struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
		uint32_t bits = bank->candidates & gic->vcpu[vcpu].routed[index];

		for (; bits; bits &= bits - 1) {
			uint32_t place = (uint32_t)__builtin_ctz(bits);
			uint32_t key = index * 32 + place;

			key |= (uint32_t)bank->priority[place] << KEY_PRIORITY_SHIFT;
			if (!(bank->active & 1u << place))
				key |= KEY_WAITING;
			all &= key_insert(keys, count, key);
		}
	}
	return all;
}

void vgic_refill(struct vgic *gic, uint32_t vcpu, volatile struct vcpu_interrupts *page,
		 uint64_t events)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t keys[VCPU_LIST_REGISTERS];
	uint32_t slot, count = 0;
	bool all;

	for (slot = 0; slot < self->listed; slot++)
		interrupt_take(gic, vcpu, self->intid[slot], page->list[slot]);
	if (events & VCPU_EVENT_VTIMER) {
		self->bank.level |= VTIMER_BIT;
		vgic_update(gic, vcpu, 0, 0);
	}

	all = candidates_choose(gic, vcpu, keys, &count);
	for (slot = 0; slot < count; slot++) {
		self->intid[slot] = keys[slot] & KEY_INTID;
		page->list[slot] = interrupt_list(gic, vcpu, self->intid[slot]);
	}
	for (; slot < VCPU_LIST_REGISTERS; slot++)
		page->list[slot] = 0;
	self->listed = (uint8_t)count;

	/* More are waiting: come back when any of the listed ends, or when few are left. */
	for (slot = 0; !all && slot < count; slot++)
		if (self->intid[slot] != VTIMER_INTID)
			page->list[slot] |= LR_EOI;
	page->underflow = !all;
	gic->kicks &= ~(1u << vcpu);
}
