/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller of one VM as a server: which message may ask the model for what. */
#include "gen/vplic_events.h"
#include "servers/controller/controller.h"
#include "servers/lib/riscv64/ipi.h"
#include "servers/rt/rt.h"
#include "servers/vplic/vplic.h"

_Static_assert(VPLIC_VCPUS == CONTROLLER_VCPUS, "idl/vplic.idl has room for as many");

static void create(void *state)
{
	vplic_init(state, controller.vcpus);
}

static bool check(const void *state)
{
	return vplic_check(state, controller.vcpus);
}

static void rebuild(void *state)
{
	vplic_rebuild(state, controller.page, controller.lines[0]);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VPLIC_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

status_t vplic_interrupt_refill(const struct vplic_state *plic, uint64_t badge, uint64_t events)
{
	(void)plic, (void)events;
	return controller_came(badge, ROUTE_REFILL) ? STATUS_OK : STATUS_BAD_ARGUMENT;
}

status_t vplic_mmio_read(struct vplic_state *plic, uint64_t badge, uint64_t offset, uint64_t width,
			 uint64_t *value)
{
	if (!controller_came(badge, ROUTE_REGISTERS))
		return STATUS_BAD_ARGUMENT;
	return vplic_read(plic, offset, width, value);
}

status_t vplic_mmio_write(struct vplic_state *plic, uint64_t badge, uint64_t offset, uint64_t width,
			  uint64_t value)
{
	if (!controller_came(badge, ROUTE_REGISTERS))
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
	if (!controller_came(badge, ROUTE_IPI) || function != SBI_IPI)
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
