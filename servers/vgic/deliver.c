/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery: the list registers are a cache of the model. A refill first takes back all that the
 * page holds, then lists the best candidates anew, so that priority order and eviction follow by
 * themselves. In the usual case there is one interrupt, or none, to move either way.
 */
#include "servers/vgic/bank.h"
#include "servers/vgic/registers.h"

#define VTIMER_BIT (1u << VTIMER_INTID)

/* Order of listing: active ones first (the guest ends them where it took them), then priority. */
#define KEY_WAITING (1u << 16)
#define KEY_PRIORITY_SHIFT 8
#define KEY_INTID 0xffu

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
	if (index) {
		vgic_route(gic, intid);
		shared_update(gic, index, 0);
	}
}

/* What the list register of an interrupt that is to be listed says. */
static uint64_t interrupt_list(struct vgic *gic, uint32_t vcpu, uint32_t intid)
{
	uint32_t index = intid / 32, place = intid % 32, bit = 1u << place;
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
	uint64_t list = intid;

	/* An end with another priority than it was taken with would not make it inactive. */
	if (!(bank->active & bit))
		bank->taken[place] = bank->priority[place];
	list |= (uint64_t)bank->taken[place] << LR_PRIORITY_SHIFT;
	if (bank->group & bit)
		list |= LR_GROUP1;
	if (intid == VTIMER_INTID)
		list |= LR_HARDWARE | (uint64_t)VTIMER_INTID << LR_PHYSICAL_SHIFT;
	else if (!(bank->edge & bit))
		list |= LR_EOI; /* its line may still be asserted when the guest ends it */
	if (!(bank->active & bit))
		list |= LR_PENDING;
	else if (!(list & LR_HARDWARE) && (bank->pending & bank->forwarded & bit))
		list |= LR_ACTIVE | LR_PENDING; /* not with the hardware bit, IHI 0069 12.4 */
	else
		list |= LR_ACTIVE;
	/* What is pending and not listed as that stays so. */
	if (!(list & LR_PENDING))
		bank->pending_written |= bank->pending & bit;
	bank->listed |= bit;
	gic->vcpu[vcpu].ready[index] &= ~bit;
	return list;
}

/* Insert into the sorted keys what is among the best `*count`; one too many falls off the end. */
static void key_insert(uint32_t *keys, uint32_t *count, uint32_t key)
{
	bool full = *count == VCPU_LIST_REGISTERS;
	uint32_t place = full ? *count - 1 : (*count)++;

	if (full && keys[place] < key)
		return;
	for (; place > 0 && keys[place - 1] > key; place--)
		keys[place] = keys[place - 1];
	keys[place] = key;
}

/* Choose what to list, best first; returns how many, and in *more whether others are waiting. */
static __attribute__((noinline)) uint32_t ready_choose(struct vgic *gic, uint32_t vcpu,
							uint32_t *keys, bool *more)
{
	uint32_t count = 0, ready = 0, index;

	for (index = 0; index < VGIC_BANKS; index++) {
		const struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
		uint32_t bits = gic->vcpu[vcpu].ready[index];

		for (; bits; bits &= bits - 1, ready++) {
			uint32_t place = (uint32_t)__builtin_ctz(bits);
			uint32_t key = index * 32 + place;

			key |= (uint32_t)bank->priority[place] << KEY_PRIORITY_SHIFT;
			if (!(bank->active >> place & 1))
				key |= KEY_WAITING;
			key_insert(keys, &count, key);
		}
	}
	*more = ready > count;
	return count;
}

/* Take back what is listed, and the timer's event. */
static void page_take(struct vgic *gic, uint32_t vcpu, const struct vcpu_interrupts *page,
		      uint64_t events)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t slot;

	for (slot = 0; slot < self->listed; slot++)
		interrupt_take(gic, vcpu, self->intid[slot],
			       __atomic_load_n(&page->list[slot], __ATOMIC_RELAXED));
	if (events & VCPU_EVENT_VTIMER)
		self->bank.level |= VTIMER_BIT;
	self->ready[0] = bank_wanted(&self->bank); /* its own kick is what is being answered */
}

void vgic_refill(struct vgic *gic, uint32_t vcpu, struct vcpu_interrupts *page, uint64_t events)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t keys[VCPU_LIST_REGISTERS], mine, slot, count = 0;
	uint64_t list[VCPU_LIST_REGISTERS] = { 0 };
	bool more = false;

	if (self->listed || (events & VCPU_EVENT_VTIMER))
		page_take(gic, vcpu, page, events);

	/* Mostly it is one private interrupt or none, with nothing to choose. */
	mine = self->ready[0];
	if ((mine & (mine - 1)) | self->ready[1] | self->ready[2] | self->ready[3]) {
		count = ready_choose(gic, vcpu, keys, &more);
	} else if (mine) {
		keys[0] = (uint32_t)__builtin_ctz(mine);
		count = 1;
	}
	for (slot = 0; slot < count; slot++) {
		self->intid[slot] = keys[slot] & KEY_INTID;
		list[slot] = interrupt_list(gic, vcpu, self->intid[slot]);
		/* With more waiting, come back when any of these ends, or when few are left. */
		if (more && !(list[slot] & LR_HARDWARE))
			list[slot] |= LR_EOI;
	}
	self->listed = (uint8_t)count;
	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++)
		page->list[slot] = list[slot];
	page->timer_held = !!(self->bank.level & ~self->bank.listed & VTIMER_BIT);
	page->underflow = more;
	gic->kicks &= ~(1u << vcpu);
}
