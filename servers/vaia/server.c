/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of one VM as a server: messages in; when they are committed, the calling
 * vCPU's page written and kicks out.
 */
#include "gen/vaia_events.h"
#include "servers/lib/riscv64/ipi.h"
#include "servers/lib/vcpus.h"
#include "servers/rt/rt.h"
#include "servers/vaia/vaia.h"

/* Badges of the routes; those of lines are their sources, the VM manager's is 0. */
enum route {
	ROUTE_APLIC = 0x10001,
	ROUTE_IPI,
	ROUTE_REFILL,
	ROUTE_IMSIC,
	ROUTE_CSR,
};

_Static_assert(VAIA_VCPUS == VCPUS_MOST, "idl/vaia.idl has room for as many");

static struct vcpus vcpus;
static uint64_t lines; /* the sources that devices have */

void server_start(void)
{
	vcpus_open(&vcpus);
	lines = (uint32_t)argument_at("lines", 0) | argument_at("lines", 1) << 32;
	/* What a former life still had to kick, it did not write down. */
	vaia_kicks = vcpus_all(&vcpus);
}

static void create(void *state)
{
	vaia_init(state, vcpus.count);
}

static bool check(const void *state)
{
	return vaia_check(state, vcpus.count);
}

static void rebuild(void *state)
{
	vaia_rebuild(state, vcpus.page, lines);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VAIA_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

static inline bool page_in_hand(uint64_t badge)
{
	return vcpus_came(&vcpus, badge, ROUTE_APLIC, ROUTE_CSR);
}

static inline bool comes_from(uint64_t badge, enum route route)
{
	return vcpus_came(&vcpus, badge, route, route);
}

/* The calling vCPU is one like the others, but that its page is written at once: no kick. */
void server_settle(const struct message *message)
{
	const struct vaia_state *aia = rt_state();
	uint32_t vcpu, kicks = vaia_kicks;

	vaia_kicks = 0;
	if (message && page_in_hand(message->badge)) {
		vcpu = MESSAGE_VCPU(message->badge);
		vaia_page_write(&aia->vcpu[vcpu], vcpus.page[vcpu]);
		kicks &= ~(1u << vcpu);
	}
	vcpus_kick(&vcpus, kicks);
}

status_t vaia_interrupt_refill(const struct vaia_state *aia, uint64_t badge, uint64_t events)
{
	(void)aia, (void)events;
	return comes_from(badge, ROUTE_REFILL) ? STATUS_OK : STATUS_BAD_ARGUMENT;
}

status_t vaia_sysreg_read(const struct vaia_state *aia, uint64_t badge, uint64_t number,
			  uint64_t *value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);

	if (!comes_from(badge, ROUTE_CSR))
		return STATUS_BAD_ARGUMENT;
	return vaia_csr_read(&aia->vcpu[vcpu], vcpus.page[vcpu], number, value);
}

status_t vaia_sysreg_update(struct vaia_state *aia, uint64_t badge, uint64_t number,
			    uint64_t clear, uint64_t set, uint64_t *old)
{
	if (!comes_from(badge, ROUTE_CSR))
		return STATUS_BAD_ARGUMENT;
	return vaia_csr_update(&aia->vcpu[MESSAGE_VCPU(badge)], number, clear, set, old);
}

status_t vaia_sysreg_write(struct vaia_state *aia, uint64_t badge, uint64_t number,
			   uint64_t value)
{
	uint64_t old;

	return vaia_sysreg_update(aia, badge, number, UINT64_MAX, value, &old);
}

status_t vaia_mmio_read(const struct vaia_state *aia, uint64_t badge, uint64_t offset,
			uint64_t width, uint64_t *value)
{
	if (comes_from(badge, ROUTE_APLIC))
		return vaia_aplic_read(aia, offset, width, value);
	if (comes_from(badge, ROUTE_IMSIC))
		return vaia_imsic_read(aia, offset, width, value);
	return STATUS_BAD_ARGUMENT;
}

status_t vaia_mmio_write(struct vaia_state *aia, uint64_t badge, uint64_t offset, uint64_t width,
			 uint64_t value)
{
	if (comes_from(badge, ROUTE_APLIC))
		return vaia_aplic_write(aia, offset, width, value);
	if (comes_from(badge, ROUTE_IMSIC))
		return vaia_imsic_write(aia, offset, width, value);
	return STATUS_BAD_ARGUMENT;
}

status_t vaia_hypercall_call(struct vaia_state *aia, uint64_t badge, uint64_t function,
			     uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			     uint64_t a6, uint64_t a7, uint64_t *r0, uint64_t *r1, uint64_t *r2,
			     uint64_t *r3)
{
	uint32_t targets;

	(void)a4, (void)a5, (void)a6, (void)a7;
	if (!comes_from(badge, ROUTE_IPI) || function != SBI_IPI)
		return STATUS_NOT_SUPPORTED;
	*r0 = (uint64_t)ipi_targets(a1, a2, a3, aia->vcpus, &targets);
	vaia_send(aia, targets);
	*r1 = *r2 = *r3 = 0;
	return STATUS_OK;
}

status_t vaia_device_reset(struct vaia_state *aia, uint64_t badge)
{
	if (badge)
		return STATUS_BAD_RIGHTS;
	vaia_reset(aia);
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	return vaia_message(message);
}

/* Nobody has a handle to signal this server. */
void server_signal(uint64_t bits)
{
	(void)bits;
}
