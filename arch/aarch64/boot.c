/* SPDX-License-Identifier: Apache-2.0 */
/* From the firmware's device tree to a CPU that can run tasks and guests. */
#include <libfdt.h>

#include "arch/aarch64/hardware.h"
#include "kernel/boot.h"

#define MDCR_TRAPS 0xe60ul /* debug, OS lock and performance monitor registers */
#define MPIDR_AFFINITY 0xff00fffffful
#define CNTHCTL_GUEST 1ul  /* the physical counter is the guest's to read, the physical timer not */
#define START_POLLS 10000000

extern char vectors[], kernel_stacks[];

struct board board;
static struct boot_machine found;

static BOOT_CODE uint64_t cells(const fdt32_t *at, unsigned int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 32 | fdt32_to_cpu(*at++);
	return value;
}

/* `count` pairs of two-cell numbers of a node's reg, into (base, size, base, ...). */
static BOOT_CODE void read_reg(const void *tree, int node, uint64_t *numbers, int count)
{
	int length = 0, index;
	const fdt32_t *reg = node < 0 ? NULL : fdt_getprop(tree, node, "reg", &length);

	if (!reg || length < count * 16)
		boot_refuse("the machine's device tree lacks what Coppice needs");
	for (index = 0; index < 2 * count; index++)
		numbers[index] = cells(reg + 2 * index, 2);
}

static BOOT_CODE uint64_t chosen(const void *tree, const char *name)
{
	int length = 0, node = fdt_path_offset(tree, "/chosen");
	const fdt32_t *value = node < 0 ? NULL : fdt_getprop(tree, node, name, &length);

	return value && (length == 4 || length == 8) ? cells(value, length / 4) : 0;
}

static BOOT_CODE void read_tree(const void *tree)
{
	uint64_t gic[4], memory[2], console[2], start, end;
	int node;

	if (fdt_check_header(tree))
		boot_refuse("the firmware gave no device tree");
	read_reg(tree, fdt_node_offset_by_compatible(tree, -1, "arm,pl011"), console, 1);
	board.console = console[0];
	node = fdt_node_offset_by_compatible(tree, -1, "arm,gic-v3");
	if (node < 0)
		boot_refuse("this machine has no GICv3");
	read_reg(tree, node, gic, 2);
	board.distributor = gic[0];
	board.distributor_size = gic[1];
	board.redistributors = gic[2];
	board.redistributors_size = gic[3];
	node = fdt_node_offset_by_prop_value(tree, -1, "device_type", "memory", 7);
	read_reg(tree, node, memory, 1);
	found.ram_base = memory[0];
	found.ram_size = memory[1];
	start = chosen(tree, "linux,initrd-start");
	end = chosen(tree, "linux,initrd-end");
	found.tree_base = (uint64_t)tree;
	found.tree_size = fdt_totalsize(tree);
	found.bundle_base = start;
	found.bundle_size = end > start ? end - start : 0;
}

BOOT_CODE void arch_boot_machine(struct boot_machine *machine)
{
	*machine = found;
}

void boot_registers(struct cpu *cpu);

/* A CPU on its own stack, with the tables in use. */
BOOT_CODE void boot_registers(struct cpu *cpu)
{
	REGISTER_WRITE(tpidr_el2, (uint64_t)cpu);
	REGISTER_WRITE(vbar_el2, (uint64_t)vectors);
	REGISTER_WRITE(hstr_el2, 0);
	REGISTER_WRITE(mdcr_el2, MDCR_TRAPS | (REGISTER_READ(pmcr_el0) >> 11 & 31));
	REGISTER_WRITE(cnthctl_el2, CNTHCTL_GUEST);
	REGISTER_WRITE(cntvoff_el2, 0);
	REGISTER_WRITE(cntv_ctl_el0, 0);
	REGISTER_WRITE(cnthp_ctl_el2, 0);
	REGISTER_WRITE(vpidr_el2, REGISTER_READ(midr_el1));
	REGISTER_WRITE(ICC_SRE_EL2, 0xf);
	BARRIER_INSTRUCTIONS();
	REGISTER_WRITE(ICH_HCR, 0);
	gic_boot_cpu(board.redistributors, cpu);
}

/* libfdt, which runs here only, may use FP registers: at EL1 too, where it finds the console. */
static BOOT_CODE void boot_fp(void)
{
	if (REGISTER_READ(CurrentEL) == CURRENT_EL2)
		REGISTER_WRITE(cptr_el2, CPTR_FIXED);
	else
		REGISTER_WRITE(cpacr_el1, CPACR_FP);
	BARRIER_INSTRUCTIONS();
}

static BOOT_CODE struct cpu *add_cpu(uint64_t affinity)
{
	struct cpu *cpu = &cpus[cpu_count];

	cpu->arch.affinity = affinity;
	boot_cpu(cpu, kernel_stacks + (cpu_count + 1) * STACK_STRIDE);
	return cpu;
}

/* Through the firmware (PSCI CPU_ON); then waits until it needs no more boot code. */
static BOOT_CODE void start_cpu(uint64_t affinity)
{
	struct cpu *cpu = add_cpu(affinity);
	unsigned int polls;

	BARRIER_ALL();
	if (machine_start_cpu(affinity, (uint64_t)secondary, (uint64_t)cpu) != 0)
		boot_refuse("the firmware does not start a CPU");
	/* Pairs with trap_first. */
	for (polls = 0; !__atomic_load_n(&cpu->arch.started, __ATOMIC_ACQUIRE); polls++) {
		if (polls == START_POLLS)
			boot_refuse("a CPU does not start");
		arch_relax();
	}
}

static BOOT_CODE void start_others(const void *tree)
{
	int node, length, all = fdt_path_offset(tree, "/cpus");

	fdt_for_each_subnode(node, tree, all) {
		const char *type = fdt_getprop(tree, node, "device_type", NULL);
		const fdt32_t *reg = fdt_getprop(tree, node, "reg", &length);
		uint64_t affinity;

		if (!type || type[0] != 'c' || !reg || (length != 4 && length != 8))
			continue;
		affinity = cells(reg, length / 4);
		if (affinity != cpus[0].arch.affinity && cpu_count < CPU_COUNT)
			start_cpu(affinity);
	}
}

struct thread *boot_aarch64(const void *tree);

BOOT_CODE struct thread *boot_aarch64(const void *tree)
{
	struct thread *first;
	uint64_t devices[3];

	boot_fp();
	read_tree(tree);
	if (REGISTER_READ(CurrentEL) != CURRENT_EL2)
		boot_refuse("not started at EL2");
	devices[0] = board.distributor;
	devices[1] = board.redistributors;
	devices[2] = board.console;
	tables_boot(found.ram_base, found.ram_size, devices, 3);
	tables_use();
	identification_boot();
	gic_boot(board.distributor);
	add_cpu(REGISTER_READ(mpidr_el1) & MPIDR_AFFINITY);
	boot_registers(&cpus[0]);
	start_others(tree);
	first = boot_supervisor();
	cpus[0].current = first;
	context_load(&first->context);
	return first;
}
