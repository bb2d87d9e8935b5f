/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes of the guest's tree that only an Arm machine has. */
#include "servers/vmm/tree.h"

#include "ipc/aarch64.h"

/* Of an interrupt specifier (arm,gic-v3.yaml): its type, and how it signals. */
#define INTERRUPT_SPI 0
#define INTERRUPT_PPI 1
#define INTERRUPT_EDGE_RISING 1
#define INTERRUPT_LEVEL_HIGH 4
#define INTID_SPI 32
#define INTID_PPI 16
#define INTID_END 1020

void tree_write_processors(struct writer *writer, const struct vm *vm)
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

/* Distributor, redistributors. */
static void write_gic(struct writer *writer, const struct vm *vm)
{
	/* Secure, non-secure, virtual and hypervisor timer. */
	static const uint32_t timer[] = {
		INTERRUPT_PPI, 13, INTERRUPT_LEVEL_HIGH,
		INTERRUPT_PPI, 14, INTERRUPT_LEVEL_HIGH,
		INTERRUPT_PPI, VTIMER_INTID - INTID_PPI, INTERRUPT_LEVEL_HIGH,
		INTERRUPT_PPI, 10, INTERRUPT_LEVEL_HIGH,
	};

	controller_begin(writer, vm->description.controller_range, 2, PHANDLE_CONTROLLER, 3);
	put_text(writer, "compatible", "arm,gic-v3");
	node_end(writer);

	node_begin(writer, "timer");
	put_text(writer, "compatible", "arm,armv8-timer");
	put_flag(writer, "always-on");
	put_u32(writer, "interrupt-parent", PHANDLE_CONTROLLER);
	put_cells(writer, "interrupts", timer, sizeof(timer) / sizeof(*timer));
	node_end(writer);
}

static unsigned int specify_gic(uint32_t number, bool edge, uint32_t cells[INTERRUPT_CELLS])
{
	bool shared = number >= INTID_SPI;

	cells[0] = shared ? INTERRUPT_SPI : INTERRUPT_PPI;
	cells[1] = number - (shared ? INTID_SPI : INTID_PPI);
	cells[2] = edge ? INTERRUPT_EDGE_RISING : INTERRUPT_LEVEL_HIGH;
	return 3;
}

/* Devices may have private and shared peripheral interrupts. */
const struct controller controllers[] = {
	{ "arm,gic-v3", 2, INTID_PPI, INTID_END, write_gic, specify_gic },
	{ .compatible = NULL },
};
