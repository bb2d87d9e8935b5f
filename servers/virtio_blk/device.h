/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio block device of one VM: its state, what surrounds it, and how a request passes
 * through: ring -> request_begin -> slot of the block_queue -> driver -> device_complete -> used
 * ring. What idl/block.idl says of the client's side is kept here.
 */
#ifndef SERVERS_VIRTIO_BLK_DEVICE_H
#define SERVERS_VIRTIO_BLK_DEVICE_H

#include "gen/block.h"
#include "gen/virtio_blk.h"
#include "ipc/status.h"
#include "ipc/syscall.h"
#include "servers/lib/virtio_mmio.h"

/* 2 less than a driver's chain of BLOCK_SEGMENTS: header and status byte. */
#define DEVICE_SEGMENTS (BLOCK_SEGMENTS - 2)

_Static_assert(VIRTIO_BLK_SLOTS == BLOCK_SLOTS, "block.idl");

/* Where the device stands: mappings, handles, and what this life knows of their other sides. */
struct surroundings {
	struct guest_memory memory;
	struct block_queue *queue;
	handle_t block;
	handle_t line;
	uint64_t sectors;
	struct virtio_interrupt interrupt;
	uint16_t published; /* entries of the used ring that the guest was shown */
	bool settled;       /* at least once: until then, a former life may have done some of it */
};

/* Power-on state. */
void device_create(struct virtio_blk_state *device);

/* Whether the rest of the code can rely on a state that was found. */
bool device_check(const struct virtio_blk_state *device, const struct surroundings *around);

/* Instead of a damaged state, after device_create: the driver of the guest has to reset it. */
void device_rebuild(struct virtio_blk_state *device, const struct surroundings *around);

/* A guest's access to the registers. */
uint64_t device_read(const struct virtio_blk_state *device, const struct surroundings *around,
		     uint64_t offset, uint64_t width);
void device_write(struct virtio_blk_state *device, struct surroundings *around, uint64_t offset,
		  uint64_t width, uint64_t value);

/* Takes the driver's completions: status, used ring; and requests that waited for them. */
void device_complete(struct virtio_blk_state *device, struct surroundings *around);

/* The same, and what the guest's ring holds. */
void device_look(struct virtio_blk_state *device, struct surroundings *around);

/* Power-on state; AGAIN until the driver has let go of the guest's memory. */
status_t device_reset(struct virtio_blk_state *device, struct surroundings *around);

/* Shows driver and guest what is committed. */
void device_settle(const struct virtio_blk_state *device, struct surroundings *around);

/* Slots in the hands of the driver. */
static inline uint64_t device_busy(const struct virtio_blk_state *device)
{
	return device->words.submitted ^ device->words.taken;
}

/* Gives one chain to the driver, or answers it at once; false if it is no request at all. */
bool request_begin(struct virtio_blk_state *device, const struct surroundings *around,
		   const struct virtqueue_chain *chain);

#endif
