/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's side of the first queue of a guest's virtio disk; it needs no other part of the runtime. */
#ifndef GUESTS_QUEUE_H
#define GUESTS_QUEUE_H

#include "arch_guest.h"
#include "servers/lib/virtio.h"

#define QUEUE_SIZE 16u

struct queue_available {
	uint16_t flags, index, ring[QUEUE_SIZE], event;
};

struct queue_used {
	uint16_t flags, index;
	struct virtio_used_element ring[QUEUE_SIZE];
	uint16_t event;
};

extern volatile struct virtio_descriptor queue_descriptor[QUEUE_SIZE];
extern volatile struct queue_available queue_available;
extern volatile struct queue_used queue_used;

/* Resets the disk and starts it with these features and the queue above, which is empty then. */
void queue_start(uint64_t features);
/* The same with rings elsewhere. */
void queue_start_at(uint64_t features, uint64_t descriptors, uint64_t available, uint64_t used);

void queue_describe(volatile struct virtio_descriptor *descriptor, uint64_t address,
		    uint32_t length, uint16_t flags, uint16_t next);

/* Offers the chain that begins at descriptor `head`, and tells the disk. */
void queue_offer(uint16_t head);
/* The same with an index that goes on by more or less than one. */
void queue_offer_step(uint16_t head, uint16_t step);

/* Ends the disk's interrupt at the disk. */
void queue_interrupt_end(void);

#endif
