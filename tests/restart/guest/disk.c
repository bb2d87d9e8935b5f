/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/restart/guest/disk.h"

#include "tests/guests/queue.h"

#define NOT_YET 0xffu

static volatile struct virtio_block_header header;
static volatile uint8_t status;
static volatile uint32_t interrupts;
volatile uint64_t disk_data[DISK_BYTES / 8] __attribute__((aligned(16)));

void disk_start(void)
{
	queue_start(VIRTIO_FEATURE_VERSION_1);
}

void disk_interrupt(void)
{
	queue_interrupt_end();
	interrupts++;
}

void disk_begin(uint32_t type, uint64_t sector)
{
	bool flush = type == VIRTIO_BLOCK_FLUSH, reads = type == VIRTIO_BLOCK_IN;

	header.type = type;
	header.sector = sector;
	status = NOT_YET;
	interrupts = 0;
	queue_describe(&queue_descriptor[0], (uint64_t)&header, sizeof(header),
		       VIRTIO_DESCRIPTOR_NEXT, flush ? 2 : 1);
	queue_describe(&queue_descriptor[1], (uint64_t)disk_data, DISK_BYTES,
		       VIRTIO_DESCRIPTOR_NEXT | (reads ? VIRTIO_DESCRIPTOR_WRITE : 0), 2);
	queue_describe(&queue_descriptor[2], (uint64_t)&status, 1, VIRTIO_DESCRIPTOR_WRITE, 0);
	queue_offer(0);
}

static void sleep_until_told(void)
{
	for (;;) {
		interrupts_mask();
		if (queue_used.index == queue_available.index && interrupts)
			break;
		wait_interrupt();
		interrupts_allow();
	}
	interrupts_allow();
}

bool disk_end(void)
{
	uint16_t index = queue_available.index;

	sleep_until_told();
	(void)read32(DISK + VIRTIO_MMIO_STATUS); /* whatever else comes has come */
	return queue_used.index == index &&
	       queue_used.ring[(uint16_t)(index - 1) % QUEUE_SIZE].id == 0 &&
	       status == VIRTIO_BLOCK_OK && interrupts <= 1 + cuts_each;
}

bool disk_request(uint32_t type, uint64_t sector)
{
	disk_begin(type, sector);
	return disk_end();
}
