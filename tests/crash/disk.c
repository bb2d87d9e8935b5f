/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/crash/disk.h"

#include <string.h>

#include "tests/crash/fake/servers/blk/registers.h"

#define OFFERED                                                                                    \
	(VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX |         \
	 VIRTIO_BLOCK_FEATURE_SEGMENTS | VIRTIO_BLOCK_FEATURE_FLUSH)

/* A request as the device finds it in memory. */
struct found {
	struct virtio_block_header header;
	uint8_t *status;
	uint32_t count; /* data descriptors */
	struct virtio_descriptor data[DISK_TABLE];
};

uint32_t register_read(uintptr_t base, uint32_t offset)
{
	uint32_t value = 0;

	(void)base;
	crash_point();
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		value = VIRTIO_MMIO_MAGIC;
		break;
	case VIRTIO_MMIO_VERSION:
		value = 2;
		break;
	case VIRTIO_MMIO_DEVICE_ID:
		value = VIRTIO_DEVICE_BLOCK;
		break;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		value = (uint32_t)(OFFERED >> 32 * disk_model->offered_select);
		break;
	case VIRTIO_MMIO_QUEUE_SIZE_MAX:
		value = DISK_QUEUE_SIZE;
		break;
	case VIRTIO_MMIO_QUEUE_READY:
		value = disk_model->ready;
		break;
	case VIRTIO_MMIO_INTERRUPT_STATUS:
		value = disk_model->interrupt;
		break;
	case VIRTIO_MMIO_STATUS:
		value = disk_model->status;
		break;
	case VIRTIO_MMIO_CONFIG:
		value = DISK_SECTORS;
		break;
	case VIRTIO_MMIO_CONFIG + 12:
		value = BLOCK_SEGMENTS;
		break;
	}
	return value;
}

/* What was begun and not done is forgotten; memory is left alone from here on. */
static void reset(void)
{
	disk_model->ready = disk_model->interrupt = disk_model->available = disk_model->used = 0;
	disk_model->count = 0;
	disk_model->accepted = 0;
	memset(disk_model->address, 0, sizeof(disk_model->address));
}

void register_write(uintptr_t base, uint32_t offset, uint32_t value)
{
	(void)base;
	crash_point();
	switch (offset) {
	case VIRTIO_MMIO_STATUS:
		if (value == 0)
			reset();
		disk_model->status = value;
		break;
	case VIRTIO_MMIO_DEVICE_FEATURES_SELECT:
		disk_model->offered_select = value & 1;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SELECT:
		disk_model->accepted_select = value & 1;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		disk_model->accepted |= (uint64_t)value << 32 * disk_model->accepted_select;
		break;
	case VIRTIO_MMIO_QUEUE_SIZE:
		disk_model->size = value;
		break;
	case VIRTIO_MMIO_QUEUE_READY:
		disk_model->ready = value;
		break;
	case VIRTIO_MMIO_INTERRUPT_ACK:
		disk_model->interrupt &= ~value;
		break;
	case VIRTIO_MMIO_QUEUE_NOTIFY:
		if (disk_model->status != 15 || !disk_model->ready)
			crash_fail("the disk is notified before it is up");
		break;
	}
	if (offset >= VIRTIO_MMIO_DESCRIPTORS_LOW && offset <= VIRTIO_MMIO_USED_HIGH)
		disk_model->address[(offset - VIRTIO_MMIO_DESCRIPTORS_LOW) / 16] |=
			(uint64_t)value << (offset & 4 ? 32 : 0);
	crash_point();
}

static uint16_t *ring(unsigned int area, uint64_t at)
{
	return disk_memory_at(disk_model->address[area] + at, 2);
}

static void found_read(uint16_t head, struct found *found)
{
	const struct virtio_descriptor *table =
		disk_memory_at(disk_model->address[0] + 16 * head, 16);
	struct virtio_descriptor each;
	uint16_t index = 0;

	if (!(table->flags & VIRTIO_DESCRIPTOR_INDIRECT))
		crash_fail("a transfer that is not indirect");
	table = disk_memory_at(table->address, table->length);
	memcpy(&found->header, disk_memory_at(table->address, 16), 16);
	found->count = 0;
	for (;;) {
		index = table[index].next;
		each = table[index];
		if (!(each.flags & VIRTIO_DESCRIPTOR_NEXT))
			break;
		found->data[found->count++] = each;
	}
	found->status = disk_memory_at(each.address, 1);
}

/* Data in and out, whole sectors or parts of them; the first word of a write is its number. */
static uint8_t data_move(const struct found *found, uint32_t *id)
{
	uint32_t bytes = 0, index;
	uint8_t *at = (uint8_t *)disk_model->sector[found->header.sector];

	*id = 0;
	for (index = 0; index < found->count; index++)
		bytes += found->data[index].length;
	if (found->header.type == VIRTIO_BLOCK_FLUSH)
		return VIRTIO_BLOCK_OK;
	if (bytes % BLOCK_SECTOR_SIZE ||
	    found->header.sector + bytes / BLOCK_SECTOR_SIZE > DISK_SECTORS)
		crash_fail("sector %lu, %u bytes", (unsigned long)found->header.sector, bytes);
	if (found->header.sector <= DISK_BAD &&
	    found->header.sector + bytes / BLOCK_SECTOR_SIZE > DISK_BAD)
		return VIRTIO_BLOCK_IO_ERROR;
	if (found->header.type == VIRTIO_BLOCK_OUT) {
		*id = *(uint32_t *)disk_memory_at(found->data[0].address, 4) >> 16;
		if (*id >= DISK_WRITES)
			crash_fail("a write of what nobody wrote");
		if (disk_write_is_over(*id))
			crash_fail("write %u is done again after the guest was told", *id);
		if (disk_model->written[*id])
			crash_fail("write %u is done again", *id);
	}
	for (index = 0; index < found->count; index++) {
		uint32_t length = found->data[index].length;
		void *memory = disk_memory_at(found->data[index].address, length);

		if (found->header.type == VIRTIO_BLOCK_OUT)
			memcpy(at, memory, length);
		else
			memcpy(memory, at, length);
		at += length;
	}
	return VIRTIO_BLOCK_OK;
}

static void ring_take(void)
{
	uint16_t end;

	if (!disk_model->ready || disk_model->status != 15)
		return;
	end = *ring(1, VIRTIO_RING_INDEX);
	while (disk_model->available != end) {
		uint16_t place = disk_model->available++ % disk_model->size;

		if (disk_model->count == DISK_PENDING)
			crash_fail("too many requests at the disk");
		disk_model->pending[disk_model->count++] = *ring(1, VIRTIO_RING_ENTRIES + 2 * place);
	}
	*ring(2, VIRTIO_USED_EVENT(disk_model->size)) = disk_model->available;
}

/* Which one is next depends on what is asked for, not on where it stands. */
static uint16_t choose(uint32_t seed, struct found *found)
{
	uint32_t best = UINT32_MAX, key;
	uint16_t index, chosen = 0;

	for (index = 0; index < disk_model->count; index++) {
		found_read(disk_model->pending[index], found);
		key = seed + (uint32_t)found->header.sector * 8 + found->header.type;
		key = crash_random(&key);
		if (key < best) {
			best = key;
			chosen = index;
		}
	}
	found_read(disk_model->pending[chosen], found);
	return chosen;
}

static void interrupt(uint16_t old)
{
	uint16_t event = *ring(1, VIRTIO_AVAILABLE_EVENT(disk_model->size));

	if (!virtio_event_passed(event, disk_model->used, old))
		return;
	disk_model->interrupt |= VIRTIO_INTERRUPT_USED;
	if (!disk_model->masked) {
		disk_model->masked = true;
		disk_signal();
	}
}

void disk_work(uint32_t count, uint32_t seed)
{
	struct virtio_used_element *element;
	struct found found;
	uint32_t id;

	ring_take();
	while (count-- && disk_model->count) {
		uint16_t old = disk_model->used, chosen = choose(seed, &found);

		*found.status = data_move(&found, &id);
		if (id)
			disk_model->written[id] = *found.status == VIRTIO_BLOCK_OK;
		disk_model->flushes += found.header.type == VIRTIO_BLOCK_FLUSH;
		element = disk_memory_at(disk_model->address[2] + VIRTIO_RING_ENTRIES +
					 8 * (old % disk_model->size), 8);
		element->id = disk_model->pending[chosen];
		element->length = 1;
		disk_model->used++;
		*ring(2, VIRTIO_RING_INDEX) = disk_model->used;
		disk_model->pending[chosen] = disk_model->pending[--disk_model->count];
		interrupt(old);
	}
}

void disk_half_work(uint32_t seed)
{
	struct found found;
	uint32_t id;

	ring_take();
	if (!disk_model->count)
		return;
	choose(seed, &found);
	data_move(&found, &id);
}

void disk_interrupt_done(void)
{
	disk_model->masked = disk_model->interrupt != 0;
	if (disk_model->masked)
		disk_signal();
}
