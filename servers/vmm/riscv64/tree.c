/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes of the guest's tree that only a RISC-V machine has. */
#include "servers/vmm/tree.h"

#include "gen/vaia.h"
#include "gen/vplic.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/riscv64/processor.h"

/* How an interrupt of an APLIC signals (riscv,aplic.yaml). */
#define INTERRUPT_EDGE_RISING 1
#define INTERRUPT_LEVEL_HIGH 4

/*
 * What a vCPU has: no more than the kernel switches between vCPUs, so neither vectors nor the
 * hypervisor extension, and no more than all machines have that Coppice runs on (RVA22).
 */
#define ISA_SINGLE "rv64imafdc"
#define LIST_SINGLE "i\0m\0a\0f\0d\0c\0"
#define ISA_UNPRIVILEGED "_zicntr_zicsr_zifencei_zba_zbb_zbs"
#define LIST_UNPRIVILEGED "zicntr\0zicsr\0zifencei\0zba\0zbb\0zbs\0"

enum { CONTROLLER_PLIC, CONTROLLER_AIA };

static void put_isa(struct writer *writer, bool messages)
{
	put_text(writer, "riscv,isa-base", "rv64i");
	if (messages) {
		put_text(writer, "riscv,isa", ISA_SINGLE ISA_UNPRIVILEGED "_ssaia_sstc");
		put_texts(writer, "riscv,isa-extensions",
			  LIST_SINGLE LIST_UNPRIVILEGED "ssaia\0sstc");
	} else {
		put_text(writer, "riscv,isa", ISA_SINGLE ISA_UNPRIVILEGED "_sstc");
		put_texts(writer, "riscv,isa-extensions", LIST_SINGLE LIST_UNPRIVILEGED "sstc");
	}
}

static void write_cpu(struct writer *writer, uint32_t index, bool messages)
{
	node_begin_at(writer, "cpu@", index);
	put_text(writer, "device_type", "cpu");
	put_text(writer, "compatible", "riscv");
	put_u32(writer, "reg", index); /* the hart's number */
	put_isa(writer, messages);
	/* What every machine has; a guest that could use more finds that out by trying satp. */
	put_text(writer, "mmu-type", "riscv,sv39");

	node_begin(writer, "interrupt-controller");
	put_text(writer, "compatible", "riscv,cpu-intc");
	put_flag(writer, "interrupt-controller");
	put_u32(writer, "#interrupt-cells", 1);
	put_u32(writer, "#address-cells", 0);
	put_u32(writer, "phandle", PHANDLE_VCPU(index));
	node_end(writer);
	node_end(writer);
}

void tree_write_processors(struct writer *writer, const struct vm *vm)
{
	bool messages = vm->description.controller == &controllers[CONTROLLER_AIA];
	uint64_t frequency;
	uint32_t index;

	rt_clock(&frequency);
	node_begin(writer, "cpus");
	put_u32(writer, "#address-cells", 1);
	put_u32(writer, "#size-cells", 0);
	put_u32(writer, "timebase-frequency", (uint32_t)frequency);
	for (index = 0; index < vm->vcpus; index++)
		write_cpu(writer, index, messages);
	node_end(writer);
}

/* The vCPUs' external interrupts, to which the controller leads: in their order. */
static void put_vcpus(struct writer *writer, uint32_t vcpus)
{
	uint32_t cells[CELLS_MAXIMUM];
	uint32_t index;

	for (index = 0; index < vcpus; index++) {
		cells[2 * index] = PHANDLE_VCPU(index);
		cells[2 * index + 1] = INTERRUPT_EXTERNAL;
	}
	put_cells(writer, "interrupts-extended", cells, 2 * vcpus);
}

/* Context n is the S-mode of vCPU n. */
static void write_plic(struct writer *writer, const struct vm *vm)
{
	controller_begin(writer, vm->description.controller_range, 1, PHANDLE_CONTROLLER, 1);
	put_texts(writer, "compatible", "sifive,plic-1.0.0\0riscv,plic0");
	put_u32(writer, "riscv,ndev", VPLIC_SOURCES - 1);
	put_vcpus(writer, vm->vcpus);
	node_end(writer);
}

static unsigned int specify_plic(uint32_t number, bool edge, uint32_t cells[INTERRUPT_CELLS])
{
	(void)edge; /* to a PLIC both are the same */
	cells[0] = number;
	return 1;
}

/* An APLIC, which turns interrupts into messages to the vCPUs' interrupt files. */
static void write_aia(struct writer *writer, const struct vm *vm)
{
	const struct range *ranges = vm->description.controller_range;

	controller_begin(writer, &ranges[1], 1, PHANDLE_MESSAGES, 0);
	put_text(writer, "compatible", "riscv,imsics");
	put_flag(writer, "msi-controller");
	put_u32(writer, "#msi-cells", 0);
	put_u32(writer, "riscv,num-ids", VAIA_IDENTITIES);
	put_vcpus(writer, vm->vcpus);
	node_end(writer);

	controller_begin(writer, &ranges[0], 1, PHANDLE_CONTROLLER, 2);
	put_text(writer, "compatible", "riscv,aplic");
	put_u32(writer, "msi-parent", PHANDLE_MESSAGES);
	put_u32(writer, "riscv,num-sources", VAIA_SOURCES - 1);
	node_end(writer);
}

static unsigned int specify_aplic(uint32_t number, bool edge, uint32_t cells[INTERRUPT_CELLS])
{
	cells[0] = number;
	cells[1] = edge ? INTERRUPT_EDGE_RISING : INTERRUPT_LEVEL_HIGH;
	return 2;
}

const struct controller controllers[] = {
	[CONTROLLER_PLIC] = { "riscv,plic0", 1, 1, VPLIC_SOURCES, write_plic, specify_plic },
	[CONTROLLER_AIA] = { "riscv,aia", 2, 1, VAIA_SOURCES, write_aia, specify_aplic },
	{ .compatible = NULL },
};
