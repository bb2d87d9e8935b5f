/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/crash/boot.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "ipc/image.h"
#include "ipc/syscall.h"

enum {
	SLOT_SUPERVISOR = SLOT_FREE, SLOT_UART, SLOT_PLACES, SLOT_CHANNEL, SLOT_GUEST, SLOT_IMAGE,
	SLOT_DEVICE, SLOT_IRQ, SLOT_VM, SLOT_PAGE, SLOT_VCPU, SLOT_FIRST, SLOT_SECOND = SLOT_FIRST + 2,
};

#define CELLS(...) LIST(((const uint32_t[]){ __VA_ARGS__ }))
#define LIST(cells) cells, sizeof(cells) / sizeof(*(cells))

static uint8_t plan[2 * BOOT_PAGE];

static void put(const char *name, const uint32_t *cells, size_t count)
{
	fdt32_t raw[32];
	size_t index;

	for (index = 0; index < count; index++)
		raw[index] = cpu_to_fdt32(cells[index]);
	fdt_property(plan, name, raw, (int)(count * sizeof(*raw)));
}

static void object(const char *name, const char *type, uint32_t slot)
{
	fdt_begin_node(plan, name);
	fdt_property_string(plan, "type", type);
	fdt_property_u32(plan, "slot", slot);
}

static void schedule(uint32_t priority)
{
	fdt_property_u32(plan, "priority", priority);
	fdt_property_u32(plan, "cpus", 1);
	fdt_property_u64(plan, "budget", 1000000 * priority);
	fdt_property_u64(plan, "period", 20000000);
}

static void memory(const char *name, uint32_t slot, uint64_t size)
{
	object(name, "memory", slot);
	fdt_property_u64(plan, "size", size);
	fdt_property_u64(plan, "align", BOOT_PAGE);
	fdt_end_node(plan);
}

static void objects(void)
{
	fdt_begin_node(plan, "objects");
	object("supervisor", "endpoint", SLOT_SUPERVISOR);
	fdt_end_node(plan);
	object("uart", "endpoint", SLOT_UART);
	fdt_end_node(plan);
	memory("places", SLOT_PLACES, BOOT_PLACES);
	memory("channel", SLOT_CHANNEL, BOOT_PAGE);
	memory("guest", SLOT_GUEST, BOOT_GUEST);
	object("kernel", "image", SLOT_IMAGE);
	fdt_property_string(plan, "file", "guest.img");
	fdt_end_node(plan);
	object("pl011", "device", SLOT_DEVICE);
	put("reg", CELLS(0, 0x9000000, 0, 0x1000));
	fdt_end_node(plan);
	object("irq", "irq", SLOT_IRQ);
	fdt_property_u32(plan, "number", 33);
	fdt_property_u32(plan, "endpoint", SLOT_UART);
	fdt_property_u64(plan, "bits", 1ul << 63);
	fdt_end_node(plan);
	object("vm", "vm", SLOT_VM);
	put("fault", CELLS(SLOT_UART, 0, 7));
	fdt_end_node(plan);
	memory("page", SLOT_PAGE, BOOT_PAGE);
	object("vcpu", "vcpu", SLOT_VCPU);
	fdt_property_u32(plan, "vm", SLOT_VM);
	fdt_property_u32(plan, "index", 0);
	fdt_property_u32(plan, "page", SLOT_PAGE);
	schedule(5);
	fdt_end_node(plan);
	fdt_end_node(plan);
}

static void vms(void)
{
	fdt_begin_node(plan, "vms");
	fdt_begin_node(plan, "vm");
	fdt_property_u32(plan, "slot", SLOT_VM);
	put("maps", CELLS(SLOT_GUEST, 7, 0, 0x40000000, 0, 0, 0, BOOT_GUEST));
	put("routes", CELLS(EXIT_MMIO, 0, 0x9000000, 0, 0x9000fff, SLOT_UART, 3, 0,
			    EXIT_INTERRUPT, 0, 0, 0, 0, SLOT_UART, 4, ROUTE_INTERRUPTS));
	fdt_end_node(plan);
	fdt_end_node(plan);
}

static void task(const char *name, uint32_t slot, const char *binary)
{
	const uint32_t place = (slot - SLOT_FIRST) / 2 * 0x20000;

	fdt_begin_node(plan, name);
	fdt_property_u32(plan, "slot", slot);
	fdt_property_string(plan, "binary", binary);
	fdt_property_u64(plan, "vms", 1);
	schedule(slot);
	put("grants", CELLS(1, SLOT_UART, RIGHT_RECEIVE, 0, 0, 2, SLOT_VCPU, RIGHT_MANAGE, 0, slot));
	put("maps", CELLS(SLOT_CHANNEL, MAP_READ | MAP_WRITE, 0, 0x10000000, 0, 0, 0, 0x1000,
			  SLOT_GUEST, MAP_READ, 0, 0x20000000, 0, 0, 0, BOOT_GUEST,
			  SLOT_PLACES, MAP_READ | MAP_WRITE, 0, 0x11000000, 0, place, 0, 0x9000));
	fdt_begin_node(plan, "arguments");
	fdt_property_u64(plan, "endpoint", 1);
	fdt_property_u64(plan, "seed0", 0);
	fdt_property_u64(plan, "seed1", 0);
	fdt_end_node(plan);
	fdt_end_node(plan);
}

static void plan_make(void)
{
	fdt_create(plan, sizeof(plan));
	fdt_finish_reservemap(plan);
	fdt_begin_node(plan, "");
	fdt_property_string(plan, "compatible", "coppice,plan-1");
	fdt_begin_node(plan, "plan");
	put("log-channel", CELLS(SLOT_CHANNEL));
	put("log-task", CELLS(0));
	put("log-signal", CELLS(SLOT_UART, 0, 2));
	put("cpus", CELLS(1));
	put("places", CELLS(SLOT_PLACES));
	put("deaths", CELLS(8));
	fdt_property_u64(plan, "window", 1000000000);
	fdt_property_u64(plan, "overrun", 1000000000);
	objects();
	vms();
	fdt_begin_node(plan, "tasks");
	task("uart", SLOT_FIRST, "one.elf");
	task("vmm", SLOT_SECOND, "two.elf");
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_finish(plan);
}

/* An executable of a page of text and some variables. */
static void elf_make(uint8_t elf[2 * BOOT_PAGE], uint32_t variables)
{
	const uint8_t identity[16] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };
	const uint16_t kind[2] = { 2, 183 }, sizes[3] = { 64, 56, 2 };
	const uint64_t where[2] = { IMAGE_ADDRESS + 64, 64 };
	const uint32_t flags[2] = { 5, 6 };
	const uint64_t segment[2][6] = {
		{ BOOT_PAGE, IMAGE_ADDRESS, 0, 200, 200, BOOT_PAGE },
		{ 0, IMAGE_ADDRESS + BOOT_PAGE, 0, 0, variables, BOOT_PAGE },
	};
	unsigned int index;

	memset(elf + BOOT_PAGE, 0x5a, 200);
	memcpy(elf, identity, sizeof(identity));
	memcpy(elf + 16, kind, sizeof(kind));
	memcpy(elf + 24, where, sizeof(where));
	memcpy(elf + 52, sizes, sizeof(sizes));
	for (index = 0; index < 2; index++) {
		uint8_t *program = elf + 64 + 56 * index;

		program[0] = 1;
		memcpy(program + 4, &flags[index], 4);
		memcpy(program + 8, segment[index], sizeof(segment[index]));
	}
}

/* A file of a cpio archive, with its data at a page boundary; where the next one begins. */
static uint8_t *file(uint8_t *at, uint64_t offset, const char *name, const void *data, size_t size)
{
	size_t head = BOOT_PAGE - offset % BOOT_PAGE, names;

	if (head < 256)
		head += BOOT_PAGE;
	names = head - 110;
	sprintf((char *)at, "070701%048u%08zx%032u%08zx%08u", 0, size, 0, names, 0);
	memset(at + 110, 0, names);
	strcpy((char *)at + 110, name);
	memcpy(at + head, data, size);
	return at + head + (size + 3) / 4 * 4;
}

void boot_bundle(uint8_t *bundle)
{
	static uint8_t elf[2 * BOOT_PAGE];
	uint8_t *at = bundle;

	plan_make();
	at = file(at, 0, "system.dtb", plan, fdt_totalsize(plan));
	elf_make(elf, 100);
	at = file(at, (uint64_t)(at - bundle), "one.elf", elf, sizeof(elf));
	elf_make(elf, 3 * BOOT_PAGE);
	at = file(at, (uint64_t)(at - bundle), "two.elf", elf, sizeof(elf));
	at = file(at, (uint64_t)(at - bundle), "guest.img", elf, 300);
	file(at, (uint64_t)(at - bundle), "TRAILER!!!", elf, 0);
}

void boot_firmware(uint8_t *tree)
{
	uint8_t seed[32] = { 1, 2, 3 };

	fdt_create(tree, BOOT_PAGE);
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_begin_node(tree, "chosen");
	fdt_property(tree, "rng-seed", seed, sizeof(seed));
	fdt_end_node(tree);
	fdt_end_node(tree);
	fdt_finish(tree);
}
