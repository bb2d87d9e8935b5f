/* SPDX-License-Identifier: Apache-2.0 */
/* The measured guests' disk driver: one request in one queue, again and again. */
#include "tests/bench/guest/measured.h"
#include "tests/guests/queue.h"

#define BYTES 4096u

static volatile struct virtio_block_header header;
static volatile uint8_t data[BYTES] __attribute__((aligned(16))), status;

void disk_start(void)
{
	queue_start(VIRTIO_FEATURE_VERSION_1);
	queue_describe(&queue_descriptor[0], (uint64_t)&header, sizeof(header),
		       VIRTIO_DESCRIPTOR_NEXT, 1);
	queue_describe(&queue_descriptor[1], (uint64_t)data, BYTES,
		       VIRTIO_DESCRIPTOR_NEXT | VIRTIO_DESCRIPTOR_WRITE, 2);
	queue_describe(&queue_descriptor[2], (uint64_t)&status, 1, VIRTIO_DESCRIPTOR_WRITE, 0);
	header.type = VIRTIO_BLOCK_IN;
}

void disk_read(uint64_t sector)
{
	header.sector = sector;
	queue_offer(0);
}

void disk_interrupt(void)
{
	queue_interrupt_end();
}

uint64_t disk_done(void)
{
	return queue_used.index;
}
