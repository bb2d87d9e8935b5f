/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM that cannot go on stands still as a whole: a vCPU that waits for a held server would miss
 * its time, and the others would complain. Nothing of it is lost: exits wait where they are.
 */
#include <libfdt.h>

#include "servers/rt/string.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

#define VCPUS 128

uint64_t all_vms;

static struct {
	handle_t slot;
	uint8_t vm;
} vcpus[VCPUS];
static unsigned int vcpu_count;

/* VMs count in the plan's order. */
static unsigned int vm_number(const void *tree, int plan, uint32_t slot)
{
	unsigned int number = 0;
	int node;

	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "vms")) {
		if (tree_number(tree, node, "slot") == slot)
			return number;
		number++;
	}
	refuse("system.dtb: a vcpu of no vm");
}

void hold_read(const void *tree, int plan)
{
	int node;

	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "vms"))
		all_vms = all_vms << 1 | 1;
	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "objects")) {
		if (strcmp(tree_text(tree, node, "type"), "vcpu") != 0)
			continue;
		if (vcpu_count == VCPUS)
			refuse("system.dtb: more than %u vCPUs", VCPUS);
		vcpus[vcpu_count].slot = tree_number(tree, node, "slot");
		vcpus[vcpu_count++].vm =
			(uint8_t)vm_number(tree, plan, tree_number(tree, node, "vm"));
	}
}

static uint64_t held_vms(void)
{
	uint64_t vms = 0;
	unsigned int number;

	for (number = 0; number < task_count; number++)
		if (state()->task[number].condition == OPERATOR_CONDITION_HELD)
			vms |= places[number].vms;
	return vms;
}

/* To hold one that is held, or to let go of one that is not, changes nothing. */
void hold_settle(void)
{
	uint64_t wanted = held_vms(), changed = wanted ^ state()->vms_held;
	unsigned int index;

	if (!changed)
		return;
	for (index = 0; index < vcpu_count; index++)
		if (changed >> vcpus[index].vm & 1)
			rt_syscall(SYSCALL_VCPU_HOLD, vcpus[index].slot,
				   wanted >> vcpus[index].vm & 1, 0, 0, 0, 0, NULL);
	RT_TOUCH(state()->vms_held);
	state()->vms_held = wanted;
}
