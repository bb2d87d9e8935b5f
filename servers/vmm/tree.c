/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's device tree, by Linux's bindings. */
#include <libfdt.h>

#include "servers/rt/rt.h"
#include "servers/vmm/tree.h"

static void keep(struct writer *writer, int error)
{
	if (!writer->error)
		writer->error = error;
}

void node_begin(struct writer *writer, const char *name)
{
	keep(writer, fdt_begin_node(writer->tree, name));
}

void node_begin_at(struct writer *writer, const char *stem, uint64_t address)
{
	char name[NAME_SIZE];

	node_begin(writer, name_number(name, stem, address, 16));
}

void node_end(struct writer *writer)
{
	keep(writer, fdt_end_node(writer->tree));
}

void put_bytes(struct writer *writer, const char *name, const void *bytes, size_t size)
{
	keep(writer, fdt_property(writer->tree, name, bytes, (int)size));
}

void put_text(struct writer *writer, const char *name, const char *text)
{
	keep(writer, fdt_property_string(writer->tree, name, text));
}

void put_flag(struct writer *writer, const char *name)
{
	put_bytes(writer, name, NULL, 0);
}

void put_u32(struct writer *writer, const char *name, uint32_t value)
{
	keep(writer, fdt_property_u32(writer->tree, name, value));
}

void put_u64(struct writer *writer, const char *name, uint64_t value)
{
	keep(writer, fdt_property_u64(writer->tree, name, value));
}

void put_cells(struct writer *writer, const char *name, const uint32_t *cells, unsigned int count)
{
	fdt32_t raw[CELLS_MAXIMUM];
	unsigned int index;

	for (index = 0; index < count; index++)
		fdt32_st(&raw[index], cells[index]);
	put_bytes(writer, name, raw, count * sizeof(*raw));
}

void put_ranges(struct writer *writer, const struct range *range, unsigned int count)
{
	uint32_t cells[CELLS_MAXIMUM];
	unsigned int index;

	for (index = 0; index < count; index++) {
		cells[4 * index] = (uint32_t)(range[index].address >> 32);
		cells[4 * index + 1] = (uint32_t)range[index].address;
		cells[4 * index + 2] = (uint32_t)(range[index].size >> 32);
		cells[4 * index + 3] = (uint32_t)range[index].size;
	}
	put_cells(writer, "reg", cells, 4 * count);
}

void controller_begin(struct writer *writer, const struct range *registers, unsigned int count,
		      uint32_t phandle, uint32_t cells)
{
	node_begin_at(writer, "interrupt-controller@", registers->address);
	put_flag(writer, "interrupt-controller");
	put_u32(writer, "#interrupt-cells", cells);
	put_u32(writer, "#address-cells", 0);
	put_ranges(writer, registers, count);
	put_u32(writer, "phandle", phandle);
}

static void put_pl011(struct writer *writer)
{
	static const uint32_t clocks[] = { PHANDLE_CLOCK, PHANDLE_CLOCK };

	put_texts(writer, "compatible", "arm,pl011\0arm,primecell");
	put_cells(writer, "clocks", clocks, 2);
	put_texts(writer, "clock-names", "uartclk\0apb_pclk");
}

static void put_ns16550a(struct writer *writer)
{
	put_text(writer, "compatible", "ns16550a");
	put_u32(writer, "clock-frequency", 3686400);
}

static void put_virtio(struct writer *writer)
{
	put_text(writer, "compatible", "virtio,mmio");
	put_flag(writer, "dma-coherent");
}

/* A device's node: its name, and what it says beside registers and interrupt. */
static const struct device_node {
	const char *path; /* up to its address */
	bool is_console;  /* its interrupt is level-triggered; a virtio device's is an edge */
	void (*put)(struct writer *writer);
} device_nodes[] = {
	[DEVICE_PL011] = { "/pl011@", true, put_pl011 },
	[DEVICE_NS16550A] = { "/serial@", true, put_ns16550a },
	[DEVICE_VIRTIO] = { "/virtio_mmio@", false, put_virtio },
};

static void put_stdout(struct writer *writer, const struct vm_device *console)
{
	const char *path = device_nodes[console->kind].path;
	char name[NAME_SIZE];

	put_text(writer, "stdout-path", name_number(name, path, console->registers.address, 16));
}

static void write_chosen(struct writer *writer, const struct vm *vm, const struct layout *layout)
{
	const struct description *description = &vm->description;
	uint32_t index;

	node_begin(writer, "chosen");
	put_text(writer, "bootargs", description->bootargs);
	if (vm->seed.is_there) {
		put_u64(writer, "kaslr-seed", vm->seed.layout);
		put_bytes(writer, "rng-seed", vm->seed.bytes, sizeof(vm->seed.bytes));
	}
	if (layout->initrd) {
		put_u64(writer, "linux,initrd-start", layout->initrd);
		put_u64(writer, "linux,initrd-end", layout->initrd + vm->initrd.size);
	}
	for (index = 0; index < description->devices; index++)
		if (device_nodes[description->device[index].kind].is_console)
			break;
	if (index < description->devices)
		put_stdout(writer, &description->device[index]);
	node_end(writer);
}

static void write_memory(struct writer *writer, const struct vm *vm)
{
	node_begin_at(writer, "memory@", vm->guest.address);
	put_text(writer, "device_type", "memory");
	put_ranges(writer, &vm->guest, 1);
	node_end(writer);
}

/* That of all PL011s, which have to have one. */
static void write_clock(struct writer *writer, const struct description *description)
{
	uint32_t index = 0;

	while (index < description->devices && description->device[index].kind != DEVICE_PL011)
		index++;
	if (index == description->devices)
		return;
	node_begin(writer, "apb-pclk");
	put_text(writer, "compatible", "fixed-clock");
	put_u32(writer, "#clock-cells", 0);
	put_u32(writer, "clock-frequency", 24000000);
	put_text(writer, "clock-output-names", "clk24mhz");
	put_u32(writer, "phandle", PHANDLE_CLOCK);
	node_end(writer);
}

/*
 * Each device names its interrupt controller. Were it the root's property, it would be that of the
 * controllers inside of the vCPUs too, to which this one leads.
 */
static void put_interrupt(struct writer *writer, const struct controller *controller,
			  const struct vm_device *device)
{
	uint32_t cells[INTERRUPT_CELLS];
	bool edge = !device_nodes[device->kind].is_console;
	unsigned int count = controller->specify(device->interrupt, edge, cells);

	put_u32(writer, "interrupt-parent", PHANDLE_CONTROLLER);
	put_cells(writer, "interrupts", cells, count);
}

static void write_device(struct writer *writer, const struct controller *controller,
			 const struct vm_device *device)
{
	node_begin_at(writer, device_nodes[device->kind].path + 1, device->registers.address);
	put_ranges(writer, &device->registers, 1);
	put_interrupt(writer, controller, device);
	device_nodes[device->kind].put(writer);
	node_end(writer);
}

static void write_root(struct writer *writer, const struct vm *vm, const struct layout *layout)
{
	const struct description *description = &vm->description;
	uint32_t index;

	node_begin(writer, "");
	put_text(writer, "compatible", "linux,dummy-virt");
	put_text(writer, "model", "coppice,vm");
	put_u32(writer, "#address-cells", 2);
	put_u32(writer, "#size-cells", 2);
	write_chosen(writer, vm, layout);
	write_memory(writer, vm);
	tree_write_processors(writer, vm);
	description->controller->write(writer, vm);
	write_clock(writer, description);
	for (index = 0; index < description->devices; index++)
		write_device(writer, description->controller, &description->device[index]);
	node_end(writer);
}

status_t tree_build(const struct vm *vm, const struct layout *layout, void *tree, size_t size)
{
	struct writer writer = { .tree = tree };

	keep(&writer, fdt_create(tree, (int)size));
	keep(&writer, fdt_finish_reservemap(tree));
	if (!writer.error)
		write_root(&writer, vm, layout);
	keep(&writer, fdt_finish(tree));
	if (writer.error) {
		rt_log("vmm: %s: no device tree: %s", vm->name, fdt_strerror(writer.error));
		return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}
