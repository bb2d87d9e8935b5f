/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring of the disk: transfers in, completions out. With indirect descriptors (2.7.5.3)
 * transfer n is descriptor n of the ring and names its table; without, its table lies in the ring
 * itself.
 */
#include "servers/blk/disk.h"
#include "servers/blk/registers.h"
#include "servers/lib/copy_once.h"

static uint16_t transfer_first(const struct disk *disk, uint16_t transfer)
{
	return disk->indirect ? 0 : transfer * DISK_TABLE;
}

static struct virtio_descriptor *transfer_table(const struct disk *disk, uint16_t transfer)
{
	return disk->indirect ? disk->memory->transfer[transfer].table
			      : disk->memory->descriptor + transfer * DISK_TABLE;
}

struct virtio_descriptor *disk_data(struct disk *disk, uint16_t *first)
{
	const uint16_t transfer = disk->free[disk->free_count - 1];

	*first = transfer_first(disk, transfer) + 1;
	return transfer_table(disk, transfer) + 1;
}

void disk_submit(struct disk *disk, enum virtio_block_type type, uint64_t sector, uint32_t count,
		 uint32_t owner)
{
	const uint16_t transfer = disk->free[--disk->free_count];
	const uint16_t first = transfer_first(disk, transfer);
	struct transfer_memory *own = &disk->memory->transfer[transfer];
	const uint64_t physical = disk->physical + ((uintptr_t)own - (uintptr_t)disk->memory);
	struct virtio_descriptor *table = transfer_table(disk, transfer);

	own->header = (struct virtio_block_header){ .type = type, .sector = sector };
	own->status = DISK_UNFINISHED;
	/* Release: a next life that finds the owner finds no status of the transfer before. */
	__atomic_store_n(&own->owner, owner, __ATOMIC_RELEASE);
	table[0] = (struct virtio_descriptor){
		physical + offsetof(struct transfer_memory, header), sizeof(own->header),
		VIRTIO_DESCRIPTOR_NEXT, first + 1
	};
	table[count + 1] = (struct virtio_descriptor){
		physical + offsetof(struct transfer_memory, status), sizeof(own->status),
		VIRTIO_DESCRIPTOR_WRITE, 0
	};
	if (disk->indirect)
		disk->memory->descriptor[transfer] = (struct virtio_descriptor){
			physical, (count + 2) * sizeof(*table), VIRTIO_DESCRIPTOR_INDIRECT, 0
		};
	disk->owner[transfer] = owner;
	disk->memory->available.entry[disk->available_next++ & (disk->size - 1)] =
		disk->indirect ? transfer : first;
	/* Release: tables and entries are written before the index that shows them. */
	__atomic_store_n(&disk->memory->available.index, disk->available_next, __ATOMIC_RELEASE);
}

void disk_notify(struct disk *disk)
{
	const uint16_t old = disk->notified;
	bool wanted;

	disk->notified = disk->available_next;
	/*
	 * Full barrier: the index is written before the device's wish is read (2.7.13.4.1); it also
	 * orders the ring before the register.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (disk->event_index)
		wanted = virtio_event_passed(
			__atomic_load_n((uint16_t *)&disk->memory->used.entry[disk->size],
					__ATOMIC_RELAXED),
			disk->notified, old);
	else
		wanted = !(__atomic_load_n(&disk->memory->used.flags, __ATOMIC_RELAXED) &
			   VIRTIO_USED_NO_NOTIFY);
	if (wanted)
		register_write(disk->registers, VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

bool disk_take(struct disk *disk, uint16_t *transfer)
{
	for (;;) {
		struct virtio_used_element element;
		uint32_t index;

		if (disk->used_next == disk->used_end) {
			/* Acquire: what the index shows is read after it. */
			disk->used_end = __atomic_load_n(&disk->memory->used.index,
							 __ATOMIC_ACQUIRE);
			if (disk->used_next == disk->used_end)
				return false;
		}
		COPY_ONCE(&element,
			  &disk->memory->used.entry[disk->used_next++ & (disk->size - 1)]);
		index = disk->indirect ? element.id : element.id / DISK_TABLE;
		/* A device gone wrong names what nobody asked for: not ours to complete. */
		if (index >= disk->transfers || !disk->owner[index])
			continue;
		*transfer = index;
		return true;
	}
}

void disk_forget(struct disk *disk, uint16_t transfer)
{
	/* Release: the owner was told before. */
	__atomic_store_n(&disk->memory->transfer[transfer].owner, 0, __ATOMIC_RELEASE);
}

void disk_free(struct disk *disk, uint16_t transfer)
{
	disk_forget(disk, transfer);
	disk->owner[transfer] = 0;
	disk->free[disk->free_count++] = transfer;
}

/* What failed is tried again: perhaps it was the reset. */
uint32_t disk_finished(const struct disk *disk, uint16_t transfer)
{
	const struct transfer_memory *own = &disk->memory->transfer[transfer];

	return own->owner >> 24 == OWNER_MARK && own->status == VIRTIO_BLOCK_OK ? own->owner : 0;
}

bool disk_arm(struct disk *disk)
{
	if (!disk->event_index)
		return false;
	__atomic_store_n(&disk->memory->available.entry[disk->size], disk->used_next,
			 __ATOMIC_RELAXED);
	/* Full barrier: the wish is written before the index is read, or an interrupt gets lost. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&disk->memory->used.index, __ATOMIC_RELAXED) != disk->used_next;
}
