/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/boot_tree.h"

#include <libfdt.h>

static BOOT_CODE uint64_t cells(const fdt32_t *at, unsigned int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 32 | fdt32_to_cpu(*at++);
	return value;
}

BOOT_CODE void boot_tree_reg(const void *tree, int node, uint64_t *numbers, int count)
{
	int length = 0, index;
	const fdt32_t *reg = node < 0 ? NULL : fdt_getprop(tree, node, "reg", &length);

	if (!reg || length < count * 16)
		boot_refuse("the machine's device tree lacks what Coppice needs");
	for (index = 0; index < 2 * count; index++)
		numbers[index] = cells(reg + 2 * index, 2);
}

BOOT_CODE int boot_tree_find(const void *tree, int after, const char *compatible)
{
	return fdt_node_offset_by_compatible(tree, after, compatible);
}

BOOT_CODE int boot_tree_words(const void *tree, int node, const char *name, uint32_t *words)
{
	int length = 0, index;
	const fdt32_t *property = node < 0 ? NULL : fdt_getprop(tree, node, name, &length);

	if (!property)
		return 0;
	for (index = 0; index < length / 4 && index < BOOT_WORDS; index++)
		words[index] = fdt32_to_cpu(property[index]);
	return index;
}

/* A number of one or two cells in /chosen; 0: there is none. */
static BOOT_CODE uint64_t chosen(const void *tree, const char *name)
{
	int length = 0, node = fdt_path_offset(tree, "/chosen");
	const fdt32_t *value = node < 0 ? NULL : fdt_getprop(tree, node, name, &length);

	return value && (length == 4 || length == 8) ? cells(value, length / 4) : 0;
}

BOOT_CODE void boot_tree_read(const void *tree, struct boot_machine *machine)
{
	uint64_t memory[2], end;
	int node;

	if (fdt_check_header(tree))
		boot_refuse("the firmware gave no device tree");
	node = fdt_node_offset_by_prop_value(tree, -1, "device_type", "memory", 7);
	boot_tree_reg(tree, node, memory, 1);
	machine->ram_base = memory[0];
	machine->ram_size = memory[1];
	machine->bundle_base = chosen(tree, "linux,initrd-start");
	end = chosen(tree, "linux,initrd-end");
	machine->bundle_size = end > machine->bundle_base ? end - machine->bundle_base : 0;
	machine->tree_base = (uint64_t)tree;
	machine->tree_size = fdt_totalsize(tree);
}

BOOT_CODE int boot_tree_cpus(const void *tree)
{
	return fdt_path_offset(tree, "/cpus");
}

BOOT_CODE int boot_tree_below(const void *tree, int node)
{
	return fdt_first_subnode(tree, node);
}

BOOT_CODE int boot_tree_cpu(const void *tree, int after, uint64_t *reg)
{
	int length = 0, node = after < 0 ? boot_tree_below(tree, boot_tree_cpus(tree))
					 : fdt_next_subnode(tree, after);

	for (; node >= 0; node = fdt_next_subnode(tree, node)) {
		const char *type = fdt_getprop(tree, node, "device_type", NULL);
		const fdt32_t *value = fdt_getprop(tree, node, "reg", &length);

		if (!type || type[0] != 'c' || !value || (length != 4 && length != 8))
			continue;
		*reg = cells(value, length / 4);
		return node;
	}
	return node;
}
