/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the MMIO transport: a driver's writes move a small state machine. */
#include "servers/lib/virtio_mmio.h"

#include "servers/rt/durable.h"

#define VENDOR_ID 0x50504f43u /* "COPP" */
#define STATUS_DRIVER_BITS                                                                         \
	(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_DRIVER_OK |              \
	 VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_FAILED)

void virtio_mmio_reset(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt)
{
	const struct virtio_mmio start = {
		.offered = mmio->offered,
		.device = mmio->device,
		.queues = mmio->queues,
		.generation = mmio->generation,
		.draining = mmio->draining,
	};

	RT_TOUCH(*mmio);
	*mmio = start;
	*interrupt = (struct virtio_interrupt){ 0 };
}

void virtio_mmio_start(struct virtio_mmio *mmio, uint32_t device, uint64_t features,
		       uint32_t queues)
{
	const struct virtio_mmio start = {
		.offered = features | VIRTIO_FEATURE_VERSION_1,
		.device = device,
		.queues = queues < VIRTIO_QUEUES ? queues : VIRTIO_QUEUES,
	};

	RT_TOUCH(*mmio);
	*mmio = start;
}

bool virtio_mmio_check(const struct virtio_mmio *mmio, const struct guest_memory *memory,
		       uint32_t device, uint32_t queues)
{
	uint32_t queue;

	for (queue = 0; queue < VIRTIO_QUEUES; queue++)
		if (!virtqueue_check(&mmio->queue[queue], memory) ||
		    (mmio->queue[queue].started && queue >= queues))
			return false;
	return mmio->device == device && mmio->queues == queues && mmio->draining <= 1;
}

/* Half of a 64-bit value; a selector beyond 1 names bits that nobody has. */
static uint32_t half_get(uint64_t value, uint32_t select)
{
	return select > 1 ? 0 : (uint32_t)(value >> (32 * select));
}

static void half_set(uint64_t *value, uint32_t select, uint32_t half)
{
	if (select <= 1)
		*value = (*value & ~(UINT64_C(0xffffffff) << (32 * select))) |
			 (uint64_t)half << (32 * select);
}

uint32_t virtio_mmio_read(const struct virtio_mmio *mmio, const struct virtio_interrupt *interrupt,
			  uint64_t offset)
{
	const bool queue = mmio->queue_select < mmio->queues;

	switch (offset) {
	case VIRTIO_MMIO_INTERRUPT_STATUS:
		return interrupt->status;
	case VIRTIO_MMIO_STATUS:
		/* A driver takes its reset as complete when it reads 0 (2.4.2). */
		return mmio->status == 0 && mmio->draining ? VIRTIO_STATUS_NEEDS_RESET
							   : mmio->status;
	case VIRTIO_MMIO_MAGIC_VALUE:
		return VIRTIO_MMIO_MAGIC;
	case VIRTIO_MMIO_VERSION:
		return 2;
	case VIRTIO_MMIO_DEVICE_ID:
		return mmio->device;
	case VIRTIO_MMIO_VENDOR_ID:
		return VENDOR_ID;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return half_get(mmio->offered, mmio->offered_select);
	case VIRTIO_MMIO_QUEUE_SIZE_MAX:
		return queue ? VIRTQUEUE_SIZE_MAX : 0;
	case VIRTIO_MMIO_QUEUE_READY:
		return queue && mmio->queue[mmio->queue_select].started;
	case VIRTIO_MMIO_CONFIG_GENERATION:
		return mmio->generation;
	}
	/* There is no shared memory region: its length and base are all ones. */
	if (offset >= VIRTIO_MMIO_SHARED_LENGTH_LOW && offset <= VIRTIO_MMIO_SHARED_BASE_HIGH)
		return UINT32_MAX;
	return 0;
}

/* Status bits are only ever added; taking them back is what the reset is for (2.1.1). */
static unsigned int status_write(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt,
				 uint32_t value)
{
	uint32_t status = mmio->status | (value & STATUS_DRIVER_BITS);

	if (value == 0) {
		virtio_mmio_reset(mmio, interrupt);
		return VIRTIO_MMIO_RESET;
	}
	/* 2.2.2: no more than was offered, and not without VERSION_1 (6.2). */
	if ((mmio->accepted & ~mmio->offered) || !(mmio->accepted & VIRTIO_FEATURE_VERSION_1))
		status &= ~VIRTIO_STATUS_FEATURES_OK;
	if (!(status & VIRTIO_STATUS_FEATURES_OK))
		status &= ~VIRTIO_STATUS_DRIVER_OK;
	value = status & ~mmio->status;
	mmio->status = status;
	return value & VIRTIO_STATUS_DRIVER_OK ? VIRTIO_MMIO_START : 0;
}

static unsigned int ready_write(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt,
				struct virtio_queue *queue, const struct guest_memory *memory,
				bool ready)
{
	if (!ready) {
		const bool stopped = queue->started;

		queue->started = false;
		return stopped ? VIRTIO_MMIO_STOP : 0;
	}
	/* 3.1.1: queues come after the features, which say how their rings work. */
	if (queue->started || !(mmio->status & VIRTIO_STATUS_FEATURES_OK))
		return 0;
	if (!virtqueue_start(queue, memory, mmio->accepted))
		virtio_mmio_fail(mmio, interrupt);
	return 0;
}

/* The registers of the selected queue; what describes it is fixed while it is ready. */
static unsigned int queue_write(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt,
				const struct guest_memory *memory, uint64_t offset, uint32_t value)
{
	struct virtio_queue *queue;

	if (mmio->queue_select >= mmio->queues)
		return 0;
	queue = &mmio->queue[mmio->queue_select];
	RT_TOUCH(*queue);
	if (offset == VIRTIO_MMIO_QUEUE_READY)
		return ready_write(mmio, interrupt, queue, memory, value & 1);
	if (queue->started)
		return 0;
	switch (offset) {
	case VIRTIO_MMIO_QUEUE_SIZE:
		queue->size = value;
		break;
	case VIRTIO_MMIO_DESCRIPTORS_LOW:
	case VIRTIO_MMIO_DESCRIPTORS_HIGH:
		half_set(&queue->address[VIRTQUEUE_DESCRIPTORS], offset >> 2 & 1, value);
		break;
	case VIRTIO_MMIO_AVAILABLE_LOW:
	case VIRTIO_MMIO_AVAILABLE_HIGH:
		half_set(&queue->address[VIRTQUEUE_AVAILABLE], offset >> 2 & 1, value);
		break;
	case VIRTIO_MMIO_USED_LOW:
	case VIRTIO_MMIO_USED_HIGH:
		half_set(&queue->address[VIRTQUEUE_USED], offset >> 2 & 1, value);
		break;
	}
	return 0;
}

unsigned int virtio_mmio_write(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt,
			       const struct guest_memory *memory, uint64_t offset, uint32_t value)
{
	if (offset == VIRTIO_MMIO_QUEUE_NOTIFY)
		return virtio_mmio_runs(mmio, value) ? VIRTIO_MMIO_NOTIFY : 0;
	if (offset == VIRTIO_MMIO_INTERRUPT_ACK) {
		interrupt->status &= ~value;
		/* What was set between the driver's read and this is a new edge. */
		interrupt->pulse |= interrupt->status != 0;
		return 0;
	}
	rt_touch(mmio, offsetof(struct virtio_mmio, queue));
	switch (offset) {
	case VIRTIO_MMIO_STATUS:
		return status_write(mmio, interrupt, value);
	case VIRTIO_MMIO_DEVICE_FEATURES_SELECT:
		mmio->offered_select = value;
		return 0;
	case VIRTIO_MMIO_DRIVER_FEATURES_SELECT:
		mmio->accepted_select = value;
		return 0;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		if (!(mmio->status & VIRTIO_STATUS_FEATURES_OK))
			half_set(&mmio->accepted, mmio->accepted_select, value);
		return 0;
	case VIRTIO_MMIO_QUEUE_SELECT:
		mmio->queue_select = value;
		return 0;
	}
	return queue_write(mmio, interrupt, memory, offset, value);
}

void virtio_interrupt_renew(struct virtio_interrupt *interrupt, const struct virtio_mmio *mmio)
{
	uint32_t queue;

	if (!(mmio->status & VIRTIO_STATUS_DRIVER_OK))
		return;
	if (mmio->status & VIRTIO_STATUS_NEEDS_RESET)
		virtio_interrupt_raise(interrupt, VIRTIO_INTERRUPT_CONFIG);
	for (queue = 0; queue < VIRTIO_QUEUES; queue++)
		if (virtio_mmio_runs(mmio, queue))
			virtio_interrupt_raise(interrupt, VIRTIO_INTERRUPT_USED);
}

void virtio_mmio_fail(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt)
{
	RT_TOUCH(mmio->status);
	mmio->status |= VIRTIO_STATUS_NEEDS_RESET;
	if (mmio->status & VIRTIO_STATUS_DRIVER_OK)
		virtio_interrupt_raise(interrupt, VIRTIO_INTERRUPT_CONFIG);
}
