/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio_blk server: one virtio-mmio block device of one VM; docs/configuration.md, section 3.
 */
#include "gen/block_client.h"
#include "gen/device_server.h"
#include "gen/mmio_server.h"
#include "servers/rt/durable.h"
#include "servers/rt/rt.h"
#include "servers/virtio_blk/device.h"

static struct surroundings around;

static struct virtio_blk_state *device(void)
{
	return rt_state();
}

static status_t registers_read(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge;
	*value = device_read(device(), &around, offset, width);
	return STATUS_OK;
}

static status_t registers_write(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	(void)badge;
	device_write(device(), &around, offset, width, value);
	return STATUS_OK;
}

static status_t machine_reset(uint64_t badge)
{
	(void)badge;
	return device_reset(device(), &around);
}

static const struct mmio_server registers = { .read = registers_read, .write = registers_write };
static const struct device_server machine = { .reset = machine_reset };

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
	.magic = DURABLE_MAGIC,
	.version = VIRTIO_BLK_STATE_VERSION,
	.oldest = 1,
	.size = sizeof(struct virtio_blk_state),
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

void server_settle(const struct message *message)
{
	(void)message;
	device_settle(device(), &around);
}

status_t server_message(struct message *message)
{
	if (message->label >> 16 == MMIO_INTERFACE)
		return mmio_dispatch(&registers, message);
	return device_dispatch(&machine, message);
}

void server_signal(uint64_t bits)
{
	if (!around.settled)
		device_look(device(), &around);
	else if (bits & BLOCK_SIGNAL_DONE)
		device_complete(device(), &around);
}
