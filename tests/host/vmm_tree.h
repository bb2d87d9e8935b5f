/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's tree, and what is expected of it, read back with libfdt. */
#ifndef TESTS_HOST_VMM_TREE_H
#define TESTS_HOST_VMM_TREE_H

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

static _Alignas(8) uint8_t tree[VM_TREE_SIZE];
static struct vm vm;

static inline void describe(const struct controller *controller)
{
	static const struct range ranges[] = MACHINE_CONTROLLER_RANGES;

	fake_reset(NULL);
	memset(tree, 0xa5, sizeof(tree));
	memset(&vm, 0, sizeof(vm));
	vm.name = "linux";
	vm.guest = (struct range){ 0x140000000, 0x10000000 };
	vm.vcpus = 2;
	vm.initrd.size = 0x123457;
	vm.description = (struct description){
		.bootargs = "console=ttyAMA0 quiet",
		.controller = controller,
		.devices = 3,
		.device = {
			{ DEVICE_VIRTIO, { MACHINE_DISK_ADDRESS, 0x200 }, MACHINE_DISK_INTERRUPT },
			{ MACHINE_CONSOLE_KIND, { MACHINE_CONSOLE_ADDRESS, 0x1000 },
			  MACHINE_CONSOLE_INTERRUPT },
			{ DEVICE_VIRTIO, { 0xff00000000, 0x1000 }, 25 },
		},
	};
	memcpy(vm.description.controller_range, ranges, sizeof(ranges));
}

static inline void build(uint64_t initrd)
{
	struct layout layout = { .kernel = 0x140000000, .initrd = initrd };

	CU_ASSERT_EQUAL(tree_build(&vm, &layout, tree, sizeof(tree)), STATUS_OK);
	CU_ASSERT_EQUAL(fdt_check_full(tree, sizeof(tree)), 0);
}

static inline void expect_bytes(const char *path, const char *property, const void *bytes, int size)
{
	int length;
	const void *found = fdt_getprop(tree, fdt_path_offset(tree, path), property, &length);

	CU_ASSERT(found && length == size && !memcmp(found, bytes, (size_t)size));
	if (!found || length != size || memcmp(found, bytes, (size_t)size))
		printf("# %s/%s: length %d\n", path, property, length);
}

#define expect_text(path, property, text) expect_bytes(path, property, text, sizeof(text))
#define expect_flag(path, property) expect_bytes(path, property, "", 0)

static inline void expect_none(const char *path, const char *property)
{
	int node = fdt_path_offset(tree, path);

	CU_ASSERT(node >= 0 && !fdt_getprop(tree, node, property, NULL));
}

static inline void expect_cells(const char *path, const char *property, const uint32_t *cells,
				int count)
{
	fdt32_t raw[32];
	int index;

	for (index = 0; index < count; index++)
		raw[index] = cpu_to_fdt32(cells[index]);
	expect_bytes(path, property, raw, count * 4);
}

#define CELLS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4

static inline int children(const char *path)
{
	int node, count = 0;

	fdt_for_each_subnode(node, tree, fdt_path_offset(tree, path))
		count++;
	return count;
}

#endif
