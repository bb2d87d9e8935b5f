/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing the disk up: virtio 1.2, 3.1.1 and 4.2.3.1, in the order written there. */
#include "servers/blk/disk.h"
#include "servers/blk/registers.h"
#include "servers/rt/rt.h"

#define FEATURES                                                                                   \
	(VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX |         \
	 VIRTIO_BLOCK_FEATURE_SEGMENTS | VIRTIO_BLOCK_FEATURE_FLUSH)
#define RESET_POLLS 1000000

static bool device_reset(uintptr_t registers)
{
	uint32_t polls;

	register_write(registers, VIRTIO_MMIO_STATUS, 0);
	for (polls = 0; polls < RESET_POLLS; polls++)
		if (register_read(registers, VIRTIO_MMIO_STATUS) == 0)
			return true;
	return false;
}

static void status_add(uintptr_t registers, uint32_t bits)
{
	register_write(registers, VIRTIO_MMIO_STATUS,
		       register_read(registers, VIRTIO_MMIO_STATUS) | bits);
}

/* Takes of the device's features those we know; 0 if it does not agree. */
static uint64_t features_negotiate(uintptr_t registers)
{
	uint64_t features;

	register_write(registers, VIRTIO_MMIO_DEVICE_FEATURES_SELECT, 1);
	features = (uint64_t)register_read(registers, VIRTIO_MMIO_DEVICE_FEATURES) << 32;
	register_write(registers, VIRTIO_MMIO_DEVICE_FEATURES_SELECT, 0);
	features |= register_read(registers, VIRTIO_MMIO_DEVICE_FEATURES);
	features &= FEATURES;
	register_write(registers, VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	register_write(registers, VIRTIO_MMIO_DRIVER_FEATURES, features >> 32);
	register_write(registers, VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	register_write(registers, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)features);
	status_add(registers, VIRTIO_STATUS_FEATURES_OK);
	if (!(features & VIRTIO_FEATURE_VERSION_1) ||
	    !(register_read(registers, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_FEATURES_OK))
		return 0;
	return features;
}

static void address_write(uintptr_t registers, uint32_t low, uint64_t address)
{
	register_write(registers, low, (uint32_t)address);
	register_write(registers, low + 4, address >> 32);
}

/* Sets the queue up and divides the DMA memory; false if not one transfer fits. */
static bool queue_start(struct disk *disk, uint64_t bytes)
{
	const uintptr_t registers = disk->registers;
	uint64_t fit;
	uint16_t index;

	register_write(registers, VIRTIO_MMIO_QUEUE_SELECT, 0);
	disk->size = register_read(registers, VIRTIO_MMIO_QUEUE_SIZE_MAX);
	if (disk->size > DISK_QUEUE_SIZE)
		disk->size = DISK_QUEUE_SIZE;
	if (bytes < sizeof(*disk->memory) || disk->size == 0 || (disk->size & (disk->size - 1)) ||
	    register_read(registers, VIRTIO_MMIO_QUEUE_READY) != 0)
		return false;
	__builtin_memset(disk->memory, 0, sizeof(*disk->memory));
	fit = (bytes - sizeof(*disk->memory)) / sizeof(struct transfer_memory);
	disk->transfers = disk->indirect ? disk->size : disk->size / DISK_TABLE;
	if (disk->transfers > fit)
		disk->transfers = fit;
	for (index = 0; index < disk->transfers; index++)
		disk->free[disk->free_count++] = disk->transfers - 1 - index;
	register_write(registers, VIRTIO_MMIO_QUEUE_SIZE, disk->size);
	address_write(registers, VIRTIO_MMIO_DESCRIPTORS_LOW,
		      disk->physical + offsetof(struct disk_memory, descriptor));
	address_write(registers, VIRTIO_MMIO_AVAILABLE_LOW,
		      disk->physical + offsetof(struct disk_memory, available));
	address_write(registers, VIRTIO_MMIO_USED_LOW,
		      disk->physical + offsetof(struct disk_memory, used));
	register_write(registers, VIRTIO_MMIO_QUEUE_READY, 1);
	return disk->transfers != 0;
}

/* 4.2.2: read again if the configuration changed meanwhile. */
static uint64_t capacity_read(uintptr_t registers)
{
	uint32_t generation;
	uint64_t sectors;
	unsigned int attempt;

	for (attempt = 0; attempt < 16; attempt++) {
		generation = register_read(registers, VIRTIO_MMIO_CONFIG_GENERATION);
		sectors = register_read(registers, VIRTIO_MMIO_CONFIG);
		sectors |= (uint64_t)register_read(registers, VIRTIO_MMIO_CONFIG + 4) << 32;
		if (register_read(registers, VIRTIO_MMIO_CONFIG_GENERATION) == generation)
			return sectors;
	}
	return 0;
}

bool disk_start(struct disk *disk, uintptr_t registers, void *memory, uint64_t bytes,
		uint64_t physical)
{
	uint64_t features;

	*disk = (struct disk){ .registers = registers, .memory = memory, .physical = physical };
	if (register_read(registers, VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MMIO_MAGIC ||
	    register_read(registers, VIRTIO_MMIO_VERSION) != 2 ||
	    register_read(registers, VIRTIO_MMIO_DEVICE_ID) != VIRTIO_DEVICE_BLOCK) {
		rt_log("blk: no virtio block device of MMIO version 2");
		return false;
	}
	if (!device_reset(registers)) {
		rt_log("blk: the device does not reset");
		return false;
	}
	/* What it wrote for a former life is read after it has let go. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	status_add(registers, VIRTIO_STATUS_ACKNOWLEDGE);
	status_add(registers, VIRTIO_STATUS_DRIVER);
	features = features_negotiate(registers);
	disk->indirect = features & VIRTIO_FEATURE_INDIRECT;
	disk->event_index = features & VIRTIO_FEATURE_EVENT_INDEX;
	disk->flush = features & VIRTIO_BLOCK_FEATURE_FLUSH;
	if (!features || !queue_start(disk, bytes)) {
		rt_log("blk: the device does not offer what is needed");
		register_write(registers, VIRTIO_MMIO_STATUS, VIRTIO_STATUS_FAILED);
		return false;
	}
	disk->sectors = capacity_read(registers);
	if (features & VIRTIO_BLOCK_FEATURE_SEGMENTS &&
	    register_read(registers, VIRTIO_MMIO_CONFIG + 12) < BLOCK_SEGMENTS)
		rt_log("blk: the device takes fewer segments than a request may have");
	status_add(registers, VIRTIO_STATUS_DRIVER_OK);
	return true;
}
