/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of one VM as a server: messages in; when they are committed, the calling
 * vCPU's page written and kicks out.
 */
#include "gen/vplic_events.h"
#include "servers/lib/riscv64/ipi.h"
#include "servers/lib/vcpus.h"
#include "servers/rt/rt.h"
#include "servers/vplic/vplic.h"

/* Badges of the routes; those of lines are their sources, the VM manager's is 0. */
enum route { ROUTE_REGISTERS = 0x10001, ROUTE_IPI, ROUTE_REFILL };

_Static_assert(VPLIC_VCPUS == VCPUS_MOST, "idl/vplic.idl has room for as many");

static struct vcpus vcpus;
static uint64_t lines; /* the sources that devices have */

void server_start(void)
{
	vcpus_open(&vcpus);
	lines = argument_at("lines", 0) | argument_at("lines", 1) << 32;
	/* What a former life still had to kick, it did not write down. */
	vplic_kicks = vcpus_all(&vcpus);
}

static void create(void *state)
{
	vplic_init(state, vcpus.count);
}

static bool check(const void *state)
{
	return vplic_check(state, vcpus.count);
}

static void rebuild(void *state)
{
	vplic_rebuild(state, vcpus.page, lines);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VPLIC_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

static inline bool page_in_hand(uint64_t badge)
{
	return vcpus_came(&vcpus, badge, ROUTE_REGISTERS, ROUTE_REFILL);
}

static inline bool comes_from(uint64_t badge, enum route route)
{
	return vcpus_came(&vcpus, badge, route, route);
}

/* The calling vCPU is one like the others, but that its page is written at once: no kick. */
void server_settle(const struct message *message)
{
	uint32_t vcpu, kicks = vplic_kicks;

	vplic_kicks = 0;
	if (message && page_in_hand(message->badge)) {
		vcpu = MESSAGE_VCPU(message->badge);
		vplic_page_write(rt_state(), vcpu, vcpus.page[vcpu]);
		kicks &= ~(1u << vcpu);
	}
	vcpus_kick(&vcpus, kicks);
}

status_t vplic_interrupt_refill(const struct vplic_state *plic, uint64_t badge, uint64_t events)
{
	(void)plic, (void)events;
	return comes_from(badge, ROUTE_REFILL) ? STATUS_OK : STATUS_BAD_ARGUMENT;
}

status_t vplic_mmio_read(struct vplic_state *plic, uint64_t badge, uint64_t offset, uint64_t width,
			 uint64_t *value)
{
	if (!comes_from(badge, ROUTE_REGISTERS))
		return STATUS_BAD_ARGUMENT;
	return vplic_read(plic, offset, width, value);
}

status_t vplic_mmio_write(struct vplic_state *plic, uint64_t badge, uint64_t offset, uint64_t width,
			  uint64_t value)
{
	if (!comes_from(badge, ROUTE_REGISTERS))
		return STATUS_BAD_ARGUMENT;
	return vplic_write(plic, offset, width, value);
}

status_t vplic_hypercall_call(struct vplic_state *plic, uint64_t badge, uint64_t function,
			      uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			      uint64_t a6, uint64_t a7, uint64_t *r0, uint64_t *r1, uint64_t *r2,
			      uint64_t *r3)
{
	uint32_t targets;

	(void)a4, (void)a5, (void)a6, (void)a7;
	if (!comes_from(badge, ROUTE_IPI) || function != SBI_IPI)
		return STATUS_NOT_SUPPORTED;
	*r0 = (uint64_t)ipi_targets(a1, a2, a3, plic->vcpus, &targets);
	vplic_send(plic, targets);
	*r1 = *r2 = *r3 = 0;
	return STATUS_OK;
}

status_t vplic_device_reset(struct vplic_state *plic, uint64_t badge)
{
	if (badge != 0)
		return STATUS_BAD_RIGHTS;
	vplic_reset(plic);
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	return vplic_message(message);
}

/* Nobody has a handle to signal this server. */
void server_signal(uint64_t bits)
{
	(void)bits;
}
