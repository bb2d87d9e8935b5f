/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's side of the GIC: what the virtual CPU interface does to a page of list registers. */
#ifndef TESTS_HOST_VGIC_GUEST_H
#define TESTS_HOST_VGIC_GUEST_H

#include <string.h>

#include "servers/vgic/registers.h"
#include "servers/vgic/vgic.h"

#define SPURIOUS 1023u
#define SPI 40u

struct guest {
	struct vgic gic;
	struct vcpu_interrupts page[VGIC_VCPUS];
	uint32_t maintenance; /* vCPUs whose list registers asked for it */
};

static inline void guest_refill(struct guest *guest, uint32_t vcpu, uint64_t events)
{
	vgic_refill(&guest->gic, vcpu, &guest->page[vcpu], events);
}

/* Refill whoever is to be kicked, as the kernel does; returns who was. */
static inline uint32_t guest_settle(struct guest *guest)
{
	uint32_t kicks = guest->gic.kicks, vcpu;

	for (vcpu = 0; vcpu < guest->gic.vcpus; vcpu++) {
		if (kicks >> vcpu & 1)
			guest_refill(guest, vcpu, VCPU_EVENT_KICK);
		else if (guest->maintenance >> vcpu & 1)
			guest_refill(guest, vcpu, VCPU_EVENT_MAINTENANCE);
	}
	guest->maintenance = 0;
	return kicks;
}

/* ICC_IAR: the best pending interrupt becomes active. */
static inline uint32_t guest_acknowledge(struct guest *guest, uint32_t vcpu)
{
	uint64_t *best = NULL;
	uint32_t slot;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
		uint64_t *list = &guest->page[vcpu].list[slot];

		if ((*list & (LR_PENDING | LR_ACTIVE)) == LR_PENDING &&
		    (!best || (*list >> LR_PRIORITY_SHIFT & 0xff) <
				      (*best >> LR_PRIORITY_SHIFT & 0xff)))
			best = list;
	}
	if (!best)
		return SPURIOUS;
	*best ^= LR_PENDING | LR_ACTIVE;
	return (uint32_t)*best;
}

/* What ICH_HCR_EL2.UIE watches: at most one list register is in use. */
static inline bool guest_runs_low(const struct guest *guest, uint32_t vcpu)
{
	uint32_t slot, used = 0;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++)
		used += (guest->page[vcpu].list[slot] & (LR_PENDING | LR_ACTIVE)) != 0;
	return guest->page[vcpu].underflow && used <= 1;
}

/* ICC_EOIR and deactivation; false: no list register has it active. */
static inline bool guest_end(struct guest *guest, uint32_t vcpu, uint32_t intid)
{
	uint32_t slot;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
		uint64_t *list = &guest->page[vcpu].list[slot];

		if (!(*list & LR_ACTIVE) || (uint32_t)*list != intid)
			continue;
		*list &= ~LR_ACTIVE;
		if ((!(*list & LR_PENDING) && !(*list & LR_HARDWARE) && (*list & LR_EOI)) ||
		    guest_runs_low(guest, vcpu))
			guest->maintenance |= 1u << vcpu;
		return true;
	}
	return false;
}

static inline void distributor_set(struct guest *guest, uint64_t offset, uint64_t width,
				   uint64_t value)
{
	CU_ASSERT_EQUAL(vgic_distributor_write(&guest->gic, 0, offset, width, value), STATUS_OK);
}

static inline uint64_t distributor_get(struct guest *guest, uint64_t offset, uint64_t width)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vgic_distributor_read(&guest->gic, 0, offset, width, &value), STATUS_OK);
	return value;
}

/* Registers of vCPU n's SGI frame. */
static inline void private_set(struct guest *guest, uint32_t vcpu, uint64_t offset, uint64_t width,
			       uint64_t value)
{
	offset += (uint64_t)vcpu * GICR_SIZE + GICR_SGI_FRAME;
	CU_ASSERT_EQUAL(vgic_redistributor_write(&guest->gic, offset, width, value), STATUS_OK);
}

static inline uint64_t private_get(struct guest *guest, uint32_t vcpu, uint64_t offset,
				   uint64_t width)
{
	uint64_t value = 0xdead;

	offset += (uint64_t)vcpu * GICR_SIZE + GICR_SGI_FRAME;
	CU_ASSERT_EQUAL(vgic_redistributor_read(&guest->gic, offset, width, &value), STATUS_OK);
	return value;
}

static inline void spi_priority(struct guest *guest, uint32_t intid, uint8_t priority)
{
	distributor_set(guest, GIC_IPRIORITYR + intid, 1, priority);
}

/* Forward and enable as Linux does: all in group 1, both groups on, priority 0xa0. */
static inline void guest_start(struct guest *guest, uint32_t vcpus)
{
	uint32_t vcpu, index, intid;

	memset(guest, 0, sizeof(*guest));
	vgic_init(&guest->gic, vcpus);
	distributor_set(guest, GICD_CTLR, 4, 0x13);
	for (index = 1; index < VGIC_BANKS; index++) {
		distributor_set(guest, GIC_IGROUPR + 4 * index, 4, UINT32_MAX);
		distributor_set(guest, GIC_ISENABLER + 4 * index, 4, UINT32_MAX);
	}
	for (intid = VGIC_SPI_FIRST; intid < VGIC_INTIDS; intid += 4)
		distributor_set(guest, GIC_IPRIORITYR + intid, 4, 0xa0a0a0a0);
	for (vcpu = 0; vcpu < vcpus; vcpu++) {
		private_set(guest, vcpu, GIC_IGROUPR, 4, UINT32_MAX);
		private_set(guest, vcpu, GIC_ISENABLER, 4, UINT32_MAX);
		for (intid = 0; intid < 32; intid += 4)
			private_set(guest, vcpu, GIC_IPRIORITYR + intid, 4, 0xa0a0a0a0);
	}
	guest_settle(guest);
}

#endif
