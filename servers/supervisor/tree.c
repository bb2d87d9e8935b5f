/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/supervisor/tree.h"

#include <libfdt.h>

#include "servers/rt/string.h"
#include "servers/supervisor/supervisor.h"

static const uint32_t *property(const void *tree, int node, const char *name, int least)
{
	int length = 0;
	const void *value = fdt_getprop(tree, node, name, &length);

	if (!value || length < least)
		refuse("system.dtb: %s has no usable %s", fdt_get_name(tree, node, NULL), name);
	return value;
}

uint32_t cell(const uint32_t *at)
{
	return fdt32_ld((const fdt32_t *)at);
}

uint64_t cells(const uint32_t *at)
{
	return (uint64_t)cell(at) << 32 | cell(at + 1);
}

int tree_node(const void *tree, int parent, const char *name)
{
	int node = fdt_subnode_offset(tree, parent, name);

	if (node < 0)
		refuse("system.dtb: there is no node %s", name);
	return node;
}

uint32_t tree_number(const void *tree, int node, const char *name)
{
	return cell(property(tree, node, name, 4));
}

uint64_t tree_number64(const void *tree, int node, const char *name, unsigned int index)
{
	return cells(property(tree, node, name, 8 * (int)(index + 1)) + 2 * index);
}

const char *tree_text(const void *tree, int node, const char *name)
{
	int length = 0;
	const char *text = fdt_getprop(tree, node, name, &length);

	if (!text || length < 1 || text[length - 1] != '\0')
		refuse("system.dtb: %s has no usable %s", fdt_get_name(tree, node, NULL), name);
	return text;
}

const uint32_t *tree_records(const void *tree, int node, const char *name, unsigned int size,
			     unsigned int *count)
{
	int length = 0;
	const void *value = fdt_getprop(tree, node, name, &length);

	if (value && (unsigned int)length % (4 * size))
		refuse("system.dtb: %s has a broken %s", fdt_get_name(tree, node, NULL), name);
	*count = value ? (unsigned int)length / (4 * size) : 0;
	return value;
}
