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

/* Take one interrupt back into its bank as its list register, the upper half, says. */
static inline void bank_take(struct vgic_bank *bank, uint32_t bit, uint32_t list)
{
	uint32_t ended = list & LIST(LR_PENDING) ? 0 : bit & ~bank->pending_written;
	uint32_t known = bit & ~bank->active_written;

	bank->pending &= ~ended;
	bank->active = list & LIST(LR_ACTIVE) ? bank->active | known : bank->active & ~known;
	bank->pending_written &= ~bit;
	bank->active_written &= ~bit;
	bank->listed &= ~bit;
}

static inline void private_take(struct vgic_bank *bank, uint32_t intid, uint32_t list)
{
	uint32_t bit = 1u << intid;

	bank_take(bank, bit, list);
	/* The guest ended the timer's interrupt, and with it the physical one. */
	if (intid == VTIMER_INTID && !(list & LIST(LR_PENDING | LR_ACTIVE)))
		bank->level &= ~bit;
}

static __attribute__((noinline)) void shared_take(struct vgic_state *gic, uint32_t intid,
						  uint32_t list)
{
	uint32_t index = intid / 32;
	struct vgic_bank *bank = &gic->spi[index - 1];

	bank_touch(bank);
	bank_take(bank, 1u << intid % 32, list);
	vgic_route(gic, intid);
	shared_update(gic, index, 0);
}

/* An end with another priority than it was taken with would not make it inactive. */
static inline uint32_t priority_taken(struct vgic_bank *bank, uint32_t place)
{
	uint8_t *taken = &bank->taken[place];
	uint8_t priority = bank->priority[place];

	if (__builtin_expect(*taken == priority, 1) || (bank->active >> place & 1))
		return *taken;
	RT_TOUCH(*taken);
	return *taken = priority;
}

/* List an interrupt; returns what its list register says: its INTID and kind, and its state. */
static inline uint32_t bank_list(struct vgic_bank *bank, uint32_t place, uint32_t list)
{
	uint32_t bit = 1u << place;

	list |= priority_taken(bank, place) << (LR_PRIORITY_SHIFT - 32);

	bank->listed |= bit;
	if (bank->group & bit)
		list |= LIST(LR_GROUP1);
	if (__builtin_expect(!(bank->active & bit), 1))
		return list | LIST(LR_PENDING);
	/* Pending and active at once: not with the hardware bit, IHI 0069 12.4. */
	if (!(list & LIST(LR_HARDWARE)) && (bank->pending & bank->forwarded & bit))
		return list | LIST(LR_ACTIVE | LR_PENDING);
	/* What is pending and not listed as that stays so. */
	bank->pending_written |= bank->pending & bit;
	return list | LIST(LR_ACTIVE);
}

static inline uint32_t private_list(struct vgic_vcpu *self, uint32_t intid)
{
	uint32_t list = intid;

	if (intid == VTIMER_INTID)
		list |= LIST(LR_HARDWARE);
	else if (intid >= VGIC_PPI_FIRST)
		list |= LIST(LR_EOI); /* its line may still be asserted when the guest ends it */
	return bank_list(&self->bank, intid, list);
}

static uint32_t interrupt_list(struct vgic_state *gic, uint32_t vcpu, uint32_t intid)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t index = intid / 32, place = intid % 32;
	struct vgic_bank *bank;

	self->ready[index] &= ~(1u << place);
	if (!index)
		return private_list(self, intid);
	bank = &gic->spi[index - 1];
	bank_touch(bank);
	return bank_list(bank, place, bank->edge >> place & 1 ? intid : intid | LIST(LR_EOI));
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
static uint32_t ready_choose(struct vgic_state *gic, uint32_t vcpu, uint32_t *keys, bool *more)
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

/* List the best; with more waiting, come back when any of it ends, or when few are left. */
static __attribute__((noinline)) void choice_list(struct vgic_state *gic, uint32_t vcpu)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t keys[VGIC_LISTS], slot, count;
	bool more;

	count = ready_choose(gic, vcpu, keys, &more);
	for (slot = 0; slot < count; slot++) {
		uint32_t list = interrupt_list(gic, vcpu, keys[slot] & KEY_INTID);

		if (more && !(list & LIST(LR_HARDWARE)))
			list |= LIST(LR_EOI);
		self->list[slot] = list;
	}
	self->listed = (uint8_t)count;
	self->underflow = more;
}

/*
 * A level is pending while its line is up. If it rises again after the kernel has looked, the
 * interrupt fires again, as it is then not active: so what is said twice, or late, does no harm.
 */
static inline void timer_look(struct vgic_bank *bank, const struct vcpu_interrupts *page)
{
	if (__builtin_expect(page->timer_over, 0))
		bank->level &= ~VTIMER_BIT;
}

/* Take back what is listed, as far as the page shows it. */
static inline void lists_take(struct vgic_state *gic, struct vgic_vcpu *self,
			      const struct vcpu_interrupts *page)
{
	bool shown = page->generation == self->generation;
	uint32_t slot;

	for (slot = 0; slot < self->listed; slot++) {
		uint32_t list = self->list[slot], intid = list & LIST_INTID;

		if (__builtin_expect(shown, 1))
			list = LIST(__atomic_load_n(&page->list[slot], __ATOMIC_RELAXED));
		if (__builtin_expect(intid < VGIC_SPI_FIRST, 1))
			private_take(&self->bank, intid, list);
		else
			shared_take(gic, intid, list);
	}
}

/* Take back what is listed, then list what is best now. */
static inline __attribute__((always_inline)) void lists_renew(struct vgic_state *gic, uint32_t vcpu,
							      const struct vcpu_interrupts *page,
							      uint64_t events)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t mine, slot;

	vcpu_touch(self);
	lists_take(gic, self, page);
	timer_look(&self->bank, page);
	if (events & VCPU_EVENT_VTIMER)
		self->bank.level |= VTIMER_BIT;
	mine = bank_wanted(&self->bank);
	self->generation++;
	self->listed = 0;
	self->underflow = 0;
	for (slot = 0; slot < VGIC_LISTS; slot++)
		self->list[slot] = 0;

	/* Mostly it is one private interrupt or none, with nothing to choose. */
	if (__builtin_expect((mine & (mine - 1)) | self->ready[1] | self->ready[2] | self->ready[3],
			     0)) {
		self->ready[0] = mine;
		choice_list(gic, vcpu);
	} else {
		self->ready[0] = 0;
		if (mine) {
			self->list[0] = private_list(self, (uint32_t)__builtin_ctz(mine));
			self->listed = 1;
		}
	}
	/* Its kick, and what taking back asked of it, is answered. */
	controller_kicks &= ~(1u << vcpu);
}

/* Every kick and every timer tick comes here, so it is a copy of its own. */
void vgic_refill(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page,
		 uint64_t events)
{
	lists_renew(gic, vcpu, page, events);
}

void vgic_look(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page)
{
	const struct vgic_vcpu *self = &gic->vcpu[vcpu];

	/* Last, a timer that is held: it is neither listed nor ready, and may be over. */
	if ((self->listed | self->ready[0] | self->ready[1] | self->ready[2] | self->ready[3]) ||
	    (self->bank.level & VTIMER_BIT))
		lists_renew(gic, vcpu, page, 0);
	else
		controller_kicks &= ~(1u << vcpu);
}

/* As far as the page does not hold it yet. */
void controller_page_write(const void *state, uint32_t vcpu, struct vcpu_interrupts *page)
{
	const struct vgic_vcpu *self = &((const struct vgic_state *)state)->vcpu[vcpu];
	uint32_t slot;

	if (page->generation == self->generation)
		return;
	for (slot = 0; slot < VGIC_LISTS; slot++)
		page->list[slot] = 0;
	for (slot = 0; slot < self->listed; slot++)
		page->list[slot] = list_register(self->list[slot]);
	page->timer_held = !!(self->bank.level & ~self->bank.listed & VTIMER_BIT);
	page->underflow = self->underflow;
	/* A life that is cut before has written nothing that its next one does not write again. */
	__atomic_store_n(&page->generation, self->generation, __ATOMIC_RELEASE);
}
