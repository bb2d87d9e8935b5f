/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio block device of one VM: its state, what surrounds it, and how a request passes
 * through: ring -> request_begin -> slot of the block_queue -> driver -> device_complete -> used
 * ring.
 */
#ifndef SERVERS_VIRTIO_BLK_DEVICE_H
#define SERVERS_VIRTIO_BLK_DEVICE_H

#include "gen/block.h"
#include "ipc/status.h"
#include "ipc/syscall.h"
#include "servers/lib/virtio_mmio.h"

/* 2 less than a driver's chain of BLOCK_SEGMENTS: header and status byte. */
#define DEVICE_SEGMENTS (BLOCK_SEGMENTS - 2)

/* A request in the hands of the driver. */
struct flight {
	uint64_t status;  /* offset of the status byte */
	uint32_t written; /* bytes of the buffer that a success writes, status included */
	uint16_t head;
};

/* All that the device knows; plain data. */
struct device {
	struct virtio_mmio mmio;
	uint64_t sectors;
	uint64_t busy;    /* slots in the hands of the driver */
	uint64_t dropped; /* those of them that a reset cut off from the guest */
	uint32_t tail;    /* completions taken */
	uint32_t strays;  /* completions that nobody waited for */
	bool stalled;     /* look at the ring again when completions have come */
	struct flight flight[BLOCK_SLOTS];
};

/* Where the device stands: mappings and handles. */
struct surroundings {
	struct guest_memory memory;
	struct block_queue *queue;
	handle_t block;
	handle_t line;
};

void device_start(struct device *device, uint64_t sectors);

/* A guest's access to the registers. */
uint64_t device_read(const struct device *device, uint64_t offset, uint64_t width);
void device_write(struct device *device, const struct surroundings *around, uint64_t offset,
		  uint64_t width, uint64_t value);

/* Takes the driver's completions: status, used ring, interrupt. */
void device_complete(struct device *device, const struct surroundings *around);

/* Power-on state; not OK if the driver does not let go of the guest's memory. */
status_t device_reset(struct device *device, const struct surroundings *around);

/* Gives one chain to the driver, or answers it at once; false if it is no request at all. */
bool request_begin(struct device *device, const struct surroundings *around,
		   const struct virtqueue_chain *chain);

#endif
