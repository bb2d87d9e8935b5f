/* SPDX-License-Identifier: Apache-2.0 */
/* A guest, its block device, the driver of the disk, and the disk. */
#include <string.h>

#include "gen/block.h"
#include "gen/device.h"
#include "gen/line.h"
#include "servers/rt/rt.h"
#include "tests/crash/block_guest.h"
#include "tests/crash/worlds.h"

#define BLK (&crash_place[0])
#define VBLK GUEST_VBLK
#define REQUESTS 50
#define TRANSFERS 6
#define SIGNAL_IRQ (1ul << 63)
#define DMA_BYTES (sizeof(struct disk_memory) + TRANSFERS * sizeof(struct transfer_memory))

enum { HANDLE_IRQ = 10, HANDLE_DMA, HANDLE_GUEST, HANDLE_VBLK, HANDLE_BLK, HANDLE_LINE };

/* The slots come last: what lies in one that nobody submitted means nothing. */
static struct {
	struct disk_model disk;
	struct guest_disk guest;
	uint8_t dma[DMA_BYTES] __attribute__((aligned(4096)));
	struct block_queue queue;
} memory;

struct disk_model *const disk_model = &memory.disk;
struct guest_disk *const guest_disk = &memory.guest;

static void start(void)
{
	uint32_t sector;

	place_argument(BLK, "irq", HANDLE_IRQ);
	place_argument(BLK, "dma-memory", HANDLE_DMA);
	place_argument(BLK, "dma", (uint64_t)memory.dma);
	place_argument(BLK, "device", 0x1000);
	place_argument(BLK, "clients", 1);
	place_argument(BLK, "queue0", (uint64_t)&memory.queue);
	place_argument(BLK, "signal0", HANDLE_VBLK);
	place_argument(BLK, "start0", GUEST_FIRST);
	place_argument(BLK, "sectors0", GUEST_SECTORS);
	place_argument(BLK, "memory0", HANDLE_GUEST);
	place_argument(VBLK, "memory", (uint64_t)guest_disk->memory);
	place_argument(VBLK, "memory-size", GUEST_BYTES);
	place_argument(VBLK, "guest-base", GUEST_BASE);
	place_argument(VBLK, "queue", (uint64_t)&memory.queue);
	place_argument(VBLK, "block", HANDLE_BLK);
	place_argument(VBLK, "line", HANDLE_LINE);
	for (sector = 0; sector < GUEST_SECTORS; sector++)
		guest_disk->last[sector][1] = 0xffff;
}

static status_t call(handle_t handle, struct message *message)
{
	if (handle == HANDLE_BLK)
		return place_call(BLK, 0, message);
	if (handle != HANDLE_LINE || message->label != LINE_LABEL_PULSE)
		crash_fail("a call of handle %lu", (unsigned long)handle);
	guest_disk->pulses++;
	return STATUS_OK;
}

static status_t system_call(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	if (number == SYSCALL_SIGNAL && argument[0] == HANDLE_VBLK) {
		place_signal(VBLK, BLOCK_SIGNAL_DONE);
	} else if (number == SYSCALL_IRQ_DONE && argument[0] == HANDLE_IRQ) {
		disk_interrupt_done();
	} else if (number == SYSCALL_OBJECT_INFO) {
		result[1] = argument[0] == HANDLE_DMA ? DMA_BYTES : GUEST_BYTES;
		result[2] = (uint64_t)(argument[0] == HANDLE_DMA ? memory.dma : guest_disk->memory);
	} else {
		crash_fail("system call %u", number);
	}
	return STATUS_OK;
}

void disk_signal(void)
{
	place_signal(BLK, SIGNAL_IRQ);
}

void *disk_memory_at(uint64_t physical, uint64_t length)
{
	if (physical - (uint64_t)memory.dma > DMA_BYTES - length &&
	    physical - (uint64_t)guest_disk->memory > GUEST_BYTES - length)
		crash_fail("the disk is given memory at %lx", (unsigned long)physical);
	return (void *)physical;
}

/* The disk does not wait for its driver, nor the driver for its client. */
static void dead(struct place *place)
{
	uint32_t dice = (uint32_t)machine.points * 2654435761u >> 20;

	if (dice % 4 == 0)
		disk_work(1 + dice / 4 % 2, dice);
	else if (dice % 4 == 1)
		disk_half_work(dice);
	if (place == VBLK && dice & 16)
		machine_run();
}

static uint8_t random_type(uint32_t *seed)
{
	static const uint8_t types[] = { VIRTIO_BLOCK_OUT, VIRTIO_BLOCK_OUT, VIRTIO_BLOCK_OUT,
					 VIRTIO_BLOCK_OUT, VIRTIO_BLOCK_IN, VIRTIO_BLOCK_IN,
					 VIRTIO_BLOCK_FLUSH, VIRTIO_BLOCK_GET_ID, 99 };

	return types[crash_random(seed) % sizeof(types)];
}

static void random_request(uint32_t *seed)
{
	uint8_t type = random_type(seed);
	uint32_t sectors = 1 + crash_random(seed) % GUEST_MOST, few = crash_random(seed) & 1 ? 4 : 37;
	uint32_t sector = crash_random(seed) % few;

	if (crash_random(seed) % 32 == 0)
		sector = GUEST_SECTORS - 1; /* perhaps beyond the end */
	if (type == VIRTIO_BLOCK_FLUSH)
		sector = sectors = 0;
	else if (type == VIRTIO_BLOCK_GET_ID)
		sector = 0;
	guest_request(type, sector, sectors, crash_random(seed) & 1);
	if (crash_random(seed) % 3)
		guest_notify();
}

static void machine_reset(uint32_t seed)
{
	struct message message = { .label = DEVICE_LABEL_RESET };
	uint32_t turn = 0;

	while (place_send(VBLK, 0, &message) != STATUS_OK) {
		disk_work(1, seed + turn);
		machine_run();
		if (turn++ == 1000)
			crash_fail("a reset that does not end");
	}
	guest_forget();
}

/* After a reset nobody writes to the guest's memory. */
static void quiet(uint32_t seed)
{
	uint32_t index;

	disk_work(GUEST_SLOTS, seed);
	machine_run();
	for (index = 0; index < GUEST_BYTES; index++)
		if (guest_disk->memory[index] != guest_disk->memory[0])
			crash_fail("after a reset somebody wrote to byte %x", index);
}

static void script(uint32_t seed)
{
	uint64_t features = VIRTIO_BLOCK_FEATURE_FLUSH;
	unsigned int count;

	features |= seed & 1 ? 0 : VIRTIO_FEATURE_EVENT_INDEX;
	features |= seed & 2 ? 0 : VIRTIO_FEATURE_INDIRECT;
	guest_start(features);
	for (count = 0; count < REQUESTS; count++) {
		random_request(&seed);
		disk_work(crash_random(&seed) % 2, crash_random(&seed));
		machine_run();
		if (crash_random(&seed) % 2)
			guest_interrupted();
		if (count % 16 == 15)
			guest_finish(seed);
		if (count != 20 && count != 40)
			continue;
		if (count == 20)
			guest_reset();
		else
			machine_reset(seed);
		quiet(seed);
		guest_start(features);
	}
	guest_finish(seed);
}

extern const struct image image_blk, image_virtio_blk;

const struct world world_block = {
	.name = "block",
	.image = { &image_blk, &image_virtio_blk },
	.memory = &memory,
	.size = offsetof(typeof(memory), queue.request),
	.unsaved = sizeof(memory) - offsetof(typeof(memory), queue.request),
	.start = start,
	.script = script,
	.call = call,
	.system = system_call,
	.dead = dead,
};
