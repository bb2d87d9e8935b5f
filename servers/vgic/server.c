/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of one VM as a server: which message may ask the model for what. What a
 * vCPU's own exit changes for itself is listed at once, in the same event.
 */
#include "gen/vgic_events.h"
#include "servers/controller/controller.h"
#include "servers/rt/rt.h"
#include "servers/vgic/vgic.h"

_Static_assert(VGIC_VCPUS == CONTROLLER_VCPUS, "idl/vgic.idl has room for as many");

static void create(void *state)
{
	vgic_init(state, controller.vcpus);
}

static bool check(const void *state)
{
	return vgic_check(state, controller.vcpus);
}

static void rebuild(void *state)
{
	vgic_rebuild(state, controller.page, controller.lines);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VGIC_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

/* What vCPU `vcpu` did concerns itself, too: no kick, its page is in hand. */
static inline void refill_own(struct vgic_state *gic, uint32_t vcpu)
{
	if (controller_kicks & 1u << vcpu)
		vgic_look(gic, vcpu, controller.page[vcpu]);
}

status_t vgic_interrupt_refill(struct vgic_state *gic, uint64_t badge, uint64_t events)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);

	if (!controller_came(badge, ROUTE_REFILL))
		return STATUS_BAD_ARGUMENT;
	vgic_refill(gic, vcpu, controller.page[vcpu], events);
	return STATUS_OK;
}

status_t vgic_sysreg_write(struct vgic_state *gic, uint64_t badge, uint64_t number,
			   uint64_t value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);
	status_t status;

	if (!controller_came(badge, ROUTE_SGI))
		return STATUS_BAD_ARGUMENT;
	status = vgic_sgi(gic, vcpu, number, value);
	refill_own(gic, vcpu);
	return status;
}

status_t vgic_mmio_read(struct vgic_state *gic, uint64_t badge, uint64_t offset, uint64_t width,
			uint64_t *value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);
	status_t status;

	if (!controller_came(badge, ROUTE_DISTRIBUTOR) &&
	    !controller_came(badge, ROUTE_REDISTRIBUTORS))
		return STATUS_BAD_ARGUMENT;
	vgic_look(gic, vcpu, controller.page[vcpu]);
	if (MESSAGE_ROUTE(badge) == ROUTE_DISTRIBUTOR)
		status = vgic_distributor_read(gic, vcpu, offset, width, value);
	else
		status = vgic_redistributor_read(gic, offset, width, value);
	refill_own(gic, vcpu);
	return status;
}

status_t vgic_mmio_write(struct vgic_state *gic, uint64_t badge, uint64_t offset, uint64_t width,
			 uint64_t value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);
	status_t status;

	if (controller_came(badge, ROUTE_DISTRIBUTOR))
		status = vgic_distributor_write(gic, vcpu, offset, width, value);
	else if (controller_came(badge, ROUTE_REDISTRIBUTORS))
		status = vgic_redistributor_write(gic, offset, width, value);
	else
		return STATUS_BAD_ARGUMENT;
	refill_own(gic, vcpu);
	return status;
}

status_t vgic_device_reset(struct vgic_state *gic, uint64_t badge)
{
	if (badge)
		return STATUS_BAD_RIGHTS;
	vgic_reset(gic);
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	return vgic_message(message);
}
