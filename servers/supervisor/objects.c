/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the plan's kernel objects, one by one. */
#include <libfdt.h>

#include "servers/rt/string.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

static void create_memory(const void *tree, int node, handle_t slot, const char *name)
{
	memory_create(slot, tree_number64(tree, node, "size", 0),
		      tree_number64(tree, node, "align", 0), name);
}

static status_t create_image(const void *tree, int node, handle_t slot, const char *name)
{
	struct bundle_file file = file_find(tree_text(tree, node, "file"));

	image_create(slot, &file, name);
	return STATUS_OK;
}

static status_t create_vm(const void *tree, int node, handle_t slot)
{
	unsigned int count;
	const uint32_t *fault = tree_records(tree, node, "fault", 3, &count);

	if (count != 1)
		refuse("system.dtb: a vm has no fault endpoint");
	return rt_syscall(SYSCALL_CREATE_VM, SLOT_ROOT_POOL, slot, cell(fault), cells(fault + 1), 0,
			  0, NULL);
}

static status_t create_vcpu(const void *tree, int node, handle_t slot, const char *name)
{
	status_t status = rt_syscall(SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, slot,
				     tree_number(tree, node, "vm"),
				     tree_number(tree, node, "index"),
				     tree_number(tree, node, "page"),
				     tree_number(tree, node, "priority"), NULL);

	if (made(status))
		schedule(tree, node, slot, name);
	return status;
}

static status_t create(const void *tree, int node, handle_t slot, const char *name)
{
	const char *type = tree_text(tree, node, "type");

	if (strcmp(type, "endpoint") == 0)
		return rt_syscall(SYSCALL_CREATE_ENDPOINT, SLOT_ROOT_POOL, slot, 0, 0, 0, 0, NULL);
	if (strcmp(type, "pool") == 0)
		return rt_syscall(SYSCALL_CREATE_POOL, SLOT_ROOT_POOL, slot,
				  tree_number64(tree, node, "size", 0), 0, 0, 0, NULL);
	if (strcmp(type, "memory") == 0) {
		create_memory(tree, node, slot, name);
		return STATUS_OK;
	}
	if (strcmp(type, "image") == 0)
		return create_image(tree, node, slot, name);
	if (strcmp(type, "device") == 0)
		return rt_syscall(SYSCALL_CREATE_DEVICE, SLOT_MACHINE, slot, SLOT_ROOT_POOL,
				  tree_number64(tree, node, "reg", 0),
				  tree_number64(tree, node, "reg", 1), 0, NULL);
	if (strcmp(type, "irq") == 0)
		return rt_syscall(SYSCALL_CREATE_IRQ, SLOT_MACHINE, slot, SLOT_ROOT_POOL,
				  tree_number(tree, node, "number"),
				  tree_number(tree, node, "endpoint"),
				  tree_number64(tree, node, "bits", 0), NULL);
	if (strcmp(type, "vm") == 0)
		return create_vm(tree, node, slot);
	if (strcmp(type, "vcpu") == 0)
		return create_vcpu(tree, node, slot, name);
	refuse("system.dtb: the object %s has the unknown type %s", name, type);
}

static void fill_vm(const void *tree, int node)
{
	const char *name = fdt_get_name(tree, node, NULL);
	handle_t slot = tree_number(tree, node, "slot");
	const uint32_t *record;
	unsigned int count;
	status_t status;

	record = tree_records(tree, node, "maps", 8, &count);
	for (; count; count--, record += 8)
		map(slot, cell(record), cells(record + 2), cells(record + 4), cells(record + 6),
		    cell(record + 1), name);
	record = tree_records(tree, node, "routes", 8, &count);
	for (; count; count--, record += 8) {
		status = rt_syscall(SYSCALL_ROUTE, slot, cell(record), cells(record + 1),
				    cells(record + 3), cell(record + 5),
				    cell(record + 6) | (uint64_t)cell(record + 7) << 32, NULL);
		if (!made(status))
			refuse("cannot route exits of %s (status %ld)", name, status);
	}
}

void objects_create(const void *tree, int plan)
{
	int node;

	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "objects")) {
		const char *name = fdt_get_name(tree, node, NULL);
		handle_t slot = tree_number(tree, node, "slot");
		status_t status = create(tree, node, slot, name);

		if (!made(status))
			refuse("cannot make the object %s (status %ld)", name, status);
	}
	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "vms"))
		fill_vm(tree, node);
}
