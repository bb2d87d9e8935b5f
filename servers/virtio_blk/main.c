/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio_blk server: one virtio-mmio block device of one VM; docs/configuration.md, section 3.
 */
#include "gen/block_client.h"
#include "gen/virtio_blk_events.h"
#include "servers/rt/rt.h"
#include "servers/virtio_blk/device.h"

static struct surroundings around;

void server_start(void)
{
	around.memory.base = (unsigned char *)rt_argument("memory");
	around.memory.size = rt_argument("memory-size");
	around.memory.guest_base = rt_argument("guest-base");
	around.queue = (struct block_queue *)rt_argument("queue");
	around.block = rt_argument("block");
	around.line = rt_argument("line");
	if (around.memory.guest_base + around.memory.size < around.memory.size)
		rt_fail("virtio_blk: the guest's memory wraps around");
	if (block_capacity(around.block, &around.sectors) != STATUS_OK)
		rt_fail("virtio_blk: no disk");
}

static void create(void *state)
{
	device_create(state);
}

static bool check(const void *state)
{
	return device_check(state, &around);
}

static void rebuild(void *state)
{
	device_rebuild(state, &around);
}

const struct durable_kind server_durable DURABLE_KIND = {
	VIRTIO_BLK_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

void server_settle(const struct message *message)
{
	(void)message;
	device_settle(rt_state(), &around);
}

status_t virtio_blk_mmio_read(const struct virtio_blk_state *device, uint64_t badge,
			      uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge;
	*value = device_read(device, &around, offset, width);
	return STATUS_OK;
}

status_t virtio_blk_mmio_write(struct virtio_blk_state *device, uint64_t badge, uint64_t offset,
			       uint64_t width, uint64_t value)
{
	(void)badge;
	device_write(device, &around, offset, width, value);
	return STATUS_OK;
}

status_t virtio_blk_device_reset(struct virtio_blk_state *device, uint64_t badge)
{
	(void)badge;
	return device_reset(device, &around);
}

/* In a new life there may be anything. */
void virtio_blk_signal_look(struct virtio_blk_state *device, uint64_t bits)
{
	if (!around.settled)
		device_look(device, &around);
	else if (bits & BLOCK_SIGNAL_DONE)
		device_complete(device, &around);
}

status_t server_message(struct message *message)
{
	return virtio_blk_message(message);
}

void server_signal(uint64_t bits)
{
	virtio_blk_signal(bits);
}
