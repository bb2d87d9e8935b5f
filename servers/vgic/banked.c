/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of a bank of 32 interrupts: the same in the distributor and in the SGI frame. */
#include "servers/vgic/bank.h"

#define BITMAP_SIZE 0x80u

/* Which bank a register belongs to; beyond the last one: the interrupts that are not there. */
uint32_t vgic_bank_index(uint32_t offset)
{
	if (offset < GIC_IPRIORITYR)
		return offset % BITMAP_SIZE / 4;
	if (offset < GIC_IPRIORITYR_END)
		return (offset - GIC_IPRIORITYR) / 32;
	if (offset >= GIC_ICFGR && offset < GIC_ICFGR_END)
		return (offset - GIC_ICFGR) / 8;
	return VGIC_BANKS;
}

static uint32_t priority_read(const struct vgic_bank *bank, uint32_t first, uint32_t width)
{
	uint32_t value = 0, byte;

	for (byte = 0; byte < width; byte++)
		value |= (uint32_t)bank->priority[first + byte] << 8 * byte;
	return value;
}

static uint32_t configuration_read(const struct vgic_bank *bank, uint32_t first)
{
	uint32_t value = 0, place;

	for (place = 0; place < 16; place++)
		value |= (bank->edge >> (first + place) & 1u) << (2 * place + 1);
	return value;
}

static uint32_t configuration_edges(uint32_t value)
{
	uint32_t edge = 0, place;

	for (place = 0; place < 16; place++)
		edge |= (value >> (2 * place + 1) & 1u) << place;
	return edge;
}

uint64_t vgic_bank_read(struct vgic_state *gic, uint32_t vcpu, uint32_t index, uint32_t offset,
			uint32_t width)
{
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);

	if (offset >= GIC_ICFGR)
		return configuration_read(bank, offset / 4 % 2 * 16);
	if (offset >= GIC_IPRIORITYR)
		return priority_read(bank, offset % 32, width);
	switch (offset & ~(BITMAP_SIZE - 1)) {
	case GIC_IGROUPR:
		return bank->group;
	case GIC_ISENABLER:
	case GIC_ICENABLER:
		return bank->enabled;
	}
	/* What another vCPU has listed is as old as its last refill: let the next look be fresh. */
	vgic_update(gic, vcpu, index, UINT32_MAX);
	if (offset >= GIC_ISACTIVER)
		return bank->active;
	return bank_pending(bank);
}

static void priority_write(struct vgic_bank *bank, uint32_t first, uint32_t width, uint32_t value)
{
	uint32_t byte;

	value &= GIC_PRIORITY_MASK;
	rt_touch(&bank->priority[first], width);
	for (byte = 0; byte < width; byte++)
		bank->priority[first + byte] = (uint8_t)(value >> 8 * byte);
}

/* SGIs and PPIs are what they are: their configuration is read-only. */
static void configuration_write(struct vgic_bank *bank, uint32_t index, uint32_t first,
				uint32_t value)
{
	if (!index)
		return;
	RT_TOUCH(bank->edge);
	bank->edge = (bank->edge & ~(0xffffu << first)) | configuration_edges(value) << first;
}

static void bitmap_write(struct vgic_bank *bank, uint32_t offset, uint32_t value)
{
	rt_touch(bank, offsetof(struct vgic_bank, priority));
	switch (offset & ~(BITMAP_SIZE - 1)) {
	case GIC_IGROUPR:
		bank->group = value;
		break;
	case GIC_ISENABLER:
		bank->enabled |= value;
		break;
	case GIC_ICENABLER:
		bank->enabled &= ~value;
		break;
	case GIC_ISPENDR:
		bank_pend(bank, value);
		break;
	case GIC_ICPENDR:
		bank->pending &= ~value;
		bank->pending_written |= value & bank->listed;
		break;
	case GIC_ISACTIVER:
		bank->active |= value;
		bank->active_written |= value & bank->listed;
		break;
	case GIC_ICACTIVER:
		bank->active &= ~value;
		bank->active_written |= value & bank->listed;
		break;
	}
}

/* The SPIs of `bits` are perhaps in nobody's hand any more: their routers count again. */
static void routes_apply(struct vgic_state *gic, uint32_t index, uint32_t bits)
{
	for (; bits; bits &= bits - 1)
		vgic_route(gic, index * 32 + (uint32_t)__builtin_ctz(bits));
}

void vgic_bank_write(struct vgic_state *gic, uint32_t vcpu, uint32_t index, uint32_t offset,
		     uint32_t width, uint32_t value)
{
	struct vgic_bank *bank = vgic_bank(gic, vcpu, index);
	uint32_t changed = UINT32_MAX;

	if (offset >= GIC_ICFGR) {
		configuration_write(bank, index, offset / 4 % 2 * 16, value);
	} else if (offset >= GIC_IPRIORITYR) {
		priority_write(bank, offset % 32, width, value);
		changed = ((1u << width) - 1) << offset % 32;
	} else {
		if (offset >= GIC_ISENABLER)
			changed = value;
		bitmap_write(bank, offset, value);
		vgic_forward(gic, bank);
		if (index && offset >= GIC_ICACTIVER)
			routes_apply(gic, index, value);
	}
	vgic_update(gic, vcpu, index, changed);
}
