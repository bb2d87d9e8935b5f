/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's tree, read back with libfdt: all that Linux's bindings ask for. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

static _Alignas(8) uint8_t tree[VM_TREE_SIZE];
static struct vm vm;

static void describe(void)
{
	fake_reset(NULL);
	memset(tree, 0xa5, sizeof(tree));
	memset(&vm, 0, sizeof(vm));
	vm.name = "linux";
	vm.guest = (struct range){ 0x140000000, 0x10000000 };
	vm.vcpus = 2;
	vm.initrd.size = 0x123457;
	vm.description = (struct description){
		.bootargs = "console=ttyAMA0 quiet",
		.controller = controllers,
		.controller_range = { { 0x8000000, 0x10000 }, { 0x80a0000, 0x40000 } },
		.devices = 3,
		.device = {
			{ DEVICE_VIRTIO, { 0xa003e00, 0x200 }, 79 },
			{ DEVICE_PL011, { 0x9000000, 0x1000 }, 33 },
			{ DEVICE_VIRTIO, { 0xff00000000, 0x1000 }, 25 },
		},
	};
}

static void build(uint64_t initrd)
{
	struct layout layout = { .kernel = 0x140000000, .initrd = initrd };

	CU_ASSERT_EQUAL(tree_build(&vm, &layout, tree, sizeof(tree)), STATUS_OK);
	CU_ASSERT_EQUAL(fdt_check_full(tree, sizeof(tree)), 0);
}

static void expect_bytes(const char *path, const char *property, const void *bytes, int size)
{
	int length;
	const void *found = fdt_getprop(tree, fdt_path_offset(tree, path), property, &length);

	CU_ASSERT(found && length == size && !memcmp(found, bytes, (size_t)size));
	if (!found || length != size || memcmp(found, bytes, (size_t)size))
		printf("# %s/%s: length %d\n", path, property, length);
}

#define expect_text(path, property, text) expect_bytes(path, property, text, sizeof(text))
#define expect_flag(path, property) expect_bytes(path, property, "", 0)

static void expect_cells(const char *path, const char *property, const uint32_t *cells, int count)
{
	fdt32_t raw[16];
	int index;

	for (index = 0; index < count; index++)
		raw[index] = cpu_to_fdt32(cells[index]);
	expect_bytes(path, property, raw, count * 4);
}

#define CELLS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4

static int children(const char *path)
{
	int node, count = 0;

	fdt_for_each_subnode(node, tree, fdt_path_offset(tree, path))
		count++;
	return count;
}

static void test_root(void)
{
	describe();
	build(0x148000000);
	expect_cells("/", "#address-cells", CELLS(2));
	expect_cells("/", "#size-cells", CELLS(2));
	CU_ASSERT_PTR_NULL(fdt_getprop(tree, 0, "interrupt-parent", NULL));
	expect_text("/memory@140000000", "device_type", "memory");
	expect_cells("/memory@140000000", "reg", CELLS(1, 0x40000000, 0, 0x10000000));
	CU_ASSERT_EQUAL(children("/"), 10);
}

static void test_chosen(void)
{
	describe();
	build(0x148000000);
	expect_text("/chosen", "bootargs", "console=ttyAMA0 quiet");
	expect_cells("/chosen", "linux,initrd-start", CELLS(1, 0x48000000));
	expect_cells("/chosen", "linux,initrd-end", CELLS(1, 0x48123457));
	expect_text("/chosen", "stdout-path", "/pl011@9000000");
	CU_ASSERT(fdt_path_offset(tree, "/pl011@9000000") > 0);
}

static void test_seed(void)
{
	int chosen, length;
	const uint8_t *bytes;

	describe();
	vm.seed = (struct seed){ .is_there = true, .layout = 0x1122334455667788, .bytes = { 7, 8 } };
	build(0);
	expect_cells("/chosen", "kaslr-seed", CELLS(0x11223344, 0x55667788));
	chosen = fdt_path_offset(tree, "/chosen");
	bytes = fdt_getprop(tree, chosen, "rng-seed", &length);
	CU_ASSERT_EQUAL(length, 32);
	CU_ASSERT(bytes && bytes[0] == 7 && bytes[1] == 8 && bytes[31] == 0);
	vm.seed.is_there = false;
	build(0);
	CU_ASSERT_PTR_NULL(fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), "rng-seed", NULL));
}

static void test_bare(void)
{
	int chosen;

	describe();
	vm.description.devices = 0;
	build(0);
	chosen = fdt_path_offset(tree, "/chosen");
	CU_ASSERT_PTR_NULL(fdt_getprop(tree, chosen, "stdout-path", NULL));
	CU_ASSERT_PTR_NULL(fdt_getprop(tree, chosen, "linux,initrd-start", NULL));
	CU_ASSERT_EQUAL(children("/"), 7);
}

static void test_cpus(void)
{
	describe();
	build(0);
	expect_cells("/cpus", "#address-cells", CELLS(1));
	expect_cells("/cpus", "#size-cells", CELLS(0));
	CU_ASSERT_EQUAL(children("/cpus"), 2);
	expect_text("/cpus/cpu@1", "device_type", "cpu");
	expect_text("/cpus/cpu@1", "compatible", "arm,armv8");
	expect_text("/cpus/cpu@1", "enable-method", "psci");
	expect_cells("/cpus/cpu@0", "reg", CELLS(0));
	expect_cells("/cpus/cpu@1", "reg", CELLS(1));
	expect_text("/psci", "compatible", "arm,psci-1.0\0arm,psci-0.2");
	expect_text("/psci", "method", "hvc");
}

static void test_interrupts(void)
{
	describe();
	build(0);
	expect_text("/interrupt-controller@8000000", "compatible", "arm,gic-v3");
	expect_flag("/interrupt-controller@8000000", "interrupt-controller");
	expect_cells("/interrupt-controller@8000000", "#interrupt-cells", CELLS(3));
	expect_cells("/interrupt-controller@8000000", "#address-cells", CELLS(0));
	expect_cells("/interrupt-controller@8000000", "phandle", CELLS(1));
	expect_cells("/interrupt-controller@8000000", "reg",
		     CELLS(0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0x40000));
	expect_text("/timer", "compatible", "arm,armv8-timer");
	expect_flag("/timer", "always-on");
	expect_cells("/timer", "interrupt-parent", CELLS(1));
	expect_cells("/timer", "interrupts", CELLS(1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4));
}

static void test_console(void)
{
	describe();
	build(0);
	expect_text("/pl011@9000000", "compatible", "arm,pl011\0arm,primecell");
	expect_cells("/pl011@9000000", "reg", CELLS(0, 0x9000000, 0, 0x1000));
	expect_cells("/pl011@9000000", "interrupt-parent", CELLS(1));
	expect_cells("/pl011@9000000", "interrupts", CELLS(0, 1, 4));
	expect_cells("/pl011@9000000", "clocks", CELLS(2, 2));
	expect_text("/pl011@9000000", "clock-names", "uartclk\0apb_pclk");
	expect_text("/apb-pclk", "compatible", "fixed-clock");
	expect_cells("/apb-pclk", "#clock-cells", CELLS(0));
	expect_cells("/apb-pclk", "clock-frequency", CELLS(24000000));
	expect_cells("/apb-pclk", "phandle", CELLS(2));
}

static void test_virtio(void)
{
	describe();
	build(0);
	expect_text("/virtio_mmio@a003e00", "compatible", "virtio,mmio");
	expect_cells("/virtio_mmio@a003e00", "reg", CELLS(0, 0xa003e00, 0, 0x200));
	expect_cells("/virtio_mmio@a003e00", "interrupt-parent", CELLS(1));
	expect_cells("/virtio_mmio@a003e00", "interrupts", CELLS(0, 47, 1));
	expect_flag("/virtio_mmio@a003e00", "dma-coherent");
	expect_cells("/virtio_mmio@ff00000000", "reg", CELLS(0xff, 0, 0, 0x1000));
	expect_cells("/virtio_mmio@ff00000000", "interrupts", CELLS(1, 9, 1));
}

/* The most that description_read lets through fits into the room there is. */
static void test_full(void)
{
	static char bootargs[VM_BOOTARGS_MAXIMUM];
	uint32_t index;

	describe();
	memset(bootargs, 'x', sizeof(bootargs) - 1);
	vm.vcpus = VM_VCPU_MAXIMUM;
	vm.description.bootargs = bootargs;
	vm.description.devices = VM_DEVICE_MAXIMUM;
	for (index = 0; index < VM_DEVICE_MAXIMUM; index++)
		vm.description.device[index] = (struct vm_device){
			DEVICE_PL011, { 0xff00000000 + 0x1000 * index, 0x1000 }, 1000
		};
	build(0x148000000);
	CU_ASSERT_EQUAL(children("/cpus"), VM_VCPU_MAXIMUM);
}

static void test_no_room(void)
{
	struct layout layout = { 0 };
	size_t size, full;

	describe();
	build(0);
	full = fdt_totalsize(tree);
	/* A smaller buffer is never written beyond, and always refused with a line of log. */
	for (size = 0; size < full; size++) {
		fake.lines = 0;
		memset(tree, 0xa5, sizeof(tree));
		CU_ASSERT_EQUAL(tree_build(&vm, &layout, tree, size), STATUS_NO_MEMORY);
		CU_ASSERT_EQUAL(tree[size], 0xa5);
		CU_ASSERT_EQUAL(fake.lines, 1);
	}
}

static const struct suite_test tests[] = {
	{ "the root has its cells, its interrupt parent and its memory", test_root },
	{ "the seeds are there if there are any, and only then", test_seed },
	{ "chosen has the arguments, the RAM disk and the console", test_chosen },
	{ "without devices and RAM disk nothing speaks of them", test_bare },
	{ "each vCPU has a node, started by psci", test_cpus },
	{ "interrupt controller and timer are as their bindings say", test_interrupts },
	{ "a pl011 has its registers, interrupt and clocks", test_console },
	{ "a virtio device has its registers and an edge-triggered interrupt", test_virtio },
	{ "the largest VM's tree fits", test_full },
	{ "a tree that does not fit is refused", test_no_room },
};

int main(void)
{
	return suite_run("vmm tree", tests, sizeof(tests) / sizeof(*tests));
}
