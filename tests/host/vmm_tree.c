/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's tree, as far as it is the same for all architectures. */
#include "tests/host/vmm_tree.h"

/* chosen, memory, and the architecture's. */
#define FIXED_NODES (2 + MACHINE_PROCESSOR_NODES + MACHINE_CONTROLLER_NODES)

static void test_root(void)
{
	describe(controllers);
	build(0x148000000);
	expect_cells("/", "#address-cells", CELLS(2));
	expect_cells("/", "#size-cells", CELLS(2));
	expect_none("/", "interrupt-parent");
	expect_text("/memory@140000000", "device_type", "memory");
	expect_cells("/memory@140000000", "reg", CELLS(1, 0x40000000, 0, 0x10000000));
	CU_ASSERT_EQUAL(children("/"), FIXED_NODES + 3 + MACHINE_CLOCK_NODES);
}

static void test_chosen(void)
{
	describe(controllers);
	build(0x148000000);
	expect_text("/chosen", "bootargs", "console=ttyAMA0 quiet");
	expect_cells("/chosen", "linux,initrd-start", CELLS(1, 0x48000000));
	expect_cells("/chosen", "linux,initrd-end", CELLS(1, 0x48123457));
	expect_text("/chosen", "stdout-path", MACHINE_STDOUT);
	CU_ASSERT(fdt_path_offset(tree, MACHINE_STDOUT) > 0);
}

static void test_seed(void)
{
	int chosen, length;
	const uint8_t *bytes;

	describe(controllers);
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

	describe(controllers);
	vm.description.devices = 0;
	build(0);
	chosen = fdt_path_offset(tree, "/chosen");
	CU_ASSERT_PTR_NULL(fdt_getprop(tree, chosen, "stdout-path", NULL));
	CU_ASSERT_PTR_NULL(fdt_getprop(tree, chosen, "linux,initrd-start", NULL));
	CU_ASSERT_EQUAL(children("/"), FIXED_NODES);
}

/* The most that description_read lets through fits into the room there is. */
static void test_full(void)
{
	static char bootargs[VM_BOOTARGS_MAXIMUM];
	uint32_t index;

	describe(controllers);
	memset(bootargs, 'x', sizeof(bootargs) - 1);
	vm.vcpus = VM_VCPU_MAXIMUM;
	vm.description.bootargs = bootargs;
	vm.description.devices = VM_DEVICE_MAXIMUM;
	for (index = 0; index < VM_DEVICE_MAXIMUM; index++)
		vm.description.device[index] = (struct vm_device){
			DEVICE_PL011, { 0xff00000000 + 0x1000 * index, 0x1000 },
			MACHINE_INTERRUPT_LAST
		};
	build(0x148000000);
	CU_ASSERT_EQUAL(children("/cpus"), VM_VCPU_MAXIMUM);
}

static void test_no_room(void)
{
	struct layout layout = { 0 };
	size_t size, full;

	describe(controllers);
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

static void test_consoles(void)
{
	describe(controllers);
	vm.description.device[0].kind = DEVICE_NS16550A;
	vm.description.device[0].registers.address = 0x10000000;
	vm.description.device[2].kind = DEVICE_PL011;
	build(0);
	expect_text("/chosen", "stdout-path", "/serial@10000000");
	expect_text("/serial@10000000", "compatible", "ns16550a");
	expect_cells("/serial@10000000", "clock-frequency", CELLS(3686400));
	expect_cells("/serial@10000000", "interrupt-parent", CELLS(1));
	expect_text("/pl011@ff00000000", "compatible", "arm,pl011\0arm,primecell");
	expect_cells("/pl011@ff00000000", "reg", CELLS(0xff, 0, 0, 0x1000));
	expect_cells("/pl011@ff00000000", "clocks", CELLS(2, 2));
	expect_text("/pl011@ff00000000", "clock-names", "uartclk\0apb_pclk");
	expect_text("/apb-pclk", "compatible", "fixed-clock");
	expect_cells("/apb-pclk", "#clock-cells", CELLS(0));
	expect_cells("/apb-pclk", "clock-frequency", CELLS(24000000));
	expect_cells("/apb-pclk", "phandle", CELLS(2));
}

static void test_virtio(void)
{
	describe(controllers);
	build(0);
	expect_text(MACHINE_DISK_NODE, "compatible", "virtio,mmio");
	expect_cells(MACHINE_DISK_NODE, "reg", CELLS(0, MACHINE_DISK_ADDRESS, 0, 0x200));
	expect_cells(MACHINE_DISK_NODE, "interrupt-parent", CELLS(1));
	expect_flag(MACHINE_DISK_NODE, "dma-coherent");
	expect_cells("/virtio_mmio@ff00000000", "reg", CELLS(0xff, 0, 0, 0x1000));
}

static const struct suite_test tests[] = {
	{ "the root has its cells and its memory", test_root },
	{ "the seeds are there if there are any, and only then", test_seed },
	{ "chosen has the arguments, the RAM disk and the console", test_chosen },
	{ "without devices and RAM disk nothing speaks of them", test_bare },
	{ "a console has its registers and its clock", test_consoles },
	{ "a virtio device has its registers", test_virtio },
	{ "the largest VM's tree fits", test_full },
	{ "a tree that does not fit is refused", test_no_room },
};

int main(void)
{
	return suite_run("vmm tree", tests, sizeof(tests) / sizeof(*tests));
}
