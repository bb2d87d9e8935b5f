/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The register frames: distributor (IHI 0069 12.9) and redistributors (12.10, 12.11). Accesses
 * have the sizes of 12.1.3; registers that are reserved or not there read as zero, ignore writes.
 */
#include "servers/vgic/bank.h"

static bool is_priority(uint32_t offset)
{
	return offset >= GIC_IPRIORITYR && offset < GIC_IPRIORITYR_END;
}

/* What a 64-bit register gives to an access of its whole or of one half. */
static uint64_t wide_read(uint64_t value, uint32_t offset, uint32_t width)
{
	return width == 8 ? value : (uint32_t)(value >> 8 * (offset & 4));
}

static uint64_t wide_write(uint64_t old, uint32_t offset, uint32_t width, uint64_t value)
{
	if (width == 8)
		return value;
	if (offset & 4)
		return (uint32_t)old | value << 32;
	return (old & ~(uint64_t)UINT32_MAX) | (uint32_t)value;
}

/* `wide`: the offset is one of a 64-bit register; `bytes`: of one that takes single bytes. */
static bool size_is_right(uint64_t offset, uint64_t width, bool wide, bool bytes)
{
	if (width == 1)
		return bytes;
	if (width == 8)
		return wide && offset % 8 == 0;
	return width == 4 && offset % 4 == 0;
}

static bool distributor_access_is_right(uint64_t offset, uint64_t width)
{
	return offset < GICD_SIZE &&
	       size_is_right(offset, width, offset >= GICD_IROUTER && offset < GICD_IROUTER_END,
			     is_priority((uint32_t)offset));
}

/* The router an offset names, or NULL for an interrupt that is not there. */
static uint64_t *router_at(struct vgic_state *gic, uint32_t offset)
{
	uint32_t intid = (offset - GICD_IROUTER) / 8;

	if (offset < GICD_IROUTER || intid < VGIC_SPI_FIRST || intid >= VGIC_INTIDS)
		return 0;
	return &gic->router[intid - VGIC_SPI_FIRST];
}

static uint32_t distributor_register(const struct vgic_state *gic, uint32_t offset)
{
	switch (offset) {
	case GICD_CTLR:
		return GICD_CTLR_FIXED | gic->groups;
	case GICD_TYPER:
		return GICD_TYPER_NO1N | GICD_TYPER_IDBITS | (VGIC_BANKS - 1);
	case GICD_IIDR:
		return GIC_IIDR_COPPICE;
	case GIC_PIDR2:
		return GIC_PIDR2_GICV3;
	}
	return 0;
}

status_t vgic_distributor_read(struct vgic_state *gic, uint32_t vcpu, uint64_t address,
			       uint64_t width, uint64_t *value)
{
	uint32_t offset = (uint32_t)address, index;
	const uint64_t *router;

	if (!distributor_access_is_right(address, width))
		return STATUS_BAD_ARGUMENT;
	router = router_at(gic, offset);
	*value = 0;
	if (router) {
		*value = wide_read(*router, offset, (uint32_t)width);
	} else if (offset >= GIC_IGROUPR && offset < GIC_BANKS_END) {
		index = vgic_bank_index(offset);
		/* Bank 0 is the redistributors': with affinity routing it reads as zero here. */
		if (index > 0 && index < VGIC_BANKS)
			*value = vgic_bank_read(gic, vcpu, index, offset, (uint32_t)width);
	} else {
		*value = distributor_register(gic, offset);
	}
	return STATUS_OK;
}

static void control_write(struct vgic_state *gic, uint32_t value)
{
	uint32_t vcpu, index;

	RT_TOUCH(gic->groups);
	gic->groups = value & (VGIC_GROUP0 | VGIC_GROUP1);
	for (vcpu = 0; vcpu < gic->vcpus; vcpu++) {
		vcpu_touch(&gic->vcpu[vcpu]);
		vgic_forward(gic, &gic->vcpu[vcpu].bank);
		private_update(gic, vcpu, UINT32_MAX);
	}
	for (index = 1; index < VGIC_BANKS; index++) {
		vgic_forward(gic, vgic_bank(gic, 0, index));
		shared_update(gic, index, UINT32_MAX);
	}
}

static void router_write(struct vgic_state *gic, uint64_t *router, uint64_t value)
{
	uint32_t intid = VGIC_SPI_FIRST + (uint32_t)(router - gic->router);

	RT_TOUCH(*router);
	*router = value & GIC_ROUTER_AFFINITY;
	vgic_route(gic, intid);
	/* The vCPU that has it listed gives it back, unless it is at work on it. */
	shared_update(gic, intid / 32, 1u << intid % 32);
}

status_t vgic_distributor_write(struct vgic_state *gic, uint32_t vcpu, uint64_t address,
				uint64_t width, uint64_t value)
{
	uint32_t offset = (uint32_t)address, index;
	uint64_t *router;

	if (!distributor_access_is_right(address, width))
		return STATUS_BAD_ARGUMENT;
	router = router_at(gic, offset);
	if (router) {
		router_write(gic, router, wide_write(*router, offset, (uint32_t)width, value));
	} else if (offset == GICD_CTLR) {
		control_write(gic, (uint32_t)value);
	} else if (offset >= GIC_IGROUPR && offset < GIC_BANKS_END) {
		index = vgic_bank_index(offset);
		if (index > 0 && index < VGIC_BANKS)
			vgic_bank_write(gic, vcpu, index, offset, (uint32_t)width,
					(uint32_t)value);
	}
	return STATUS_OK;
}

static bool redistributor_access_is_right(const struct vgic_state *gic, uint64_t address,
					  uint64_t width)
{
	uint32_t offset = (uint32_t)address % GICR_SIZE;

	return address / GICR_SIZE < gic->vcpus &&
	       size_is_right(offset, width, (offset & ~7u) == GICR_TYPER,
			     offset >= GICR_SGI_FRAME && is_priority(offset - GICR_SGI_FRAME));
}

static uint64_t redistributor_register(const struct vgic_state *gic, uint32_t vcpu,
				       uint32_t offset, uint32_t width)
{
	uint64_t type;

	switch (offset) {
	case GICR_IIDR:
		return GIC_IIDR_COPPICE;
	case GICR_TYPER:
	case GICR_TYPER + 4:
		/* Affinity in the upper half, processor number 23:8. */
		type = (uint64_t)vcpu << 32 | vcpu << 8;
		if (vcpu + 1 == gic->vcpus)
			type |= GICR_TYPER_LAST;
		return wide_read(type, offset, width);
	case GICR_WAKER:
		return gic->vcpu[vcpu].sleeping ?
			       GICR_WAKER_PROCESSOR_SLEEP | GICR_WAKER_CHILDREN_ASLEEP :
			       0;
	case GIC_PIDR2:
		return GIC_PIDR2_GICV3;
	}
	return 0;
}

status_t vgic_redistributor_read(struct vgic_state *gic, uint64_t address, uint64_t width,
				 uint64_t *value)
{
	uint32_t vcpu = (uint32_t)(address / GICR_SIZE), offset = (uint32_t)address % GICR_SIZE;

	if (!redistributor_access_is_right(gic, address, width))
		return STATUS_BAD_ARGUMENT;
	*value = 0;
	if (offset < GICR_SGI_FRAME)
		*value = redistributor_register(gic, vcpu, offset, (uint32_t)width);
	else if ((offset -= GICR_SGI_FRAME) >= GIC_IGROUPR && vgic_bank_index(offset) == 0)
		*value = vgic_bank_read(gic, vcpu, 0, offset, (uint32_t)width);
	return STATUS_OK;
}

status_t vgic_redistributor_write(struct vgic_state *gic, uint64_t address, uint64_t width,
				  uint64_t value)
{
	uint32_t vcpu = (uint32_t)(address / GICR_SIZE), offset = (uint32_t)address % GICR_SIZE;

	if (!redistributor_access_is_right(gic, address, width))
		return STATUS_BAD_ARGUMENT;
	if (offset == GICR_WAKER) {
		vcpu_touch(&gic->vcpu[vcpu]);
		gic->vcpu[vcpu].sleeping = !!(value & GICR_WAKER_PROCESSOR_SLEEP);
	} else if (offset >= GICR_SGI_FRAME && (offset -= GICR_SGI_FRAME) >= GIC_IGROUPR &&
		   vgic_bank_index(offset) == 0) {
		vgic_bank_write(gic, vcpu, 0, offset, (uint32_t)width, (uint32_t)value);
	}
	return STATUS_OK;
}
