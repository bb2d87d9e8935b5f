/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/guests/queue.h"

#define PATIENCE 2000000u

volatile struct virtio_descriptor queue_descriptor[QUEUE_SIZE] __attribute__((aligned(16)));
volatile struct queue_available queue_available;
volatile struct queue_used queue_used __attribute__((aligned(4)));

static void write_address(uint32_t offset, uint64_t address)
{
	write32(DISK + offset, (uint32_t)address);
	write32(DISK + offset + 4, (uint32_t)(address >> 32));
}

/* A reset is over when the status says so. */
static void reset(void)
{
	unsigned int spins;

	write32(DISK + VIRTIO_MMIO_STATUS, 0);
	for (spins = 0; spins < PATIENCE; spins++)
		if (read32(DISK + VIRTIO_MMIO_STATUS) == 0)
			return;
}

void queue_start_at(uint64_t features, uint64_t descriptors, uint64_t available, uint64_t used)
{
	uint32_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

	reset();
	write32(DISK + VIRTIO_MMIO_STATUS, status);
	write32(DISK + VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	write32(DISK + VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)features);
	write32(DISK + VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	write32(DISK + VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(features >> 32));
	write32(DISK + VIRTIO_MMIO_STATUS, status |= VIRTIO_STATUS_FEATURES_OK);
	write32(DISK + VIRTIO_MMIO_QUEUE_SELECT, 0);
	write32(DISK + VIRTIO_MMIO_QUEUE_SIZE, QUEUE_SIZE);
	write_address(VIRTIO_MMIO_DESCRIPTORS_LOW, descriptors);
	write_address(VIRTIO_MMIO_AVAILABLE_LOW, available);
	write_address(VIRTIO_MMIO_USED_LOW, used);
	queue_available.index = 0;
	queue_used.index = 0;
	write32(DISK + VIRTIO_MMIO_QUEUE_READY, 1);
	write32(DISK + VIRTIO_MMIO_STATUS, status | VIRTIO_STATUS_DRIVER_OK);
}

void queue_start(uint64_t features)
{
	queue_start_at(features, (uint64_t)queue_descriptor, (uint64_t)&queue_available,
		       (uint64_t)&queue_used);
}

void queue_describe(volatile struct virtio_descriptor *descriptor, uint64_t address,
		    uint32_t length, uint16_t flags, uint16_t next)
{
	descriptor->address = address;
	descriptor->length = length;
	descriptor->flags = flags;
	descriptor->next = next;
}

void queue_offer_step(uint16_t head, uint16_t step)
{
	queue_available.ring[queue_available.index % QUEUE_SIZE] = head;
	fence_memory();
	queue_available.index += step;
	fence_device();
	write32(DISK + VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

void queue_offer(uint16_t head)
{
	queue_offer_step(head, 1);
}

void queue_interrupt_end(void)
{
	write32(DISK + VIRTIO_MMIO_INTERRUPT_ACK, read32(DISK + VIRTIO_MMIO_INTERRUPT_STATUS));
}
