/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's side of a split virtqueue (virtio 1.2, 2.7) in a guest's memory. The driver may
 * write anything anywhere at any time: whatever it does, this code stays inside the window, ends
 * after a bounded number of steps, and reports a ring that no honest driver makes as broken.
 *
 * The caller's round: take, while there is more or arm says so; put completions; when all that is
 * committed, publish. A struct virtio_queue is durable state; what is not is the caller's.
 */
#ifndef SERVERS_LIB_VIRTQUEUE_H
#define SERVERS_LIB_VIRTQUEUE_H

#include "gen/virtio.h"
#include "servers/lib/guest_memory.h"
#include "servers/lib/virtio.h"

#define VIRTQUEUE_SIZE_MAX 256u

enum virtqueue_area {
	VIRTQUEUE_DESCRIPTORS,
	VIRTQUEUE_AVAILABLE,
	VIRTQUEUE_USED,
};

/* A piece of a request's buffer, inside the window. */
struct virtqueue_piece {
	uint64_t offset;
	uint32_t length;
};

/* A copy of one descriptor chain: first the pieces the device reads, then those it writes. */
struct virtqueue_chain {
	uint16_t head;
	uint16_t readable; /* pieces to read */
	uint16_t count;    /* all pieces */
	uint32_t readable_length;
	uint32_t writable_length;
	struct virtqueue_piece piece[VIRTQUEUE_SIZE_MAX];
};

enum virtqueue_result {
	VIRTQUEUE_EMPTY,
	VIRTQUEUE_TAKEN,
	VIRTQUEUE_BROKEN,
};

/* Checks size and addresses and begins at index 0; false if the ring cannot lie there. */
bool virtqueue_start(struct virtio_queue *queue, const struct guest_memory *memory,
		     uint64_t features);

/* Whether a queue found in durable state is one that virtqueue_start could have made. */
bool virtqueue_check(const struct virtio_queue *queue, const struct guest_memory *memory);

/*
 * Takes the next chain that the driver made available. An honest driver gives no more than `size`
 * of them before it is shown completions: the caller stops there, whatever it did with them.
 */
enum virtqueue_result virtqueue_take(struct virtio_queue *queue, const struct guest_memory *memory,
				     struct virtqueue_chain *chain);

/* Asks the driver to notify from here on; true if there are chains to take already. */
bool virtqueue_arm(const struct virtio_queue *queue, const struct guest_memory *memory);

/* Puts down a completion, which the driver sees only after the next publish. */
void virtqueue_put(struct virtio_queue *queue, const struct guest_memory *memory, uint16_t head,
		   uint32_t written);

/*
 * Shows the driver all completions put down; true if it wants an interrupt for those beyond
 * *published, which moves on.
 */
bool virtqueue_publish(const struct virtio_queue *queue, const struct guest_memory *memory,
		       uint16_t *published);

#endif
