/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's block driver over virtio-mmio, and what it knows of its disk: a sector holds what one of
 * those writes put there that may have been the last.
 */
#ifndef TESTS_CRASH_BLOCK_GUEST_H
#define TESTS_CRASH_BLOCK_GUEST_H

#include "tests/crash/disk.h"

#define GUEST_BASE 0x40000000ul
#define GUEST_BYTES 0x8000
#define GUEST_RING 32
#define GUEST_SLOTS 8 /* requests at a time */
#define GUEST_SECTORS 40
#define GUEST_FIRST 8 /* its first sector on the disk */
#define GUEST_MOST 2  /* sectors of a request */
#define GUEST_LASTS 12
#define GUEST_VBLK (&crash_place[1])

struct guest_request {
	bool flies;
	uint8_t type;
	uint16_t id;
	uint32_t sector, sectors, since, flushes;
	uint16_t allowed[GUEST_MOST][GUEST_LASTS]; /* a read may find these, and later ones */
};

struct guest_write {
	uint32_t since, until; /* when it was asked for and when it was over; 0: not yet */
	bool failed;
};

struct guest_disk {
	uint8_t memory[GUEST_BYTES] __attribute__((aligned(4096)));
	uint16_t available, used, notified;
	bool event_index, indirect;
	uint32_t pulses, spurious, time;
	uint16_t requests, writes, recorded;
	struct guest_request slot[GUEST_SLOTS];
	uint8_t status[DISK_WRITES]; /* of each request */
	struct guest_write write[DISK_WRITES];
	uint16_t last[GUEST_SECTORS][GUEST_LASTS]; /* the writes that may have been; ends with 0xffff */
};

extern struct guest_disk *const guest_disk;

void guest_start(uint64_t features);
/* Resets the device, whatever is in flight. */
void guest_reset(void);
/* What is in flight is over, without an answer. */
void guest_forget(void);
/* Puts a request on the ring, when there is room for it. */
void guest_request(uint8_t type, uint32_t sector, uint32_t sectors, bool indirect);
void guest_notify(void);
/* Takes completions, if it was interrupted. */
void guest_interrupted(void);
/* Until all is done, which has to happen; then looks at the disk. */
void guest_finish(uint32_t seed);
uint32_t guest_get(uint64_t offset);

#endif
