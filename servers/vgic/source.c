/* SPDX-License-Identifier: Apache-2.0 */
/* Where interrupts come from and where they go: lines, SGIs, routing; and the reset state. */
#include "servers/vgic/bank.h"

/*
 * A falling line takes back what is not yet listed. What is listed stays so until the vCPU's next
 * refill: a kick for each would cost an exit an interrupt, as guests lower the line before the EOI.
 */
status_t vgic_line_set(struct vgic_state *gic, uint64_t intid, uint64_t level)
{
	struct vgic_bank *bank;
	uint32_t index, bit;

	if (intid < VGIC_SPI_FIRST || intid >= VGIC_INTIDS || level > 1)
		return STATUS_BAD_ARGUMENT;
	index = (uint32_t)intid / 32;
	bit = 1u << intid % 32;
	bank = vgic_bank(gic, 0, index);
	if (!(bank->level & bit) == !level)
		return STATUS_OK;
	bank_touch(bank);
	bank->level ^= bit;
	if (level && (bank->edge & bit)) {
		bank_pend(bank, bit);
		shared_update(gic, index, bit);
	} else {
		shared_update(gic, index, 0);
	}
	return STATUS_OK;
}

status_t vgic_line_pulse(struct vgic_state *gic, uint64_t intid)
{
	uint32_t index = (uint32_t)intid / 32, bit = 1u << intid % 32;

	if (intid < VGIC_SPI_FIRST || intid >= VGIC_INTIDS)
		return STATUS_BAD_ARGUMENT;
	bank_pend(vgic_bank(gic, 0, index), bit);
	shared_update(gic, index, bit);
	return STATUS_OK;
}

status_t vgic_sgi(struct vgic_state *gic, uint32_t vcpu, uint64_t sysreg, uint64_t value)
{
	uint32_t bit = 1u << SGI_INTID(value);
	uint32_t targets = 0, group1;

	/* With one security state SGI1R reaches both groups, the two others group 0 only. */
	if (__builtin_expect(sysreg == SYSREG(3, 0, 12, 11, 5), 1))
		group1 = bit;
	else if (sysreg == SYSREG(3, 0, 12, 11, 6) || sysreg == SYSREG(3, 0, 12, 11, 7))
		group1 = 0;
	else
		return STATUS_NOT_FOUND;

	if (__builtin_expect(value & SGI_ALL_OTHERS, 0))
		targets = ~(1u << vcpu);
	else if (!(value & SGI_CLUSTER))
		targets = SGI_TARGETS(value);
	for (targets &= (1u << gic->vcpus) - 1; targets; targets &= targets - 1) {
		uint32_t target = (uint32_t)__builtin_ctz(targets);
		struct vgic_vcpu *each = &gic->vcpu[target];

		if (bit & each->bank.group & ~group1)
			continue;
		vcpu_touch(each);
		bank_latch(&each->bank, bit);
		private_update(gic, target, bit);
	}
	return STATUS_OK;
}

void vgic_route(struct vgic_state *gic, uint32_t intid)
{
	uint64_t target = gic->router[intid - VGIC_SPI_FIRST];
	uint32_t index = intid / 32, bit = 1u << intid % 32, vcpu;
	struct vgic_bank *bank = vgic_bank(gic, 0, index);

	if ((bank->listed | bank->active) & bit)
		return;
	if (target < gic->vcpus && (gic->vcpu[target].routed[index] & bit))
		return;
	for (vcpu = 0; vcpu < gic->vcpus; vcpu++) {
		uint32_t *routed = &gic->vcpu[vcpu].routed[index];
		uint32_t value = vcpu == target ? *routed | bit : *routed & ~bit;

		if (*routed == value)
			continue;
		RT_TOUCH(*routed);
		*routed = value;
	}
}

static struct vgic_bank bank_reset(const struct vgic_bank *bank, uint32_t edge)
{
	return (struct vgic_bank){ .edge = edge, .level = bank->level };
}

void vgic_reset(struct vgic_state *gic)
{
	uint32_t index, vcpu;

	RT_TOUCH(*gic);
	gic->groups = 0;
	for (index = 1; index < VGIC_BANKS; index++)
		gic->spi[index - 1] = bank_reset(&gic->spi[index - 1], 0);
	for (index = 0; index < VGIC_SPIS; index++)
		gic->router[index] = 0;
	for (vcpu = 0; vcpu < gic->vcpus; vcpu++) {
		struct vgic_vcpu *each = &gic->vcpu[vcpu];

		/* Its page still holds the old life's list: an empty one is a new generation. */
		*each = (struct vgic_vcpu){
			.generation = each->generation + 1,
			.sleeping = true,
			.bank = bank_reset(&each->bank, VGIC_EDGE_PRIVATE),
		};
	}
	for (index = 1; index < VGIC_BANKS; index++)
		gic->vcpu[0].routed[index] = UINT32_MAX;
	controller_kicks = (1u << gic->vcpus) - 1;
}

void vgic_init(struct vgic_state *gic, uint32_t vcpus)
{
	RT_TOUCH(gic->vcpus);
	gic->vcpus = vcpus;
	vgic_reset(gic);
}
