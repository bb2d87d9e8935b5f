/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of one VM as a server: messages in, the calling vCPU's page filled,
 * kicks out. The calling vCPU is one like the others, but that its kick is answered at once.
 */
#include "gen/device_server.h"
#include "gen/interrupt_server.h"
#include "gen/line_server.h"
#include "gen/mmio_server.h"
#include "gen/sysreg_server.h"
#include "servers/lib/argument.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/vgic/vgic.h"

/* Badges of the routes; lines' badges are their INTIDs, which begin at 32. */
enum route { ROUTE_DISTRIBUTOR, ROUTE_REDISTRIBUTORS, ROUTE_SGI, ROUTE_REFILL };

static struct vgic gic;
static struct vcpu_interrupts *pages[VGIC_VCPUS];
static handle_t vcpus[VGIC_VCPUS];

void server_start(void)
{
	uint64_t count = rt_argument("vcpus");
	uint32_t vcpu;

	if (count < 1 || count > VGIC_VCPUS)
		rt_fail("%lu vCPUs: the interrupt controller has 1 to %u", count, VGIC_VCPUS);
	for (vcpu = 0; vcpu < count; vcpu++) {
		vcpus[vcpu] = (handle_t)argument_at("vcpu", vcpu);
		pages[vcpu] = (void *)argument_at("interrupts", vcpu);
	}
	vgic_init(&gic, (uint32_t)count);
}

static bool comes_from(uint64_t badge, enum route route)
{
	return MESSAGE_ROUTE(badge) == route && MESSAGE_VCPU(badge) < gic.vcpus;
}

static inline void kicks_send(void)
{
	uint32_t kicks = gic.kicks;

	gic.kicks = 0;
	for (; kicks; kicks &= kicks - 1)
		rt_vcpu_kick(vcpus[__builtin_ctz(kicks)]);
}

/* After what vCPU `vcpu` did: its own page is ours to fill until we reply, the others are not. */
static inline void settle(uint32_t vcpu)
{
	if (gic.kicks & 1u << vcpu)
		vgic_refill(&gic, vcpu, pages[vcpu], 0);
	kicks_send();
}

static status_t refill(uint64_t badge, uint64_t events)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);

	if (!comes_from(badge, ROUTE_REFILL))
		return STATUS_BAD_ARGUMENT;
	vgic_refill(&gic, vcpu, pages[vcpu], events);
	kicks_send();
	return STATUS_OK;
}

static status_t sysreg_write(uint64_t badge, uint64_t reg, uint64_t value)
{
	status_t status;

	if (!comes_from(badge, ROUTE_SGI))
		return STATUS_BAD_ARGUMENT;
	status = vgic_sgi(&gic, MESSAGE_VCPU(badge), reg, value);
	settle(MESSAGE_VCPU(badge));
	return status;
}

/* A read shows what the guest ended in its own list registers until now. */
static status_t mmio_read(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);
	status_t status;

	if (!comes_from(badge, ROUTE_DISTRIBUTOR) && !comes_from(badge, ROUTE_REDISTRIBUTORS))
		return STATUS_BAD_ARGUMENT;
	vgic_refill(&gic, vcpu, pages[vcpu], 0);
	if (MESSAGE_ROUTE(badge) == ROUTE_DISTRIBUTOR)
		status = vgic_distributor_read(&gic, vcpu, offset, width, value);
	else
		status = vgic_redistributor_read(&gic, offset, width, value);
	settle(vcpu);
	return status;
}

static status_t mmio_write(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	uint32_t vcpu = MESSAGE_VCPU(badge);
	status_t status;

	if (comes_from(badge, ROUTE_DISTRIBUTOR))
		status = vgic_distributor_write(&gic, vcpu, offset, width, value);
	else if (comes_from(badge, ROUTE_REDISTRIBUTORS))
		status = vgic_redistributor_write(&gic, offset, width, value);
	else
		return STATUS_BAD_ARGUMENT;
	settle(vcpu);
	return status;
}

static status_t line_set(uint64_t badge, uint64_t level)
{
	status_t status = vgic_line_set(&gic, badge, level);

	kicks_send();
	return status;
}

static status_t line_pulse(uint64_t badge)
{
	status_t status = vgic_line_pulse(&gic, badge);

	kicks_send();
	return status;
}

/* A handle to a line gives no right to this. */
static status_t reset(uint64_t badge)
{
	if (badge >= VGIC_SPI_FIRST)
		return STATUS_BAD_RIGHTS;
	vgic_reset(&gic);
	kicks_send();
	return STATUS_OK;
}

static const struct interrupt_server interrupt = { .refill = refill };
static const struct sysreg_server sysreg = { .write = sysreg_write };
static const struct mmio_server mmio = { .read = mmio_read, .write = mmio_write };
static const struct line_server line = { .set = line_set, .pulse = line_pulse };
static const struct device_server device = { .reset = reset };

status_t server_message(struct message *message)
{
	/* Every timer tick comes this way. */
	if (message->label == INTERRUPT_LABEL_REFILL)
		return interrupt_dispatch(&interrupt, message);
	switch (message->label >> 16) {
	case SYSREG_INTERFACE:
		return sysreg_dispatch(&sysreg, message);
	case LINE_INTERFACE:
		return line_dispatch(&line, message);
	case MMIO_INTERFACE:
		return mmio_dispatch(&mmio, message);
	case DEVICE_INTERFACE:
		return device_dispatch(&device, message);
	}
	return STATUS_NOT_SUPPORTED;
}

/* Nobody has a handle to signal this server. */
void server_signal(uint64_t bits)
{
	(void)bits;
}
