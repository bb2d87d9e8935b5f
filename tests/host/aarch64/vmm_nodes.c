/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's tree: what only an aarch64 guest has in it. */
#include "tests/host/vmm_tree.h"

static void test_cpus(void)
{
	describe(controllers);
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
	describe(controllers);
	build(0);
	expect_text("/interrupt-controller@8000000", "compatible", "arm,gic-v3");
	expect_flag("/interrupt-controller@8000000", "interrupt-controller");
	expect_cells("/interrupt-controller@8000000", "#interrupt-cells", CELLS(3));
	expect_cells("/interrupt-controller@8000000", "#address-cells", CELLS(0));
	expect_cells("/interrupt-controller@8000000", "phandle", CELLS(1));
	expect_cells("/interrupt-controller@8000000", "reg",
		     CELLS(0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0x200000));
	expect_text("/timer", "compatible", "arm,armv8-timer");
	expect_flag("/timer", "always-on");
	expect_cells("/timer", "interrupt-parent", CELLS(1));
	expect_cells("/timer", "interrupts", CELLS(1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4));
}

static void test_devices(void)
{
	describe(controllers);
	build(0);
	expect_cells("/pl011@9000000", "interrupts", CELLS(0, 1, 4));
	expect_cells("/virtio_mmio@a003e00", "interrupts", CELLS(0, 47, 1));
	expect_cells("/virtio_mmio@ff00000000", "interrupts", CELLS(1, 9, 1));
}

static const struct suite_test tests[] = {
	{ "each vCPU has a node, started by psci", test_cpus },
	{ "interrupt controller and timer are as their bindings say", test_interrupts },
	{ "a console's interrupt is a level, a virtio device's an edge", test_devices },
};

int main(void)
{
	return suite_run("vmm nodes", tests, sizeof(tests) / sizeof(*tests));
}
