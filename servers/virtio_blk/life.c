/* SPDX-License-Identifier: Apache-2.0 */
/* What outlives a life of the server: made, found, lost; and shown to the others. */
#include "servers/virtio_blk/device.h"

#include "gen/block_client.h"
#include "gen/line_client.h"
#include "servers/rt/durable.h"

#define FEATURES                                                                                   \
	(VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX | VIRTIO_BLOCK_FEATURE_SEGMENTS |    \
	 VIRTIO_BLOCK_FEATURE_FLUSH)
#define QUEUES 1

void device_create(struct virtio_blk_state *device)
{
	virtio_mmio_start(&device->mmio, VIRTIO_DEVICE_BLOCK, FEATURES, QUEUES);
}

bool device_check(const struct virtio_blk_state *device, const struct surroundings *around)
{
	const struct virtio_queue *queue = &device->mmio.queue[0];
	uint16_t taken = queue->available_next - queue->used_next;
	uint64_t busy = device_busy(device);

	if (!virtio_mmio_check(&device->mmio, &around->memory, VIRTIO_DEVICE_BLOCK, QUEUES) ||
	    device->words.stalled > 1)
		return false;
	/* Each chain that was taken is in flight, or was put back. */
	for (; busy; busy &= busy - 1)
		taken--;
	return taken == 0 || !virtio_mmio_runs(&device->mmio, 0);
}

/*
 * What the disk's driver has, the queue tells; whose requests they were is lost. So the guest is
 * told that the device needs a reset (2.1.2), and its ring is left alone until then.
 */
void device_rebuild(struct virtio_blk_state *device, const struct surroundings *around)
{
	RT_TOUCH(device->words);
	device->words.submitted = __atomic_load_n(&around->queue->submitted, __ATOMIC_RELAXED);
	device->words.taken = __atomic_load_n(&around->queue->completed, __ATOMIC_ACQUIRE);
	RT_TOUCH(device->mmio.status);
	device->mmio.status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
			      VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_DRIVER_OK |
			      VIRTIO_STATUS_NEEDS_RESET;
}

static void submissions_show(const struct virtio_blk_state *device,
			     const struct surroundings *around)
{
	uint64_t *shown = &around->queue->submitted;

	if (around->settled && *shown == device->words.submitted)
		return;
	/* Release: slots are written before the word that gives them away. */
	__atomic_store_n(shown, device->words.submitted, __ATOMIC_RELEASE);
	block_submit(around->block);
}

static void completions_show(const struct virtio_blk_state *device, struct surroundings *around)
{
	const struct virtio_queue *queue = &device->mmio.queue[0];

	/* A new life shows the index in any case. */
	if (!around->settled)
		around->published = queue->used_next - 1;
	if (queue->used_next != around->published && virtio_mmio_runs(&device->mmio, 0) &&
	    virtqueue_publish(queue, &around->memory, &around->published))
		virtio_interrupt_raise(&around->interrupt, VIRTIO_INTERRUPT_USED);
}

void device_settle(const struct virtio_blk_state *device, struct surroundings *around)
{
	submissions_show(device, around);
	completions_show(device, around);
	if (!around->settled)
		virtio_interrupt_renew(&around->interrupt, &device->mmio);
	around->settled = true;
	if (!around->interrupt.pulse)
		return;
	around->interrupt.pulse = false;
	line_pulse(around->line);
}
