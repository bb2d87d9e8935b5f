/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's disk: a virtio block device behind MMIO registers, and what it did to whom. */
#ifndef TESTS_CRASH_DISK_H
#define TESTS_CRASH_DISK_H

#include "servers/blk/disk.h"
#include "tests/crash/crash.h"

#define DISK_SECTORS 56
#define DISK_BAD 11 /* this sector always fails */
#define DISK_WRITES 256
#define DISK_PENDING 16

/* A sector's content: whose write it is from, and that it is whole. */
#define DISK_WORD(id, sector) ((uint32_t)(id) << 16 | (uint32_t)(sector))

struct disk_model {
	uint32_t offered_select, accepted_select, status, ready, size, interrupt;
	uint64_t accepted, address[3];
	uint16_t available, used; /* as far as the device has got */
	uint16_t pending[DISK_PENDING], count; /* taken from the ring, in its order */
	bool masked; /* the kernel's: signalled, and not done */
	uint32_t flushes;
	bool written[DISK_WRITES]; /* this write is done, and was said to be */
	uint32_t sector[DISK_SECTORS][BLOCK_SECTOR_SIZE / 4];
};

/* Parts of a world's memory. */
extern struct disk_model *const disk_model;

/* Does up to `count` requests, chosen by `seed`; what it does depends on nothing else. */
void disk_work(uint32_t count, uint32_t seed);
/* Moves the data of one request, and gets no further. */
void disk_half_work(uint32_t seed);
/* The driver's IRQ_DONE. */
void disk_interrupt_done(void);
/* The world's: the driver is signalled; whether memory there is the driver's to give to the disk. */
void disk_signal(void);
void *disk_memory_at(uint64_t physical, uint64_t length);
/* The world's: the write has been shown to the guest as complete. */
bool disk_write_is_over(uint32_t id);

#endif
