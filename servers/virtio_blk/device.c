/* SPDX-License-Identifier: Apache-2.0 */
/* The device's life: registers, requests in, completions out, reset. */
#include "gen/block_client.h"
#include "gen/line_client.h"
#include "servers/rt/rt.h"
#include "servers/virtio_blk/device.h"

#define FEATURES                                                                                   \
	(VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX | VIRTIO_BLOCK_FEATURE_SEGMENTS |    \
	 VIRTIO_BLOCK_FEATURE_FLUSH)

void device_start(struct device *device, uint64_t sectors)
{
	const struct device start = { .sectors = sectors };

	*device = start;
	virtio_mmio_start(&device->mmio, VIRTIO_DEVICE_BLOCK, FEATURES, 1);
}

/* The device's side of the ring is over until the driver resets it; other devices go on. */
static void device_fail(struct device *device, const struct surroundings *around)
{
	rt_log("virtio_blk: the driver's queue is broken, the device needs a reset");
	if (virtio_mmio_fail(&device->mmio))
		line_pulse(around->line);
}

static void device_publish(struct device *device, const struct surroundings *around)
{
	if (virtqueue_publish(&device->mmio.queue[0], &around->memory) &&
	    virtio_mmio_interrupt(&device->mmio, VIRTIO_INTERRUPT_USED))
		line_pulse(around->line);
}

/* Takes requests from the ring while there are slots for them. */
static void requests_take(struct device *device, const struct surroundings *around)
{
	static struct virtqueue_chain chain;
	struct virtqueue *queue = &device->mmio.queue[0];
	enum virtqueue_result result;

	if (!virtio_mmio_runs(&device->mmio, 0))
		return; /* still stalled, if it was: the end of the draining looks again */
	/* Ends: virtqueue_take gives no more than `size` chains between two publishes. */
	do {
		device->stalled = device->busy == UINT64_MAX;
		if (device->stalled)
			break;
		result = virtqueue_take(queue, &around->memory, &chain);
		if (result == VIRTQUEUE_BROKEN ||
		    (result == VIRTQUEUE_TAKEN && !request_begin(device, around, &chain))) {
			device_fail(device, around);
			return;
		}
	} while (virtqueue_more(queue) || virtqueue_arm(queue, &around->memory));
	device_publish(device, around);
}

/* Shows the guest the end of a request. */
static void flight_land(struct device *device, const struct surroundings *around, uint32_t slot,
			uint32_t result)
{
	const struct flight *flight = &device->flight[slot];
	const uint8_t status = result == BLOCK_RESULT_OK ? VIRTIO_BLOCK_OK : VIRTIO_BLOCK_IO_ERROR;
	uint32_t written = flight->written;

	/* A failed read wrote nothing for sure but the status byte, which lies behind the data. */
	if (status != VIRTIO_BLOCK_OK && written > 1)
		written = 0;
	guest_memory_write(&around->memory, flight->status, &status, 1);
	virtqueue_put(&device->mmio.queue[0], &around->memory, flight->head, written);
}

void device_complete(struct device *device, const struct surroundings *around)
{
	const uint32_t head = __atomic_load_n(&around->queue->head, __ATOMIC_ACQUIRE);
	const bool runs = virtio_mmio_runs(&device->mmio, 0);

	/* The driver is another task: no more than the ring has, and only what we wait for. */
	if (head - device->tail > BLOCK_SLOTS)
		device->tail = head - BLOCK_SLOTS;
	while (device->tail != head) {
		struct block_completion completion;
		uint64_t bit;

		copy_once(&completion, &around->queue->completion[device->tail++ % BLOCK_SLOTS],
			  sizeof(completion));
		bit = completion.slot < BLOCK_SLOTS ? UINT64_C(1) << completion.slot : 0;
		if (!(device->busy & bit)) {
			device->strays++;
			continue;
		}
		device->busy &= ~bit;
		if (runs && !(device->dropped & bit))
			flight_land(device, around, completion.slot, completion.result);
		device->dropped &= ~bit;
	}
	if (runs)
		device_publish(device, around);
	device->mmio.draining = device->dropped != 0;
	if (device->stalled && !device->mmio.draining)
		requests_take(device, around);
}

/*
 * Cuts what is in flight off from the guest: its completions are awaited but no longer shown. Until
 * the last one has come, the disk may still write to the guest's memory: a driver that reset the
 * device reads a status other than 0, and if it starts the queue all the same, it is not looked at.
 */
static bool device_drop(struct device *device, const struct surroundings *around)
{
	device->dropped = device->busy;
	device->mmio.draining = device->stalled = device->busy != 0;
	if (device->mmio.draining && block_quiesce(around->block) == STATUS_OK)
		device_complete(device, around);
	return !device->mmio.draining;
}

status_t device_reset(struct device *device, const struct surroundings *around)
{
	uint64_t second;
	const uint64_t start = rt_clock(&second);

	virtio_mmio_reset(&device->mmio);
	while (!device_drop(device, around))
		if (rt_clock(NULL) - start > second)
			return STATUS_BUSY;
	return STATUS_OK;
}

uint64_t device_read(const struct device *device, uint64_t offset, uint64_t width)
{
	const struct virtio_block_config config = {
		.capacity = device->sectors,
		.segments_max = DEVICE_SEGMENTS,
	};
	uint64_t value = 0;

	if (offset < VIRTIO_MMIO_CONFIG)
		return width == 4 ? virtio_mmio_read(&device->mmio, offset) : 0;
	offset -= VIRTIO_MMIO_CONFIG;
	if (offset < sizeof(config) && width <= sizeof(config) - offset)
		__builtin_memcpy(&value, (const char *)&config + offset, width);
	return value;
}

/* Accesses that the specification forbids (4.2.2.2: other widths) do nothing. */
void device_write(struct device *device, const struct surroundings *around, uint64_t offset,
		  uint64_t width, uint64_t value)
{
	unsigned int events;

	if (offset >= VIRTIO_MMIO_CONFIG || width != 4)
		return;
	events = virtio_mmio_write(&device->mmio, &around->memory, offset, value);
	if (events & (VIRTIO_MMIO_NOTIFY | VIRTIO_MMIO_START))
		requests_take(device, around);
	if (events & (VIRTIO_MMIO_RESET | VIRTIO_MMIO_STOP))
		device_drop(device, around);
	if (events & VIRTIO_MMIO_PULSE)
		line_pulse(around->line);
}
