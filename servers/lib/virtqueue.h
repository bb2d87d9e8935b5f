/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's side of a split virtqueue (virtio 1.2, 2.7) in a guest's memory. The driver may
 * write anything anywhere at any time: whatever it does, this code stays inside the window, ends
 * after a bounded number of steps, and reports a ring that no honest driver makes as broken.
 *
 * The caller's round: take, while there is more or arm says so; put and publish completions.
 */
#ifndef SERVERS_LIB_VIRTQUEUE_H
#define SERVERS_LIB_VIRTQUEUE_H

#include "servers/lib/guest_memory.h"
#include "servers/lib/virtio.h"

#define VIRTQUEUE_SIZE_MAX 256u

enum virtqueue_area {
	VIRTQUEUE_DESCRIPTORS,
	VIRTQUEUE_AVAILABLE,
	VIRTQUEUE_USED,
	VIRTQUEUE_AREAS,
};

struct virtqueue {
	uint64_t address[VIRTQUEUE_AREAS]; /* guest-physical, as the driver set them */
	uint64_t offset[VIRTQUEUE_AREAS];  /* the same in the window, checked by virtqueue_start */
	uint32_t size;                     /* a power of two once started */
	bool started;
	bool indirect;             /* negotiated */
	bool event_index;          /* negotiated */
	uint16_t available_next;   /* the next entry to take, modulo 2^16 like all below */
	uint16_t available_end;    /* the driver's index as last read */
	uint16_t used_next;        /* entries put */
	uint16_t used_published;   /* entries the driver was shown */
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
bool virtqueue_start(struct virtqueue *queue, const struct guest_memory *memory, uint64_t features);

/* Takes the next chain that the driver made available. */
enum virtqueue_result virtqueue_take(struct virtqueue *queue, const struct guest_memory *memory,
				     struct virtqueue_chain *chain);

/* Whether the driver's index, as last read, shows more chains. */
static inline bool virtqueue_more(const struct virtqueue *queue)
{
	return queue->available_next != queue->available_end;
}

/* Asks the driver to notify from here on; true if it added chains meanwhile. */
bool virtqueue_arm(struct virtqueue *queue, const struct guest_memory *memory);

/* Puts down a completion, which the driver sees only after the next publish. */
void virtqueue_put(struct virtqueue *queue, const struct guest_memory *memory, uint16_t head,
		   uint32_t written);

/* Shows the driver all completions put down; true if it wants an interrupt for them. */
bool virtqueue_publish(struct virtqueue *queue, const struct guest_memory *memory);

#endif
