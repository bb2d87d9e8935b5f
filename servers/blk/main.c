/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blk server: driver of the machine's disk for many clients; docs/configuration.md, section 3.
 */
#include "gen/block_server.h"
#include "servers/blk/client.h"
#include "servers/blk/registers.h"
#include "servers/lib/argument.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

#define SIGNAL_IRQ (UINT64_C(1) << 63)

static struct clients clients;
static handle_t irq;

static status_t submit(uint64_t badge)
{
	return client_submit(&clients, badge);
}

static status_t capacity(uint64_t badge, uint64_t *sectors)
{
	return client_capacity(&clients, badge, sectors);
}

static status_t quiesce(uint64_t badge)
{
	return client_quiesce(&clients, badge);
}

static const struct block_server server = {
	.submit = submit,
	.capacity = capacity,
	.quiesce = quiesce,
};

static void client_start(uint32_t number)
{
	struct client *client = &clients.client[number];
	uint64_t info[3];

	client->queue = (struct block_queue *)argument_at("queue", number);
	client->signal = argument_at("signal", number);
	client->start = argument_at("start", number);
	client->sectors = argument_at("sectors", number);
	if (client->start > clients.disk.sectors ||
	    client->sectors > clients.disk.sectors - client->start)
		rt_fail("blk: client %u: sectors %lu to %lu, but the disk has %lu", number,
			client->start, client->start + client->sectors, clients.disk.sectors);
	if (rt_object_info(argument_at("memory", number), info) != STATUS_OK || info[2] == 0)
		rt_fail("blk: client %u: no right to its memory", number);
	client->size = info[1];
	client->physical = info[2];
}

void server_start(void)
{
	const uint64_t count = rt_argument("clients");
	uint64_t info[3];
	uint32_t number;

	irq = rt_argument("irq");
	if (rt_object_info(rt_argument("dma-memory"), info) != STATUS_OK || info[2] == 0)
		rt_fail("blk: no right to the DMA memory");
	if (count > CLIENTS_MAX)
		rt_fail("blk: %lu clients, but at most %u", count, CLIENTS_MAX);
	if (!disk_start(&clients.disk, rt_argument("device"), (void *)rt_argument("dma"), info[1],
			info[2]))
		rt_fail("blk: no disk");
	for (number = 0; number < count; number++)
		client_start(number);
	clients.count = count;
	clients_recover(&clients);
}

status_t server_message(struct message *message)
{
	return block_dispatch(&server, message);
}

void server_signal(uint64_t bits)
{
	uint32_t status;

	if (!(bits & SIGNAL_IRQ))
		return;
	/* Acknowledged before the ring is read: what ends later interrupts again. */
	status = register_read(clients.disk.registers, VIRTIO_MMIO_INTERRUPT_STATUS);
	register_write(clients.disk.registers, VIRTIO_MMIO_INTERRUPT_ACK, status);
	clients_drain(&clients);
	rt_irq_done(irq);
}
