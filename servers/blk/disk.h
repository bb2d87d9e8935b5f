/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's virtio block device (virtio 1.2, MMIO version 2) from the driver's side. A
 * transfer is one request at the device. Ring, headers, status bytes and descriptor tables lie in
 * this server's own DMA memory; data goes straight to and from the clients' memory.
 */
#ifndef SERVERS_BLK_DISK_H
#define SERVERS_BLK_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/block.h"
#include "servers/lib/virtio.h"

#define DISK_QUEUE_SIZE 256u
#define DISK_TABLE (BLOCK_SEGMENTS + 2)

/* Stands in a transfer's status until the device writes its own there. */
#define DISK_UNFINISHED 0xff

/* What the device reads and writes for one transfer beside the data; and whose the transfer is. */
struct transfer_memory {
	struct virtio_descriptor table[DISK_TABLE];
	struct virtio_block_header header;
	uint8_t status;
	uint8_t reserved[3];
	uint32_t owner; /* a next life reads it; 0: nobody's */
	uint8_t padding[8];
};

/* Changes with the layout of struct transfer_memory: another version's records are none. */
#define OWNER_MARK 0xb1u

/* An owner: client, slot, and the bit that the slot has in `completed` when the request is. */
static inline uint32_t owner_make(uint32_t client, uint32_t slot, uint32_t completed)
{
	return OWNER_MARK << 24 | client << 16 | slot << 8 | completed;
}

static inline uint32_t owner_client(uint32_t owner)
{
	return owner >> 16 & 0xff;
}

static inline uint32_t owner_slot(uint32_t owner)
{
	return owner >> 8 & 0xff;
}

static inline uint32_t owner_completed(uint32_t owner)
{
	return owner & 1;
}

/* The DMA memory. */
struct disk_memory {
	struct virtio_descriptor descriptor[DISK_QUEUE_SIZE];
	struct {
		uint16_t flags;
		uint16_t index;
		uint16_t entry[DISK_QUEUE_SIZE + 1]; /* the last one is the event index */
	} available;
	struct {
		uint16_t flags;
		uint16_t index;
		struct virtio_used_element entry[DISK_QUEUE_SIZE + 1]; /* here too */
	} used __attribute__((aligned(16)));
	struct transfer_memory transfer[] __attribute__((aligned(64)));
};

struct disk {
	uintptr_t registers;
	struct disk_memory *memory;
	uint64_t physical; /* of memory */
	uint64_t sectors;
	uint32_t size;      /* of the ring, a power of two */
	uint32_t transfers; /* as many as DMA memory and ring can hold at a time */
	bool indirect;
	bool event_index;
	bool flush;
	uint16_t available_next;
	uint16_t notified; /* available_next when the device was last told, or knew */
	uint16_t used_next;
	uint16_t used_end;
	uint16_t free_count;
	uint16_t free[DISK_QUEUE_SIZE];
	uint32_t owner[DISK_QUEUE_SIZE]; /* of each transfer at the device; 0: it is free */
};

/* Brings the device up; says why in the log if it cannot. */
bool disk_start(struct disk *disk, uintptr_t registers, void *memory, uint64_t bytes,
		uint64_t physical);

/* The data descriptors of the transfer that disk_submit will use; free_count must not be 0. */
struct virtio_descriptor *disk_data(struct disk *disk, uint16_t *first);

/* Puts a transfer with `count` data descriptors on the ring; the device sees it. */
void disk_submit(struct disk *disk, enum virtio_block_type type, uint64_t sector, uint32_t count,
		 uint32_t owner);

/* Tells the device to look at the ring, if it wants to be told. */
void disk_notify(struct disk *disk);

/* The next transfer that ended, its owner's until disk_free; false if there is none. */
bool disk_take(struct disk *disk, uint16_t *transfer);

/* An ended transfer's virtio_block_status. */
static inline uint8_t disk_status(const struct disk *disk, uint16_t transfer)
{
	return disk->memory->transfer[transfer].status;
}

/* The owner has been told: the transfer may be another one's. */
void disk_free(struct disk *disk, uint16_t transfer);

/* Whose transfer a former life's was that the device has done, or 0; before any disk_submit. */
uint32_t disk_finished(const struct disk *disk, uint16_t transfer);
void disk_forget(struct disk *disk, uint16_t transfer);

/* Asks for an interrupt from here on; true if transfers ended meanwhile. */
bool disk_arm(struct disk *disk);

#endif
