/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's other CPUs, one after the other. */
#include "kernel/boot_tree.h"
#include "kernel/cpu.h"

/* More than an emulator gives one CPU before it is another one's turn. */
#define START_POLLS 400000000

/* Waits until the CPU needs no more boot code. */
static BOOT_CODE void start(struct cpu *cpu)
{
	unsigned int polls;

	if (!arch_boot_start(cpu))
		boot_refuse("the firmware does not start a CPU");
	/* Pairs with trap_first. */
	for (polls = 0; !__atomic_load_n(&cpu->started, __ATOMIC_ACQUIRE); polls++) {
		if (polls == START_POLLS)
			boot_refuse("a CPU does not start");
		arch_relax();
	}
}

BOOT_CODE void boot_other_cpus(const void *tree)
{
	uint64_t identity;
	int node = -1;

	while ((node = boot_tree_cpu(tree, node, &identity)) >= 0)
		if (identity != cpus[0].identity && cpu_count < CPU_COUNT)
			start(boot_cpu(identity));
}
