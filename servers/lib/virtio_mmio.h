/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MMIO transport, version 2 (virtio 1.2, 4.2), as every virtio device model shows it to its
 * guest: registers, feature negotiation, the status machine, queues, interrupt status. It calls
 * nobody: what the device has to do about a write comes back as events.
 *
 * struct virtio_mmio is durable state; struct virtio_interrupt is one life's. A new life does not
 * know whether its former one had interrupted the driver, so it does: one spurious one a life.
 */
#ifndef SERVERS_LIB_VIRTIO_MMIO_H
#define SERVERS_LIB_VIRTIO_MMIO_H

#include "servers/lib/virtqueue.h"

enum virtio_mmio_event {
	VIRTIO_MMIO_RESET = 1,  /* drop all requests; no longer touch the guest's memory */
	VIRTIO_MMIO_STOP = 2,   /* the same for one queue: the number stands in queue_select */
	VIRTIO_MMIO_START = 4,  /* DRIVER_OK: requests may lie in the queues already */
	VIRTIO_MMIO_NOTIFY = 8, /* look at the queue whose number was written */
};

struct virtio_interrupt {
	uint32_t status; /* VIRTIO_INTERRUPT_* that the driver has not acknowledged */
	bool pulse;      /* for the device: the line is to be pulsed */
};

void virtio_mmio_start(struct virtio_mmio *mmio, uint32_t device, uint64_t features,
		       uint32_t queues);

/* Back to the state after power-on, for a driver's reset or the VM's. */
void virtio_mmio_reset(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt);

/* Whether one found in durable state can be `start`ed device's, with any driver. */
bool virtio_mmio_check(const struct virtio_mmio *mmio, const struct guest_memory *memory,
		       uint32_t device, uint32_t queues);

/* A 32-bit register below VIRTIO_MMIO_CONFIG; others read as zero. */
uint32_t virtio_mmio_read(const struct virtio_mmio *mmio, const struct virtio_interrupt *interrupt,
			  uint64_t offset);

/* A 32-bit write below VIRTIO_MMIO_CONFIG; returns virtio_mmio_event bits. */
unsigned int virtio_mmio_write(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt,
			       const struct guest_memory *memory, uint64_t offset, uint32_t value);

/* Sets VIRTIO_INTERRUPT_* bits; the line is pulsed when the first one is set (4.2.2). */
static inline void virtio_interrupt_raise(struct virtio_interrupt *interrupt, uint32_t bits)
{
	interrupt->pulse |= interrupt->status == 0;
	interrupt->status |= bits;
}

/* In a new life: whatever the former one may have had to say. */
void virtio_interrupt_renew(struct virtio_interrupt *interrupt, const struct virtio_mmio *mmio);

/* 2.1.2: the device cannot go on until it is reset. */
void virtio_mmio_fail(struct virtio_mmio *mmio, struct virtio_interrupt *interrupt);

/* Whether a queue may be worked on. */
static inline bool virtio_mmio_runs(const struct virtio_mmio *mmio, uint32_t queue)
{
	return queue < mmio->queues && mmio->queue[queue].started && !mmio->draining &&
	       (mmio->status & (VIRTIO_STATUS_DRIVER_OK | VIRTIO_STATUS_NEEDS_RESET)) ==
		       VIRTIO_STATUS_DRIVER_OK;
}

#endif
