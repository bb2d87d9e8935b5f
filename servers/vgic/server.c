/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of one VM as a server: messages in; when they are committed, the calling
 * vCPU's page filled and kicks out. The calling vCPU is one like the others, but that its kick is
 * answered at once.
 */
#include "gen/vgic_events.h"
#include "servers/lib/vcpus.h"
#include "servers/rt/rt.h"
#include "servers/vgic/vgic.h"

/* Badges of the routes; those of lines are their INTIDs, from 32 on, the VM manager's is 0. */
enum route { ROUTE_DISTRIBUTOR = 1, ROUTE_REDISTRIBUTORS, ROUTE_SGI, ROUTE_REFILL };

_Static_assert(VGIC_VCPUS == VCPUS_MOST, "idl/vgic.idl has room for as many");

static struct vcpus vcpus;
static uint32_t lines[VGIC_BANKS]; /* the SPIs that devices have */

void server_start(void)
{
	uint32_t index;

	vcpus_open(&vcpus);
	for (index = 1; index < VGIC_BANKS; index++)
		lines[index] = (uint32_t)argument_at("lines", index);
	/* What a former life still had to kick, it did not write down. */
	vgic_kicks = vcpus_all(&vcpus);
}

static void create(void *state)
{
	vgic_init(state, vcpus.count);
}

static bool check(const void *state)
{
	return vgic_check(state, vcpus.count);
}

static void rebuild(void *state)
{
	vgic_rebuild(state, vcpus.page, lines);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VGIC_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

static inline bool page_in_hand(uint64_t badge)
{
	return vcpus_came(&vcpus, badge, ROUTE_DISTRIBUTOR, ROUTE_REFILL);
}

static void kicks_send(void)
{
	uint32_t kicks = vgic_kicks;

	vgic_kicks = 0;
	vcpus_kick(&vcpus, kicks);
}

void server_settle(const struct message *message)
{
	const struct vgic_state *gic = rt_state();

	if (message && page_in_hand(message->badge))
		vgic_page_write(&gic->vcpu[MESSAGE_VCPU(message->badge)],
				vcpus.page[MESSAGE_VCPU(message->badge)]);
	kicks_send();
}

static bool comes_from(uint64_t badge, enum route route)
{
	return vcpus_came(&vcpus, badge, route, route);
}

/* What vCPU `vcpu` did concerns itself, too: no kick, its page is in hand. */
static inline void refill_own(struct vgic_state *gic, uint32_t vcpu)
{
	if (vgic_kicks & 1u << vcpu)
		vgic_look(gic, vcpu, vcpus.page[vcpu]);
}

status_t vgic_interrupt_refill(struct vgic_state *gic, uint64_t badge, uint64_t events)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);

	if (!comes_from(badge, ROUTE_REFILL))
		return STATUS_BAD_ARGUMENT;
	vgic_refill(gic, vcpu, vcpus.page[vcpu], events);
	return STATUS_OK;
}

status_t vgic_sysreg_write(struct vgic_state *gic, uint64_t badge, uint64_t number,
			   uint64_t value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);
	status_t status;

	if (!comes_from(badge, ROUTE_SGI))
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

	if (!comes_from(badge, ROUTE_DISTRIBUTOR) && !comes_from(badge, ROUTE_REDISTRIBUTORS))
		return STATUS_BAD_ARGUMENT;
	vgic_look(gic, vcpu, vcpus.page[vcpu]);
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

	if (comes_from(badge, ROUTE_DISTRIBUTOR))
		status = vgic_distributor_write(gic, vcpu, offset, width, value);
	else if (comes_from(badge, ROUTE_REDISTRIBUTORS))
		status = vgic_redistributor_write(gic, offset, width, value);
	else
		return STATUS_BAD_ARGUMENT;
	refill_own(gic, vcpu);
	return status;
}

status_t vgic_device_reset(struct vgic_state *gic, uint64_t badge)
{
	if (badge >= VGIC_SPI_FIRST)
		return STATUS_BAD_RIGHTS;
	vgic_reset(gic);
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	return vgic_message(message);
}

/* Nobody has a handle to signal this server. */
void server_signal(uint64_t bits)
{
	(void)bits;
}
