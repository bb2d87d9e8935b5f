/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/restart/guest/disk.h"

#include "servers/lib/virtio.h"

#define SIZE 4u
#define NOT_YET 0xffu

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
static volatile uint8_t status;
static volatile uint32_t interrupts;
volatile uint64_t disk_data[DISK_BYTES / 8] __attribute__((aligned(16)));

static void write_address(uint32_t offset, volatile void *address)
{
	write32(DISK + offset, (uint32_t)(uint64_t)address);
	write32(DISK + offset + 4, (uint32_t)((uint64_t)address >> 32));
}

static void describe(unsigned int index, volatile void *address, uint32_t length, uint16_t flags,
		     uint16_t next)
{
	descriptor[index].address = (uint64_t)address;
	descriptor[index].length = length;
	descriptor[index].flags = flags;
	descriptor[index].next = next;
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
}

void disk_interrupt(void)
{
	write32(DISK + VIRTIO_MMIO_INTERRUPT_ACK, read32(DISK + VIRTIO_MMIO_INTERRUPT_STATUS));
	interrupts++;
}

static void sleep_until_used(uint16_t index)
{
	for (;;) {
		interrupts_mask();
		if (used.index == index && interrupts)
			break;
		__asm__ volatile("wfi" : : : "memory");
		interrupts_allow();
	}
	interrupts_allow();
}

bool disk_request(uint32_t type, uint64_t sector)
{
	bool flush = type == VIRTIO_BLOCK_FLUSH;
	uint16_t before = used.index, next = (uint16_t)(before + 1);

	header.type = type;
	header.sector = sector;
	status = NOT_YET;
	interrupts = 0;
	describe(0, &header, sizeof(header), VIRTIO_DESCRIPTOR_NEXT, flush ? 2 : 1);
	describe(1, disk_data, DISK_BYTES,
		 VIRTIO_DESCRIPTOR_NEXT | (type == VIRTIO_BLOCK_IN ? VIRTIO_DESCRIPTOR_WRITE : 0), 2);
	describe(2, &status, 1, VIRTIO_DESCRIPTOR_WRITE, 0);
	available.ring[available.index % SIZE] = 0;
	__asm__ volatile("dmb ish" : : : "memory");
	available.index++;
	__asm__ volatile("dsb ish" : : : "memory");
	write32(DISK + VIRTIO_MMIO_QUEUE_NOTIFY, 0);
	sleep_until_used(next);
	read32(DISK + VIRTIO_MMIO_STATUS); /* whatever else comes has come */
	return used.index == next && used.ring[before % SIZE].id == 0 &&
	       status == VIRTIO_BLOCK_OK && interrupts <= 1 + cuts_each;
}
