/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's device tree, by Linux's bindings. It is written front to back; the writer keeps the
 * first error, so that a node reads as what it says.
 */
#include <libfdt.h>

#include "ipc/aarch64.h"
#include "servers/rt/rt.h"
#include "servers/vmm/vmm.h"

#define PHANDLE_GIC 1
#define PHANDLE_CLOCK 2

/* Of an interrupt specifier (arm,gic-v3.yaml): its type, and how it signals. */
#define INTERRUPT_SPI 0
#define INTERRUPT_PPI 1
#define INTERRUPT_EDGE_RISING 1
#define INTERRUPT_LEVEL_HIGH 4
#define INTID_SPI 32
#define INTID_PPI 16

/* The most cells of one property: the timer's four interrupts. */
#define CELLS_MAXIMUM 12

struct writer {
	void *tree;
	int error; /* the first one; 0 if there is none */
};

static void keep(struct writer *writer, int error)
{
	if (!writer->error)
		writer->error = error;
}

static void node_begin(struct writer *writer, const char *name)
{
	keep(writer, fdt_begin_node(writer->tree, name));
}

static void node_begin_at(struct writer *writer, const char *stem, uint64_t address)
{
	char name[NAME_SIZE];

	node_begin(writer, name_number(name, stem, address, 16));
}

static void node_end(struct writer *writer)
{
	keep(writer, fdt_end_node(writer->tree));
}

static void put_text(struct writer *writer, const char *name, const char *text)
{
	keep(writer, fdt_property_string(writer->tree, name, text));
}

/* A list of texts: a string literal, NUL bytes between its parts. */
#define put_texts(writer, name, texts)                                                             \
	keep(writer, fdt_property((writer)->tree, name, texts, sizeof(texts)))

static void put_flag(struct writer *writer, const char *name)
{
	keep(writer, fdt_property(writer->tree, name, NULL, 0));
}

static void put_u32(struct writer *writer, const char *name, uint32_t value)
{
	keep(writer, fdt_property_u32(writer->tree, name, value));
}

static void put_u64(struct writer *writer, const char *name, uint64_t value)
{
	keep(writer, fdt_property_u64(writer->tree, name, value));
}

static void put_cells(struct writer *writer, const char *name, const uint32_t *cells,
		      unsigned int count)
{
	fdt32_t raw[CELLS_MAXIMUM];
	unsigned int index;

	for (index = 0; index < count; index++)
		fdt32_st(&raw[index], cells[index]);
	keep(writer, fdt_property(writer->tree, name, raw, (int)(count * sizeof(*raw))));
}

static void put_ranges(struct writer *writer, const struct range *range, unsigned int count)
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

static void put_interrupt(struct writer *writer, uint32_t intid, uint32_t trigger)
{
	bool shared = intid >= INTID_SPI;
	const uint32_t cells[3] = { shared ? INTERRUPT_SPI : INTERRUPT_PPI,
				    intid - (shared ? INTID_SPI : INTID_PPI), trigger };

	put_cells(writer, "interrupts", cells, 3);
}

static void write_chosen(struct writer *writer, const struct vm *vm, const struct layout *layout)
{
	const struct description *description = &vm->description;
	char name[NAME_SIZE];
	uint32_t index;

	node_begin(writer, "chosen");
	put_text(writer, "bootargs", description->bootargs);
	if (vm->seed.is_there) {
		put_u64(writer, "kaslr-seed", vm->seed.layout);
		keep(writer, fdt_property(writer->tree, "rng-seed", vm->seed.bytes,
					  sizeof(vm->seed.bytes)));
	}
	if (layout->initrd) {
		put_u64(writer, "linux,initrd-start", layout->initrd);
		put_u64(writer, "linux,initrd-end", layout->initrd + vm->initrd.size);
	}
	for (index = 0; index < description->devices; index++)
		if (description->device[index].kind == DEVICE_PL011) {
			put_text(writer, "stdout-path",
				 name_number(name, "/pl011@",
					     description->device[index].registers.address, 16));
			break;
		}
	node_end(writer);
}

static void write_memory(struct writer *writer, const struct vm *vm)
{
	node_begin_at(writer, "memory@", vm->guest.address);
	put_text(writer, "device_type", "memory");
	put_ranges(writer, &vm->guest, 1);
	node_end(writer);
}

static void write_cpus(struct writer *writer, const struct vm *vm)
{
	uint32_t index;

	node_begin(writer, "cpus");
	put_u32(writer, "#address-cells", 1);
	put_u32(writer, "#size-cells", 0);
	for (index = 0; index < vm->vcpus; index++) {
		node_begin_at(writer, "cpu@", index);
		put_text(writer, "device_type", "cpu");
		put_text(writer, "compatible", "arm,armv8");
		put_text(writer, "enable-method", "psci");
		put_u32(writer, "reg", index); /* the affinity fields of MPIDR_EL1 */
		node_end(writer);
	}
	node_end(writer);

	node_begin(writer, "psci");
	put_texts(writer, "compatible", "arm,psci-1.0\0arm,psci-0.2");
	put_text(writer, "method", "hvc");
	node_end(writer);
}

static void write_interrupts(struct writer *writer, const struct description *description)
{
	const struct range ranges[] = { description->distributor, description->redistributors };
	/* Secure, non-secure, virtual and hypervisor timer. */
	static const uint32_t timer[] = {
		INTERRUPT_PPI, 13, INTERRUPT_LEVEL_HIGH,
		INTERRUPT_PPI, 14, INTERRUPT_LEVEL_HIGH,
		INTERRUPT_PPI, VTIMER_INTID - INTID_PPI, INTERRUPT_LEVEL_HIGH,
		INTERRUPT_PPI, 10, INTERRUPT_LEVEL_HIGH,
	};

	node_begin_at(writer, "interrupt-controller@", description->distributor.address);
	put_text(writer, "compatible", "arm,gic-v3");
	put_flag(writer, "interrupt-controller");
	put_u32(writer, "#interrupt-cells", 3);
	put_u32(writer, "#address-cells", 0);
	put_ranges(writer, ranges, 2);
	put_u32(writer, "phandle", PHANDLE_GIC);
	node_end(writer);

	node_begin(writer, "timer");
	put_text(writer, "compatible", "arm,armv8-timer");
	put_flag(writer, "always-on");
	put_cells(writer, "interrupts", timer, sizeof(timer) / sizeof(*timer));
	node_end(writer);
}

static void write_clock(struct writer *writer)
{
	node_begin(writer, "apb-pclk");
	put_text(writer, "compatible", "fixed-clock");
	put_u32(writer, "#clock-cells", 0);
	put_u32(writer, "clock-frequency", 24000000);
	put_text(writer, "clock-output-names", "clk24mhz");
	put_u32(writer, "phandle", PHANDLE_CLOCK);
	node_end(writer);
}

static void write_pl011(struct writer *writer, const struct vm_device *device)
{
	static const uint32_t clocks[] = { PHANDLE_CLOCK, PHANDLE_CLOCK };

	node_begin_at(writer, "pl011@", device->registers.address);
	put_texts(writer, "compatible", "arm,pl011\0arm,primecell");
	put_ranges(writer, &device->registers, 1);
	put_interrupt(writer, device->interrupt, INTERRUPT_LEVEL_HIGH);
	put_cells(writer, "clocks", clocks, 2);
	put_texts(writer, "clock-names", "uartclk\0apb_pclk");
	node_end(writer);
}

static void write_virtio(struct writer *writer, const struct vm_device *device)
{
	node_begin_at(writer, "virtio_mmio@", device->registers.address);
	put_text(writer, "compatible", "virtio,mmio");
	put_ranges(writer, &device->registers, 1);
	put_interrupt(writer, device->interrupt, INTERRUPT_EDGE_RISING);
	put_flag(writer, "dma-coherent");
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
	put_u32(writer, "interrupt-parent", PHANDLE_GIC);
	write_chosen(writer, vm, layout);
	write_memory(writer, vm);
	write_cpus(writer, vm);
	write_interrupts(writer, description);
	write_clock(writer);
	for (index = 0; index < description->devices; index++)
		if (description->device[index].kind == DEVICE_PL011)
			write_pl011(writer, &description->device[index]);
		else
			write_virtio(writer, &description->device[index]);
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
