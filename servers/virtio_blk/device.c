/* SPDX-License-Identifier: Apache-2.0 */
/* The device's life: registers, requests in, completions out, reset. */
#include "servers/virtio_blk/device.h"

#include "gen/block_client.h"
#include "servers/rt/durable.h"
#include "servers/rt/rt.h"

/* The device's side of the ring is over until the driver resets it; other devices go on. */
static void device_fail(struct virtio_blk_state *device, struct surroundings *around)
{
	rt_log("virtio_blk: the driver's queue is broken, the device needs a reset");
	virtio_mmio_fail(&device->mmio, &around->interrupt);
}

/* Whether to look at the ring again when completions have come. */
static void stalled_set(struct virtio_blk_state *device, bool stalled)
{
	if (device->words.stalled == stalled)
		return;
	RT_TOUCH(device->words);
	device->words.stalled = stalled;
}

/* Takes requests from the ring while there are slots for them. */
static void requests_take(struct virtio_blk_state *device, struct surroundings *around)
{
	static struct virtqueue_chain chain;
	struct virtio_queue *queue = &device->mmio.queue[0];
	uint32_t count = 0;

	if (!virtio_mmio_runs(&device->mmio, 0))
		return; /* still stalled, if it was: the end of the draining looks again */
	stalled_set(device, false);
	/* Ends: an honest driver makes the ring empty once, at first, and gives `size` chains. */
	do {
		enum virtqueue_result result;

		if (device_busy(device) == UINT64_MAX) {
			stalled_set(device, true);
			return;
		}
		result = virtqueue_take(queue, &around->memory, &chain);
		if (result == VIRTQUEUE_BROKEN || count++ > queue->size ||
		    (result == VIRTQUEUE_TAKEN && !request_begin(device, around, &chain))) {
			device_fail(device, around);
			return;
		}
	} while (virtqueue_arm(queue, &around->memory));
}

/* Puts down the end of a request for the guest. */
static void flight_land(struct virtio_blk_state *device, const struct surroundings *around,
			uint32_t slot)
{
	const struct virtio_blk_flight *flight = &device->flight[slot];
	uint8_t status = VIRTIO_BLOCK_IO_ERROR;
	uint32_t result, written = flight->written;

	COPY_ONCE(&result, &around->queue->result[slot]);
	if (result == BLOCK_RESULT_OK)
		status = VIRTIO_BLOCK_OK;
	else if (written > 1)
		written = 0; /* nothing for sure but the status byte, which lies behind the data */
	guest_memory_write(&around->memory, flight->status, &status, 1);
	virtqueue_put(&device->mmio.queue[0], &around->memory, flight->head, written);
}

static void completions_take(struct virtio_blk_state *device, const struct surroundings *around)
{
	/* Acquire: results and data are read after the word that shows them. */
	uint64_t done = __atomic_load_n(&around->queue->completed, __ATOMIC_ACQUIRE) ^
			device->words.taken;
	const bool runs = virtio_mmio_runs(&device->mmio, 0);

	/* The driver is another task: no more than what we wait for. */
	done &= device_busy(device);
	if (!done)
		return;
	RT_TOUCH(device->words);
	device->words.taken ^= done;
	for (; runs && done; done &= done - 1)
		flight_land(device, around, (uint32_t)__builtin_ctzll(done));
}

void device_complete(struct virtio_blk_state *device, struct surroundings *around)
{
	completions_take(device, around);
	if (device->mmio.draining && block_quiesce(around->block) == STATUS_OK) {
		completions_take(device, around);
		RT_TOUCH(device->mmio.draining);
		device->mmio.draining = device_busy(device) != 0;
	}
	if (device->words.stalled && !device->mmio.draining)
		requests_take(device, around);
}

void device_look(struct virtio_blk_state *device, struct surroundings *around)
{
	device_complete(device, around);
	requests_take(device, around);
}

/*
 * Cuts what is in flight off from the guest: its completions are awaited but no longer shown. Until
 * the disk's driver says that nothing is left, the disk may write to the guest's memory: a guest
 * that reset the device reads a status other than 0, and if it starts the queue all the same, it is
 * not looked at.
 */
static void device_drop(struct virtio_blk_state *device, struct surroundings *around)
{
	around->published = 0;
	RT_TOUCH(device->mmio.draining);
	device->mmio.draining = true;
	stalled_set(device, true);
	device_complete(device, around);
}

status_t device_reset(struct virtio_blk_state *device, struct surroundings *around)
{
	virtio_mmio_reset(&device->mmio, &around->interrupt);
	device_drop(device, around);
	return device->mmio.draining ? STATUS_AGAIN : STATUS_OK;
}

uint64_t device_read(const struct virtio_blk_state *device, const struct surroundings *around,
		     uint64_t offset, uint64_t width)
{
	const struct virtio_block_config config = {
		.capacity = around->sectors,
		.segments_max = DEVICE_SEGMENTS,
	};
	uint64_t value = 0;

	if (offset < VIRTIO_MMIO_CONFIG)
		return width == 4 ? virtio_mmio_read(&device->mmio, &around->interrupt, offset) : 0;
	offset -= VIRTIO_MMIO_CONFIG;
	if (offset < sizeof(config) && width <= sizeof(config) - offset)
		__builtin_memcpy(&value, (const char *)&config + offset, width);
	return value;
}

/* Accesses that the specification forbids (4.2.2.2: other widths) do nothing. */
void device_write(struct virtio_blk_state *device, struct surroundings *around, uint64_t offset,
		  uint64_t width, uint64_t value)
{
	unsigned int events;

	if (offset >= VIRTIO_MMIO_CONFIG || width != 4)
		return;
	events = virtio_mmio_write(&device->mmio, &around->interrupt, &around->memory, offset,
				   value);
	if (events & (VIRTIO_MMIO_NOTIFY | VIRTIO_MMIO_START))
		requests_take(device, around);
	if (events & (VIRTIO_MMIO_RESET | VIRTIO_MMIO_STOP))
		device_drop(device, around);
}
