/* SPDX-License-Identifier: Apache-2.0 */
/* The measured guests' disk driver: one request in one queue, again and again. */
#include "servers/lib/virtio.h"
#include "tests/bench/guest/measured.h"

#define SIZE 4u
#define BYTES 4096u

static volatile struct virtio_descriptor descriptor[SIZE] __attribute__((aligned(16)));
static volatile struct {
	uint16_t flags, index, ring[SIZE], event;
} available;
static volatile struct {
	uint16_t flags, index;
	struct virtio_used_element ring[SIZE];
	uint16_t event;
} used __attribute__((aligned(4)));
static volatile struct virtio_block_header header;
static volatile uint8_t data[BYTES] __attribute__((aligned(16))), status;

static void write_address(uint32_t offset, volatile void *address)
{
	write32(DISK + offset, (uint32_t)(uint64_t)address);
	write32(DISK + offset + 4, (uint32_t)((uint64_t)address >> 32));
}

static void describe(unsigned int index, volatile void *address, uint32_t length, uint16_t flags)
{
	descriptor[index].address = (uint64_t)address;
	descriptor[index].length = length;
	descriptor[index].flags = flags;
	descriptor[index].next = (uint16_t)(index + 1);
}

void disk_start(void)
{
	uint32_t state = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

	write32(DISK + VIRTIO_MMIO_STATUS, state);
	write32(DISK + VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	write32(DISK + VIRTIO_MMIO_DRIVER_FEATURES, VIRTIO_FEATURE_VERSION_1 >> 32);
	write32(DISK + VIRTIO_MMIO_STATUS, state |= VIRTIO_STATUS_FEATURES_OK);
	write32(DISK + VIRTIO_MMIO_QUEUE_SELECT, 0);
	write32(DISK + VIRTIO_MMIO_QUEUE_SIZE, SIZE);
	write_address(VIRTIO_MMIO_DESCRIPTORS_LOW, descriptor);
	write_address(VIRTIO_MMIO_AVAILABLE_LOW, &available);
	write_address(VIRTIO_MMIO_USED_LOW, &used);
	write32(DISK + VIRTIO_MMIO_QUEUE_READY, 1);
	write32(DISK + VIRTIO_MMIO_STATUS, state | VIRTIO_STATUS_DRIVER_OK);
	describe(0, &header, sizeof(header), VIRTIO_DESCRIPTOR_NEXT);
	describe(1, data, BYTES, VIRTIO_DESCRIPTOR_NEXT | VIRTIO_DESCRIPTOR_WRITE);
	describe(2, &status, 1, VIRTIO_DESCRIPTOR_WRITE);
	header.type = VIRTIO_BLOCK_IN;
}

void disk_read(uint64_t sector)
{
	header.sector = sector;
	available.ring[available.index % SIZE] = 0;
	barrier();
	available.index++;
	barrier();
	write32(DISK + VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

void disk_interrupt(void)
{
	write32(DISK + VIRTIO_MMIO_INTERRUPT_ACK, read32(DISK + VIRTIO_MMIO_INTERRUPT_STATUS));
}

uint64_t disk_done(void)
{
	return used.index;
}
