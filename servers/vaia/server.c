/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller of one VM as a server: which message may ask the model for what. */
#include "gen/vaia_events.h"
#include "servers/controller/controller.h"
#include "servers/lib/riscv64/ipi.h"
#include "servers/rt/rt.h"
#include "servers/vaia/vaia.h"

_Static_assert(VAIA_VCPUS == CONTROLLER_VCPUS, "idl/vaia.idl has room for as many");

static void create(void *state)
{
	vaia_init(state, controller.vcpus);
}

static bool check(const void *state)
{
	return vaia_check(state, controller.vcpus);
}

static void rebuild(void *state)
{
	vaia_rebuild(state, controller.page, controller.lines[0]);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VAIA_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

status_t vaia_interrupt_refill(const struct vaia_state *aia, uint64_t badge, uint64_t events)
{
	(void)aia, (void)events;
	return controller_came(badge, ROUTE_REFILL) ? STATUS_OK : STATUS_BAD_ARGUMENT;
}

status_t vaia_sysreg_read(const struct vaia_state *aia, uint64_t badge, uint64_t number,
			  uint64_t *value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);

	if (!controller_came(badge, ROUTE_CSR))
		return STATUS_BAD_ARGUMENT;
	return vaia_csr_read(&aia->vcpu[vcpu], controller.page[vcpu], number, value);
}

status_t vaia_sysreg_update(struct vaia_state *aia, uint64_t badge, uint64_t number,
			    uint64_t clear, uint64_t set, uint64_t *old)
{
	if (!controller_came(badge, ROUTE_CSR))
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
	if (controller_came(badge, ROUTE_APLIC))
		return vaia_aplic_read(aia, offset, width, value);
	if (controller_came(badge, ROUTE_IMSIC))
		return vaia_imsic_read(aia, offset, width, value);
	return STATUS_BAD_ARGUMENT;
}

status_t vaia_mmio_write(struct vaia_state *aia, uint64_t badge, uint64_t offset, uint64_t width,
			 uint64_t value)
{
	if (controller_came(badge, ROUTE_APLIC))
		return vaia_aplic_write(aia, offset, width, value);
	if (controller_came(badge, ROUTE_IMSIC))
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
	if (!controller_came(badge, ROUTE_IPI) || function != SBI_IPI)
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
