/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's tree: what only a riscv64 guest has in it. */
#include "tests/host/vmm_tree.h"

#define PLIC (&controllers[0])
#define AIA (&controllers[1])

#define ISA "rv64imafdc_zicntr_zicsr_zifencei_zba_zbb_zbs"
#define EXTENSIONS "i\0m\0a\0f\0d\0c\0zicntr\0zicsr\0zifencei\0zba\0zbb\0zbs\0"

static void test_cpus(void)
{
	describe(PLIC);
	build(0);
	expect_cells("/cpus", "#address-cells", CELLS(1));
	expect_cells("/cpus", "#size-cells", CELLS(0));
	expect_cells("/cpus", "timebase-frequency", CELLS(1000000));
	CU_ASSERT_EQUAL(children("/cpus"), 2);
	expect_text("/cpus/cpu@1", "device_type", "cpu");
	expect_text("/cpus/cpu@1", "compatible", "riscv");
	expect_text("/cpus/cpu@1", "mmu-type", "riscv,sv39");
	expect_cells("/cpus/cpu@0", "reg", CELLS(0));
	expect_cells("/cpus/cpu@1", "reg", CELLS(1));
	expect_text("/cpus/cpu@1/interrupt-controller", "compatible", "riscv,cpu-intc");
	expect_flag("/cpus/cpu@1/interrupt-controller", "interrupt-controller");
	expect_cells("/cpus/cpu@1/interrupt-controller", "#interrupt-cells", CELLS(1));
	expect_cells("/cpus/cpu@1/interrupt-controller", "#address-cells", CELLS(0));
	expect_cells("/cpus/cpu@0/interrupt-controller", "phandle", CELLS(16));
	expect_cells("/cpus/cpu@1/interrupt-controller", "phandle", CELLS(17));
	/* It is nobody's child: else whoever starts them in order never gets to it. */
	expect_none("/cpus/cpu@1/interrupt-controller", "interrupt-parent");
	expect_none("/cpus/cpu@1", "interrupt-parent");
	expect_none("/cpus", "interrupt-parent");
	expect_none("/", "interrupt-parent");
}

static void test_isa(void)
{
	describe(PLIC);
	build(0);
	expect_text("/cpus/cpu@1", "riscv,isa", ISA "_sstc");
	expect_text("/cpus/cpu@1", "riscv,isa-base", "rv64i");
	expect_text("/cpus/cpu@1", "riscv,isa-extensions", EXTENSIONS "sstc");
	describe(AIA);
	build(0);
	expect_text("/cpus/cpu@1", "riscv,isa", ISA "_ssaia_sstc");
	expect_text("/cpus/cpu@1", "riscv,isa-extensions", EXTENSIONS "ssaia\0sstc");
}

static void test_plic(void)
{
	const char *path = "/interrupt-controller@c000000";

	describe(PLIC);
	build(0);
	expect_text(path, "compatible", "sifive,plic-1.0.0\0riscv,plic0");
	expect_flag(path, "interrupt-controller");
	expect_cells(path, "#interrupt-cells", CELLS(1));
	expect_cells(path, "#address-cells", CELLS(0));
	expect_cells(path, "phandle", CELLS(1));
	expect_cells(path, "reg", CELLS(0, 0xc000000, 0, 0x600000));
	expect_cells(path, "riscv,ndev", CELLS(63));
	expect_cells(path, "interrupts-extended", CELLS(16, 9, 17, 9));
	expect_cells("/serial@10000000", "interrupts", CELLS(1));
	expect_cells("/virtio_mmio@10001000", "interrupts", CELLS(2));
}

static void test_aia(void)
{
	const char *aplic = "/interrupt-controller@d000000", *imsics = "/interrupt-controller@28000000";

	describe(AIA);
	vm.description.controller_range[0] = (struct range){ 0xd000000, 0x8000 };
	vm.description.controller_range[1] = (struct range){ 0x28000000, 0x2000 };
	build(0);
	expect_text(imsics, "compatible", "riscv,imsics");
	expect_flag(imsics, "interrupt-controller");
	expect_flag(imsics, "msi-controller");
	expect_cells(imsics, "#interrupt-cells", CELLS(0));
	expect_cells(imsics, "#msi-cells", CELLS(0));
	expect_cells(imsics, "phandle", CELLS(3));
	expect_cells(imsics, "reg", CELLS(0, 0x28000000, 0, 0x2000));
	expect_cells(imsics, "riscv,num-ids", CELLS(127));
	expect_cells(imsics, "interrupts-extended", CELLS(16, 9, 17, 9));
	expect_text(aplic, "compatible", "riscv,aplic");
	expect_flag(aplic, "interrupt-controller");
	expect_cells(aplic, "#interrupt-cells", CELLS(2));
	expect_cells(aplic, "phandle", CELLS(1));
	expect_cells(aplic, "reg", CELLS(0, 0xd000000, 0, 0x8000));
	expect_cells(aplic, "riscv,num-sources", CELLS(63));
	expect_cells(aplic, "msi-parent", CELLS(3));
	expect_none(aplic, "interrupts-extended");
	expect_cells("/serial@10000000", "interrupts", CELLS(1, 4));
	expect_cells("/virtio_mmio@10001000", "interrupts", CELLS(2, 1));
}

static const struct suite_test tests[] = {
	{ "each vCPU has a node with an interrupt controller", test_cpus },
	{ "the ISA is what the kernel switches, with ssaia beside an IMSIC", test_isa },
	{ "a PLIC has a context for each vCPU", test_plic },
	{ "an APLIC sends messages to the vCPUs' interrupt files", test_aia },
};

int main(void)
{
	return suite_run("vmm nodes", tests, sizeof(tests) / sizeof(*tests));
}
