/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that breaks its virtqueue in every way; after a reset its disk has to work again. */
#include "servers/lib/virtio.h"
#include "tests/guests/aarch64/runtime.h"

#define SIZE 16u
#define FEATURES (VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT)
#define PATIENCE 2000000u
#define OUTSIDE 0x80000000ul

struct available {
	uint16_t flags, index, ring[SIZE], event;
};

struct used {
	uint16_t flags, index;
	struct virtio_used_element ring[SIZE];
	uint16_t event;
};

static volatile struct virtio_descriptor descriptor[SIZE] __attribute__((aligned(16)));
static volatile struct virtio_descriptor indirect[SIZE] __attribute__((aligned(16)));
static volatile struct available available;
static volatile struct used used __attribute__((aligned(4)));
static volatile struct virtio_block_header header;
static volatile uint8_t data[512], status;

static void write_register(uint32_t offset, uint64_t value)
{
	write32(DISK + offset, (uint32_t)value);
}

static void write_address(uint32_t offset, uint64_t address)
{
	write_register(offset, address);
	write_register(offset + 4, address >> 32);
}

static void wait_status(uint32_t wanted, uint32_t value)
{
	unsigned int spins;

	for (spins = 0; spins < PATIENCE; spins++)
		if ((read32(DISK + VIRTIO_MMIO_STATUS) & wanted) == value)
			return;
}

/* Where the rings are is the caller's choice. */
static void start_at(uint64_t descriptors, uint64_t driver, uint64_t device)
{
	write_register(VIRTIO_MMIO_STATUS, 0);
	wait_status(~0u, 0);
	write_register(VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
	write_register(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	write_register(VIRTIO_MMIO_DRIVER_FEATURES, FEATURES);
	write_register(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	write_register(VIRTIO_MMIO_DRIVER_FEATURES, FEATURES >> 32);
	write_register(VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
						   VIRTIO_STATUS_FEATURES_OK);
	write_register(VIRTIO_MMIO_QUEUE_SELECT, 0);
	write_register(VIRTIO_MMIO_QUEUE_SIZE, SIZE);
	write_address(VIRTIO_MMIO_DESCRIPTORS_LOW, descriptors);
	write_address(VIRTIO_MMIO_AVAILABLE_LOW, driver);
	write_address(VIRTIO_MMIO_USED_LOW, device);
	available.index = 0;
	used.index = 0;
	write_register(VIRTIO_MMIO_QUEUE_READY, 1);
	write_register(VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
						   VIRTIO_STATUS_FEATURES_OK |
						   VIRTIO_STATUS_DRIVER_OK);
}

static void start(void)
{
	start_at((uint64_t)descriptor, (uint64_t)&available, (uint64_t)&used);
}

static void describe(volatile struct virtio_descriptor *entry, uint64_t address, uint32_t length,
		     uint16_t flags, uint16_t next)
{
	entry->address = address;
	entry->length = length;
	entry->flags = flags;
	entry->next = next;
}

/* A chain as it should be: header, data, status. */
static void chain(volatile struct virtio_descriptor *table)
{
	header.type = VIRTIO_BLOCK_IN;
	header.sector = 2; /* the file system's superblock */
	status = 0xff;
	describe(&table[0], (uint64_t)&header, sizeof(header), VIRTIO_DESCRIPTOR_NEXT, 1);
	describe(&table[1], (uint64_t)data, sizeof(data),
		 VIRTIO_DESCRIPTOR_NEXT | VIRTIO_DESCRIPTOR_WRITE, 2);
	describe(&table[2], (uint64_t)&status, 1, VIRTIO_DESCRIPTOR_WRITE, 0);
}

static void offer(uint16_t head, uint16_t step)
{
	available.ring[available.index % SIZE] = head;
	__asm__ volatile("dmb ish" : : : "memory");
	available.index += step;
	__asm__ volatile("dsb ish" : : : "memory");
	write_register(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

static void works(const char *what)
{
	unsigned int spins;

	start();
	chain(descriptor);
	data[0x38] = 0;
	offer(0, 1);
	for (spins = 0; spins < PATIENCE && used.index == 0; spins++)
		(void)read32(DISK + VIRTIO_MMIO_INTERRUPT_STATUS);
	print("# ");
	print(what);
	print("\n");
	check("  after a reset the disk answers", used.index, 1);
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
	start_at(descriptors, driver, device);
	offer(0, 1);
	needs_reset(what);
	works(what);
}

/* A chain with one descriptor changed. */
#define CHANGED(what, change)                                                                      \
	do {                                                                                       \
		start();                                                                           \
		chain(descriptor);                                                                 \
		change;                                                                            \
		offer(0, 1);                                                                       \
		broken(what);                                                                      \
	} while (0)

#define INDIRECT(what, change)                                                                     \
	CHANGED(what, do {                                                                         \
		chain(indirect);                                                                   \
		describe(&descriptor[0], (uint64_t)indirect, 48, VIRTIO_DESCRIPTOR_INDIRECT, 0);   \
		change;                                                                            \
	} while (0))

static void chains(void)
{
	CHANGED("a descriptor that follows itself", descriptor[1].next = 1);
	CHANGED("a circle of descriptors", (descriptor[2].flags |= VIRTIO_DESCRIPTOR_NEXT));
	CHANGED("a next descriptor out of range", descriptor[0].next = SIZE);
	CHANGED("a next descriptor far out of range", descriptor[0].next = 0xffff);
	CHANGED("data outside memory", descriptor[1].address = OUTSIDE);
	CHANGED("data that ends outside memory", descriptor[1].address = 0x403fff00);
	CHANGED("data that wraps around", descriptor[1].address = ~0ul - 16);
	CHANGED("data in a device", descriptor[1].address = UART);
	CHANGED("data of no length", descriptor[1].length = 0);
	CHANGED("data of a huge length", descriptor[1].length = ~0u);
	CHANGED("a header outside memory", descriptor[0].address = OUTSIDE);
	CHANGED("a header that is cut short", descriptor[0].length = 8);
	CHANGED("nowhere to write the status", descriptor[0].flags = 0);
	CHANGED("readable data behind writable", descriptor[2].flags = 0);
}

static void tables(void)
{
	INDIRECT("an indirect table outside memory", descriptor[0].address = OUTSIDE);
	INDIRECT("an indirect table of no length", descriptor[0].length = 0);
	INDIRECT("an indirect table of part of an entry", descriptor[0].length = 40);
	INDIRECT("an indirect table of a huge length", descriptor[0].length = 0xfffffff0);
	INDIRECT("an indirect table within another", indirect[1].flags |= VIRTIO_DESCRIPTOR_INDIRECT);
	INDIRECT("a circle in an indirect table", (indirect[2].flags |= VIRTIO_DESCRIPTOR_NEXT));
	INDIRECT("an indirect entry out of range", indirect[0].next = 3);
}

static void rings(void)
{
	start();
	chain(descriptor);
	offer(SIZE, 1);
	broken("a head out of range");
	start();
	chain(descriptor);
	offer(0, 1000);
	broken("an index that jumps");
	start();
	chain(descriptor);
	offer(0, (uint16_t)-1);
	broken("an index that goes back");
	unusable("descriptors outside memory", OUTSIDE, (uint64_t)&available, (uint64_t)&used);
	unusable("an available ring that ends outside memory", (uint64_t)descriptor, 0x403ffff0,
		 (uint64_t)&used);
	unusable("a used ring outside memory", (uint64_t)descriptor, (uint64_t)&available, ~0xffful);
}

void guest_main(void)
{
	works("first of all");
	chains();
	tables();
	rings();
	check("there was no exception", trapped(), 0);
}
