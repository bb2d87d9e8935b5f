/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's side of the GIC: its registers and, as far as it sees them, its list registers. After
 * each event the model is committed: what changed without a touch shows there, and the page follows.
 */
#ifndef TESTS_HOST_VGIC_GUEST_H
#define TESTS_HOST_VGIC_GUEST_H

#include "tests/host/touched.h"
#include "tests/host/vgic_interface.h"

#define SPI 40u

uint32_t controller_kicks; /* the server's */

struct guest {
	struct vgic_state gic;
	struct vgic_state committed;
	struct vcpu_interrupts page[VGIC_VCPUS];
	uint32_t maintenance; /* vCPUs whose list registers asked for it */
};

static inline void guest_commit(struct guest *guest)
{
	touched_commit(&guest->committed);
	CU_ASSERT_TRUE_FATAL(vgic_check(&guest->gic, guest->gic.vcpus));
}

static inline void guest_refill(struct guest *guest, uint32_t vcpu, uint64_t events)
{
	struct vcpu_interrupts before = guest->page[vcpu];

	vgic_refill(&guest->gic, vcpu, &guest->page[vcpu], events);
	CU_ASSERT_EQUAL_FATAL(memcmp(&before, &guest->page[vcpu], sizeof(before)), 0);
	guest_commit(guest);
	controller_page_write(&guest->gic, vcpu, &guest->page[vcpu]);
}

static inline void guest_line(struct guest *guest, uint32_t intid, uint64_t level)
{
	CU_ASSERT_EQUAL(vgic_line_set(&guest->gic, intid, level), STATUS_OK);
	guest_commit(guest);
}

static inline void guest_pulse(struct guest *guest, uint32_t intid)
{
	CU_ASSERT_EQUAL(vgic_line_pulse(&guest->gic, intid), STATUS_OK);
	guest_commit(guest);
}

/* Refill whoever is to be kicked, as the kernel does; returns who was. */
static inline uint32_t guest_settle(struct guest *guest)
{
	uint32_t kicks = controller_kicks, vcpu;

	controller_kicks = 0;
	for (vcpu = 0; vcpu < guest->gic.vcpus; vcpu++) {
		if (kicks >> vcpu & 1)
			guest_refill(guest, vcpu, VCPU_EVENT_KICK);
		else if (guest->maintenance >> vcpu & 1)
			guest_refill(guest, vcpu, VCPU_EVENT_MAINTENANCE);
	}
	guest->maintenance = 0;
	return kicks;
}

static inline uint32_t guest_acknowledge(struct guest *guest, uint32_t vcpu)
{
	return page_acknowledge(&guest->page[vcpu]);
}

/* False: no list register has it active. */
static inline bool guest_end(struct guest *guest, uint32_t vcpu, uint32_t intid)
{
	bool asked = false, ended = page_end(&guest->page[vcpu], intid, &asked);

	guest->maintenance |= (uint32_t)asked << vcpu;
	return ended;
}

static inline void distributor_set(struct guest *guest, uint64_t offset, uint64_t width,
				   uint64_t value)
{
	CU_ASSERT_EQUAL(vgic_distributor_write(&guest->gic, 0, offset, width, value), STATUS_OK);
	guest_commit(guest);
}

static inline uint64_t distributor_get(struct guest *guest, uint64_t offset, uint64_t width)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vgic_distributor_read(&guest->gic, 0, offset, width, &value), STATUS_OK);
	guest_commit(guest);
	return value;
}

/* Registers of vCPU n's SGI frame. */
static inline void private_set(struct guest *guest, uint32_t vcpu, uint64_t offset, uint64_t width,
			       uint64_t value)
{
	offset += (uint64_t)vcpu * GICR_SIZE + GICR_SGI_FRAME;
	CU_ASSERT_EQUAL(vgic_redistributor_write(&guest->gic, offset, width, value), STATUS_OK);
	guest_commit(guest);
}

static inline uint64_t private_get(struct guest *guest, uint32_t vcpu, uint64_t offset,
				   uint64_t width)
{
	uint64_t value = 0xdead;

	offset += (uint64_t)vcpu * GICR_SIZE + GICR_SGI_FRAME;
	CU_ASSERT_EQUAL(vgic_redistributor_read(&guest->gic, offset, width, &value), STATUS_OK);
	guest_commit(guest);
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
	touched_begin(&guest->gic, sizeof(guest->gic));
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
