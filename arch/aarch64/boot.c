/* SPDX-License-Identifier: Apache-2.0 */
/* From the firmware's device tree to a CPU that can run tasks and guests. */
#include "arch/aarch64/hardware.h"
#include "kernel/boot_tree.h"

#define MDCR_TRAPS 0xe60ul /* debug, OS lock and performance monitor registers */
#define MPIDR_AFFINITY 0xff00fffffful
#define CNTHCTL_GUEST 1ul  /* the physical counter is the guest's to read, the physical timer not */

extern char vectors[];

struct board board;
static struct boot_machine found;

static BOOT_CODE void read_tree(const void *tree)
{
	uint64_t gic[4], console[2];
	int node;

	boot_tree_read(tree, &found);
	boot_tree_reg(tree, boot_tree_find(tree, -1, "arm,pl011"), console, 1);
	board.console = console[0];
	node = boot_tree_find(tree, -1, "arm,gic-v3");
	if (node < 0)
		boot_refuse("this machine has no GICv3");
	boot_tree_reg(tree, node, gic, 2);
	board.distributor = gic[0];
	board.distributor_size = gic[1];
	board.redistributors = gic[2];
	board.redistributors_size = gic[3];
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

BOOT_CODE bool arch_boot_start(struct cpu *cpu)
{
	BARRIER_ALL();
	return machine_start_cpu(cpu->identity, (uint64_t)secondary, (uint64_t)cpu) == 0;
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
	tables_boot(&found, devices, 3);
	tables_use(kernel_tables[0]);
	identification_boot();
	gic_boot(board.distributor);
	boot_cpu(REGISTER_READ(mpidr_el1) & MPIDR_AFFINITY);
	boot_registers(&cpus[0]);
	boot_other_cpus(tree);
	first = boot_supervisor();
	cpus[0].current = first;
	context_load(&first->context);
	return first;
}
