/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery: the list registers are a cache of the model. A refill first takes back all that the
 * page holds, then lists the best candidates anew, so that priority order and eviction follow by
 * themselves. In the usual case there is one interrupt, or none, to move either way.
 *
 * A new list is part of the model until it is committed: only then may the page show it, or a life
 * that is cut would have changed what its next one is to take back. So the page may be one list
 * behind; its generation says so, and what it holds then has been taken back already.
 */
#include "servers/vgic/bank.h"

#define VTIMER_BIT (1u << VTIMER_INTID)

/* Order of listing: active ones first (the guest ends them where it took them), then priority. */
#define KEY_WAITING (1u << 16)
#define KEY_PRIORITY_SHIFT 8
#define KEY_INTID 0xffu

/* Take one interrupt back into the model as its list register, its upper half, says. */
static void interrupt_take(struct vgic_state *gic, uint32_t vcpu, uint32_t intid, uint32_t list)
{
	uint32_t index = intid / 32, bit = 1u << intid % 32;
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);

	bank_touch(bank);
	if (!(list & LIST(LR_PENDING)) && !(bank->pending_written & bit))
		bank->pending &= ~bit;
	if (!(bank->active_written & bit))
		bank->active = list & LIST(LR_ACTIVE) ? bank->active | bit : bank->active & ~bit;
	bank->pending_written &= ~bit;
	bank->active_written &= ~bit;
	bank->listed &= ~bit;
	/* The guest ended the timer's interrupt, and with it the physical one. */
	if (intid == VTIMER_INTID && !(list & LIST(LR_PENDING | LR_ACTIVE)))
		bank->level &= ~bit;
	if (index) {
		vgic_route(gic, intid);
		shared_update(gic, index, 0);
	}
}

/* An end with another priority than it was taken with would not make it inactive. */
static uint8_t priority_taken(struct vgic_bank *bank, uint32_t place)
{
	uint8_t *taken = &bank->taken[place];

	if (!(bank->active >> place & 1) && *taken != bank->priority[place]) {
		RT_TOUCH(*taken);
		*taken = bank->priority[place];
	}
	return *taken;
}

/* What the list register of an interrupt that is to be listed says. */
static uint32_t interrupt_list(struct vgic_state *gic, uint32_t vcpu, uint32_t intid)
{
	uint32_t index = intid / 32, place = intid % 32, bit = 1u << place;
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
	uint32_t list = intid;

	bank_touch(bank);
	list |= (uint32_t)priority_taken(bank, place) << (LR_PRIORITY_SHIFT - 32);
	if (bank->group & bit)
		list |= LIST(LR_GROUP1);
	if (intid == VTIMER_INTID)
		list |= LIST(LR_HARDWARE);
	else if (!(bank->edge & bit))
		list |= LIST(LR_EOI); /* its line may still be asserted when the guest ends it */
	if (!(bank->active & bit))
		list |= LIST(LR_PENDING);
	else if (!(list & LIST(LR_HARDWARE)) && (bank->pending & bank->forwarded & bit))
		list |= LIST(LR_ACTIVE | LR_PENDING); /* not with the hardware bit, IHI 0069 12.4 */
	else
		list |= LIST(LR_ACTIVE);
	/* What is pending and not listed as that stays so. */
	if (!(list & LIST(LR_PENDING)))
		bank->pending_written |= bank->pending & bit;
	bank->listed |= bit;
	gic->vcpu[vcpu].ready[index] &= ~bit;
	return list;
}

/* Insert into the sorted keys what is among the best `*count`; one too many falls off the end. */
static void key_insert(uint32_t *keys, uint32_t *count, uint32_t key)
{
	bool full = *count == VGIC_LISTS;
	uint32_t place = full ? *count - 1 : (*count)++;

	if (full && keys[place] < key)
		return;
	for (; place > 0 && keys[place - 1] > key; place--)
		keys[place] = keys[place - 1];
	keys[place] = key;
}

/* Choose what to list, best first; returns how many, and in *more whether others are waiting. */
static __attribute__((noinline)) uint32_t ready_choose(struct vgic_state *gic, uint32_t vcpu,
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
static void page_take(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page,
		      uint64_t events)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	bool shown = page->generation == self->generation;
	uint32_t slot;

	for (slot = 0; slot < self->listed; slot++) {
		uint32_t list = self->list[slot], intid = list & LIST_INTID;

		if (shown)
			list = LIST(__atomic_load_n(&page->list[slot], __ATOMIC_RELAXED));
		interrupt_take(gic, vcpu, intid, list);
	}
	if (events & VCPU_EVENT_VTIMER)
		self->bank.level |= VTIMER_BIT;
	self->ready[0] = bank_wanted(&self->bank); /* its own kick is what is being answered */
}

/* List what is chosen; with more waiting, come back when any of it ends, or when few are left. */
static void choice_list(struct vgic_state *gic, uint32_t vcpu, const uint32_t *keys,
			uint32_t count, bool more)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t slot;

	for (slot = 0; slot < count; slot++) {
		uint32_t list = interrupt_list(gic, vcpu, keys[slot] & KEY_INTID);

		if (more && !(list & LIST(LR_HARDWARE)))
			list |= LIST(LR_EOI);
		self->list[slot] = list;
	}
	for (; slot < VGIC_LISTS; slot++)
		self->list[slot] = 0;
	self->listed = (uint8_t)count;
	self->underflow = more;
	self->generation++;
}

/* Take back what is listed, then list what is best now. */
static inline void lists_renew(struct vgic_state *gic, uint32_t vcpu,
			       const struct vcpu_interrupts *page, uint64_t events)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t keys[VGIC_LISTS], mine, count = 0;
	bool more = false;

	vcpu_touch(self);
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
	choice_list(gic, vcpu, keys, count, more);
}

void vgic_refill(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page,
		 uint64_t events)
{
	const struct vgic_vcpu *self = &gic->vcpu[vcpu];

	if ((self->listed | self->ready[0] | self->ready[1] | self->ready[2] | self->ready[3]) ||
	    (events & VCPU_EVENT_VTIMER))
		lists_renew(gic, vcpu, page, events);
	vgic_kicks &= ~(1u << vcpu);
}

void vgic_page_write(const struct vgic_state *gic, uint32_t vcpu, struct vcpu_interrupts *page)
{
	const struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t slot;

	if (page->generation == self->generation)
		return;
	for (slot = 0; slot < VGIC_LISTS; slot++)
		page->list[slot] = list_register(self->list[slot]);
	page->timer_held = !!(self->bank.level & ~self->bank.listed & VTIMER_BIT);
	page->underflow = self->underflow;
	/* A life that is cut before has written nothing that its next one does not write again. */
	__atomic_store_n(&page->generation, self->generation, __ATOMIC_RELEASE);
}
