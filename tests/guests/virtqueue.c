/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that breaks its virtqueue in every way; after a reset its disk has to work again. */
#include "tests/guests/queue.h"
#include "tests/guests/runtime.h"

#define FEATURES (VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT)
#define PATIENCE 2000000u

static volatile struct virtio_descriptor indirect[QUEUE_SIZE] __attribute__((aligned(16)));
static volatile struct virtio_block_header header;
static volatile uint8_t data[512], status;

static void wait_status(uint32_t wanted, uint32_t value)
{
	unsigned int spins;

	for (spins = 0; spins < PATIENCE; spins++)
		if ((read32(DISK + VIRTIO_MMIO_STATUS) & wanted) == value)
			return;
}

/* A chain as it should be: header, data, status. */
static void chain(volatile struct virtio_descriptor *table)
{
	header.type = VIRTIO_BLOCK_IN;
	header.sector = 2; /* the file system's superblock */
	status = 0xff;
	queue_describe(&table[0], (uint64_t)&header, sizeof(header), VIRTIO_DESCRIPTOR_NEXT, 1);
	queue_describe(&table[1], (uint64_t)data, sizeof(data),
		       VIRTIO_DESCRIPTOR_NEXT | VIRTIO_DESCRIPTOR_WRITE, 2);
	queue_describe(&table[2], (uint64_t)&status, 1, VIRTIO_DESCRIPTOR_WRITE, 0);
}

static void works(const char *what)
{
	unsigned int spins;

	queue_start(FEATURES);
	chain(queue_descriptor);
	data[0x38] = 0;
	queue_offer(0);
	for (spins = 0; spins < PATIENCE && queue_used.index == 0; spins++)
		(void)read32(DISK + VIRTIO_MMIO_INTERRUPT_STATUS);
	print("# ");
	print(what);
	print("\n");
	check("  after a reset the disk answers", queue_used.index, 1);
	check("  with success", status, VIRTIO_BLOCK_OK);
	check("  and the superblock's magic number", data[0x38] | data[0x39] << 8, 0xef53);
}

static void needs_reset(const char *what)
{
	print("# ");
	print(what);
	print("\n");
	wait_status(VIRTIO_STATUS_NEEDS_RESET, VIRTIO_STATUS_NEEDS_RESET);
	check("  the device needs a reset",
	      read32(DISK + VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET,
	      VIRTIO_STATUS_NEEDS_RESET);
}

static void broken(const char *what)
{
	needs_reset(what);
	check("  and says so by an interrupt",
	      read32(DISK + VIRTIO_MMIO_INTERRUPT_STATUS) & VIRTIO_INTERRUPT_CONFIG,
	      VIRTIO_INTERRUPT_CONFIG);
	works(what);
}

/* Rings that cannot be used: the device knows before DRIVER_OK, and interrupts only after it. */
static void unusable(const char *what, uint64_t descriptors, uint64_t driver, uint64_t device)
{
	queue_start_at(FEATURES, descriptors, driver, device);
	queue_offer(0);
	needs_reset(what);
	works(what);
}

/* A chain with one descriptor changed. */
#define CHANGED(what, change)                                                                      \
	do {                                                                                       \
		queue_start(FEATURES);                                                             \
		chain(queue_descriptor);                                                           \
		change;                                                                            \
		queue_offer(0);                                                                    \
		broken(what);                                                                      \
	} while (0)

#define INDIRECT(what, change)                                                                     \
	CHANGED(what, do {                                                                         \
		chain(indirect);                                                                   \
		queue_describe(&queue_descriptor[0], (uint64_t)indirect, 48,                       \
			       VIRTIO_DESCRIPTOR_INDIRECT, 0);                                     \
		change;                                                                            \
	} while (0))

static void chains(void)
{
	CHANGED("a descriptor that follows itself", queue_descriptor[1].next = 1);
	CHANGED("a circle of descriptors", (queue_descriptor[2].flags |= VIRTIO_DESCRIPTOR_NEXT));
	CHANGED("a next descriptor out of range", queue_descriptor[0].next = QUEUE_SIZE);
	CHANGED("a next descriptor far out of range", queue_descriptor[0].next = 0xffff);
	CHANGED("data outside memory", queue_descriptor[1].address = OUTSIDE);
	CHANGED("data that ends outside memory", queue_descriptor[1].address = RAM + 0x3fff00);
	CHANGED("data that wraps around", queue_descriptor[1].address = ~0ul - 16);
	CHANGED("data in a device", queue_descriptor[1].address = UART);
	CHANGED("data of no length", queue_descriptor[1].length = 0);
	CHANGED("data of a huge length", queue_descriptor[1].length = ~0u);
	CHANGED("a header outside memory", queue_descriptor[0].address = OUTSIDE);
	CHANGED("a header that is cut short", queue_descriptor[0].length = 8);
	CHANGED("nowhere to write the status", queue_descriptor[0].flags = 0);
	CHANGED("readable data behind writable", queue_descriptor[2].flags = 0);
}

static void tables(void)
{
	INDIRECT("an indirect table outside memory", queue_descriptor[0].address = OUTSIDE);
	INDIRECT("an indirect table of no length", queue_descriptor[0].length = 0);
	INDIRECT("an indirect table of part of an entry", queue_descriptor[0].length = 40);
	INDIRECT("an indirect table of a huge length", queue_descriptor[0].length = 0xfffffff0);
	INDIRECT("an indirect table within another", indirect[1].flags |= VIRTIO_DESCRIPTOR_INDIRECT);
	INDIRECT("a circle in an indirect table", (indirect[2].flags |= VIRTIO_DESCRIPTOR_NEXT));
	INDIRECT("an indirect entry out of range", indirect[0].next = 3);
}

static void rings(void)
{
	queue_start(FEATURES);
	chain(queue_descriptor);
	queue_offer(QUEUE_SIZE);
	broken("a head out of range");
	queue_start(FEATURES);
	chain(queue_descriptor);
	queue_offer_step(0, 1000);
	broken("an index that jumps");
	queue_start(FEATURES);
	chain(queue_descriptor);
	queue_offer_step(0, (uint16_t)-1);
	broken("an index that goes back");
	unusable("descriptors outside memory", OUTSIDE, (uint64_t)&queue_available,
		 (uint64_t)&queue_used);
	unusable("an available ring that ends outside memory", (uint64_t)queue_descriptor,
		 RAM + 0x3ffff0, (uint64_t)&queue_used);
	unusable("a used ring outside memory", (uint64_t)queue_descriptor,
		 (uint64_t)&queue_available, ~0xffful);
}

void guest_main(void)
{
	works("first of all");
	chains();
	tables();
	rings();
	check("there was no exception", trapped(), 0);
}
