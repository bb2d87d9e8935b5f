/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model instead of one that is damaged. Known is what the pages hold: which interrupts are in
 * list registers. Those of a vCPU that runs are in the hardware meanwhile, but they are the same
 * ones, further on; its next refill takes them back as they are. The rest is guessed, as a guest
 * like Linux sets it up, and so that nobody waits for ever:
 *
 * - all is enabled, in group 1, of priority 0xa0, and level-sensitive; SPIs go to vCPU 0;
 * - each device's SPI is pending once, so that its driver looks at the device; a level that is
 *   still asserted after that is not seen until it changes;
 * - so are the SGIs with which Linux's vCPUs make each other look (reschedule, call, work);
 * - the timer needs no guess: its line fires again.
 *
 * Lost are other SGIs that were on their way, priorities, routing, masks, and active interrupts
 * that were in no list register. A guest that is set up differently may see interrupts that it had
 * masked; it can reset the controller.
 */
#include "servers/vgic/bank.h"

#define PRIORITY 0xa0
#define SGIS_TO_LOOK 0x23u

static void bank_guess(struct vgic_bank *bank)
{
	uint32_t place;

	bank->group = bank->enabled = bank->forwarded = UINT32_MAX;
	for (place = 0; place < 32; place++)
		bank->priority[place] = PRIORITY;
}

/* Whether the list register holds something, and nobody else has it. */
static bool list_is_used(const struct vgic_state *gic, const struct vgic_vcpu *vcpu, uint64_t list)
{
	uint32_t intid = (uint32_t)list, index = intid / 32;
	const struct vgic_bank *bank;

	if (list == 0 || intid >= VGIC_INTIDS)
		return false;
	bank = index ? &gic->spi[index - 1] : &vcpu->bank;
	return !(bank->listed >> intid % 32 & 1);
}

/* Lists are written from the first register on, and one that has ended keeps its INTID. */
static void page_adopt(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page)
{
	struct vgic_vcpu *self = &gic->vcpu[vcpu];
	uint32_t slot, other;

	for (slot = 0; slot < VGIC_LISTS; slot++) {
		uint64_t list = __atomic_load_n(&page->list[slot], __ATOMIC_RELAXED);
		uint32_t intid = (uint32_t)list, index = intid / 32, bit = 1u << intid % 32;
		struct vgic_bank *bank;

		if (!list_is_used(gic, self, list))
			break;
		bank = vgic_bank(gic, vcpu, index);
		bank->listed |= bit;
		bank->pending |= list & LR_PENDING ? bit : 0;
		bank->active |= list & LR_ACTIVE ? bit : 0;
		bank->taken[intid % 32] = (uint8_t)(list >> LR_PRIORITY_SHIFT);
		self->list[slot] = (LIST(list) & ~LIST_INTID) | intid;
		for (other = 0; index && other < gic->vcpus; other++)
			gic->vcpu[other].routed[index] &= ~bit;
		self->routed[index] |= bit;
	}
	self->listed = (uint8_t)slot;
	self->routed[0] = 0;
	self->generation = page->generation;
	if ((self->bank.listed & (1u << VTIMER_INTID)) || page->timer_held == 1)
		self->bank.level |= 1u << VTIMER_INTID;
}

void vgic_rebuild(struct vgic_state *gic, struct vcpu_interrupts *const *pages,
		  const uint64_t lines[VGIC_BANKS / 2])
{
	uint32_t vcpu, index;

	gic->groups = VGIC_GROUP1;
	for (index = 1; index < VGIC_BANKS; index++)
		bank_guess(&gic->spi[index - 1]);
	for (vcpu = 0; vcpu < gic->vcpus; vcpu++) {
		bank_guess(&gic->vcpu[vcpu].bank);
		gic->vcpu[vcpu].sleeping = false;
		page_adopt(gic, vcpu, pages[vcpu]);
		bank_pend(&gic->vcpu[vcpu].bank, SGIS_TO_LOOK);
		private_update(gic, vcpu, 0);
	}
	for (index = 1; index < VGIC_BANKS; index++) {
		bank_pend(&gic->spi[index - 1], (uint32_t)(lines[index / 2] >> 32 * (index % 2)));
		shared_update(gic, index, 0);
	}
}
