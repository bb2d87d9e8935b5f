/* SPDX-License-Identifier: Apache-2.0 */
/* The GIC's register frames: what each register reads after what was written, and access sizes. */
#include "tests/host/suite.h"
#include "tests/host/vgic_guest.h"

static struct guest guest;

static uint64_t redistributor_get(uint64_t offset, uint64_t width)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vgic_redistributor_read(&guest.gic, offset, width, &value), STATUS_OK);
	return value;
}

static void test_identification(void)
{
	uint32_t vcpu;

	guest_start(&guest, 3);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_TYPER, 4) & 0x1f, 3);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_TYPER, 4) >> 17 & 1, 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_PIDR2, 4) >> 4 & 15, 3);
	for (vcpu = 0; vcpu < 3; vcpu++) {
		uint64_t base = (uint64_t)vcpu * GICR_SIZE, type = redistributor_get(base + 8, 8);

		CU_ASSERT_EQUAL(redistributor_get(base + GIC_PIDR2, 4) >> 4 & 15, 3);
		CU_ASSERT_EQUAL(type >> 32, vcpu);
		CU_ASSERT_EQUAL(type >> 8 & 0xffff, vcpu);
		CU_ASSERT_EQUAL(type >> 4 & 1, vcpu == 2);
		CU_ASSERT_EQUAL(redistributor_get(base + 12, 4), vcpu);
		CU_ASSERT_EQUAL(redistributor_get(base + 8, 4), (uint32_t)type);
	}
}

static void test_control(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GICD_CTLR, 4, 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_CTLR, 4), 0x50);
	distributor_set(&guest, GICD_CTLR, 4, UINT32_MAX);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_CTLR, 4), 0x53);
}

static void test_waker(void)
{
	guest_start(&guest, 2);
	CU_ASSERT_EQUAL(redistributor_get(GICR_SIZE + GICR_WAKER, 4), 6);
	vgic_redistributor_write(&guest.gic, GICR_SIZE + GICR_WAKER, 4, 0);
	CU_ASSERT_EQUAL(redistributor_get(GICR_SIZE + GICR_WAKER, 4), 0);
	CU_ASSERT_EQUAL(redistributor_get(GICR_WAKER, 4), 6);
}

static void test_bitmaps(void)
{
	static const uint32_t sets[] = { GIC_ISENABLER, GIC_ISPENDR, GIC_ISACTIVER };
	uint32_t kind, index;

	for (kind = 0; kind < 3; kind++) {
		guest_start(&guest, 2);
		for (index = 1; index < VGIC_BANKS; index++) {
			uint32_t at = sets[kind] + 4 * index;

			distributor_set(&guest, at + 0x80, 4, UINT32_MAX);
			distributor_set(&guest, at, 4, 0x10 << index);
			CU_ASSERT_EQUAL(distributor_get(&guest, at, 4), 0x10 << index);
			distributor_set(&guest, at, 4, 1);
			CU_ASSERT_EQUAL(distributor_get(&guest, at + 0x80, 4), 1 | 0x10 << index);
			distributor_set(&guest, at + 0x80, 4, 1);
			CU_ASSERT_EQUAL(distributor_get(&guest, at, 4), 0x10 << index);
		}
		private_set(&guest, 1, sets[kind] + 0x80, 4, UINT32_MAX);
		private_set(&guest, 1, sets[kind], 4, 0x80000001);
		CU_ASSERT_EQUAL(private_get(&guest, 1, sets[kind] + 0x80, 4), 0x80000001);
		CU_ASSERT_NOT_EQUAL(private_get(&guest, 0, sets[kind], 4), 0x80000001);
	}
}

static void test_groups(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_IGROUPR + 4, 4, 0x12345678);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_IGROUPR + 4, 4), 0x12345678);
	private_set(&guest, 0, GIC_IGROUPR, 4, 0x9abcdef0);
	CU_ASSERT_EQUAL(private_get(&guest, 0, GIC_IGROUPR, 4), 0x9abcdef0);
}

static void test_priorities(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_IPRIORITYR + 64, 4, 0xff804127);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_IPRIORITYR + 64, 4), 0xf8804020);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_IPRIORITYR + 67, 1), 0xf8);
	distributor_set(&guest, GIC_IPRIORITYR + 65, 1, 0x10);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_IPRIORITYR + 64, 4), 0xf8801020);
	private_set(&guest, 0, GIC_IPRIORITYR + 31, 1, 0x88);
	CU_ASSERT_EQUAL(private_get(&guest, 0, GIC_IPRIORITYR + 28, 4), 0x88a0a0a0);
	distributor_set(&guest, GIC_IPRIORITYR + 28, 4, 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_IPRIORITYR + 28, 4), 0);
	CU_ASSERT_EQUAL(private_get(&guest, 0, GIC_IPRIORITYR + 28, 4), 0x88a0a0a0);
}

static void test_configuration(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ICFGR + 8, 4, 0xffff0003);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ICFGR + 8, 4), 0xaaaa0002);
	CU_ASSERT_EQUAL(guest.gic.spi[0].edge, 0xff01);
	distributor_set(&guest, GIC_ICFGR + 12, 4, 0x80000000);
	CU_ASSERT_EQUAL(guest.gic.spi[0].edge, 0x8000ff01);
	private_set(&guest, 0, GIC_ICFGR, 4, 0);
	private_set(&guest, 0, GIC_ICFGR + 4, 4, UINT32_MAX);
	CU_ASSERT_EQUAL(private_get(&guest, 0, GIC_ICFGR, 4), 0xaaaaaaaa);
	CU_ASSERT_EQUAL(private_get(&guest, 0, GIC_ICFGR + 4, 4), 0);
}

static void test_routers(void)
{
	guest_start(&guest, 2);
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 8, 0xffffff07ffffff01);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_IROUTER + 8 * SPI, 8), 0x0700ffff01);
	distributor_set(&guest, GICD_IROUTER + 8 * SPI + 4, 4, 0);
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 4, 1);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_IROUTER + 8 * SPI, 8), 1);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_IROUTER + 8 * SPI + 4, 4), 0);
	distributor_set(&guest, GICD_IROUTER + 8 * 31, 8, 1);
	distributor_set(&guest, GICD_IROUTER + 8 * 128, 8, 1);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_IROUTER + 8 * 31, 8), 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_IROUTER + 8 * 128, 8), 0);
}

static void test_sizes(void)
{
	uint64_t value;

	guest_start(&guest, 2);
	CU_ASSERT_EQUAL(vgic_distributor_read(&guest.gic, 0, 0x10000, 4, &value),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_distributor_read(&guest.gic, 0, 0, 8, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_distributor_read(&guest.gic, 0, 0, 2, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_distributor_read(&guest.gic, 0, 2, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_distributor_read(&guest.gic, 0, 0x100, 1, &value),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_distributor_read(&guest.gic, 0, GICD_IROUTER + 4, 8, &value),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_distributor_write(&guest.gic, 0, GIC_IPRIORITYR + 40, 2, 0),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_redistributor_read(&guest.gic, 2 * GICR_SIZE, 4, &value),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_redistributor_read(&guest.gic, UINT64_MAX - 3, 4, &value),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_redistributor_read(&guest.gic, GICR_SIZE + 16, 8, &value),
			STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_redistributor_write(&guest.gic, GIC_IPRIORITYR, 1, 0),
			STATUS_BAD_ARGUMENT);
}

static void test_reserved(void)
{
	uint64_t offset;

	guest_start(&guest, 1);
	for (offset = 0xc; offset < 0x80; offset += 4) {
		distributor_set(&guest, offset, 4, UINT32_MAX);
		CU_ASSERT_EQUAL(distributor_get(&guest, offset, 4), 0);
	}
	/* Bank 0 in the distributor, the banks behind the last, targets, group modifiers. */
	for (offset = GIC_IGROUPR; offset < GIC_BANKS_END; offset += 4) {
		uint32_t index = vgic_bank_index((uint32_t)offset);

		if (index > 0 && index < VGIC_BANKS)
			continue;
		distributor_set(&guest, offset, 4, UINT32_MAX);
		CU_ASSERT_EQUAL(distributor_get(&guest, offset, 4), 0);
	}
	for (offset = 4; offset < 0x1000; offset += 4) {
		if (vgic_bank_index((uint32_t)offset) == 0 && offset >= GIC_IGROUPR)
			continue;
		private_set(&guest, 0, offset, 4, UINT32_MAX);
		CU_ASSERT_EQUAL(private_get(&guest, 0, offset, 4), 0);
	}
}

static void test_reset(void)
{
	guest_start(&guest, 2);
	vgic_line_set(&guest.gic, SPI, 1);
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 8, 1);
	vgic_sgi(&guest.gic, 0, SYSREG(3, 0, 12, 11, 5), 2);
	guest_settle(&guest);
	vgic_reset(&guest.gic);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
	CU_ASSERT_EQUAL(guest.page[1].list[0] | guest.page[0].list[0], 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_CTLR, 4), 0x50);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISENABLER + 4, 4), 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GICD_IROUTER + 8 * SPI, 8), 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISPENDR + 4, 4), 1u << (SPI - 32));
	CU_ASSERT_EQUAL(private_get(&guest, 1, GIC_ISPENDR, 4), 0);
	CU_ASSERT_EQUAL(private_get(&guest, 1, GIC_IPRIORITYR, 4), 0);
}

static const struct suite_test tests[] = {
	{ "the identification registers name a GICv3 of 128 interrupts", test_identification },
	{ "affinity routing and the one security state are fixed", test_control },
	{ "a redistributor wakes when asked to", test_waker },
	{ "set and clear registers work on the same bits", test_bitmaps },
	{ "groups are kept", test_groups },
	{ "priorities have five bits and go by bytes", test_priorities },
	{ "SPIs are configurable, SGIs and PPIs are not", test_configuration },
	{ "routers keep the affinity, whole or by halves", test_routers },
	{ "other sizes and places are refused", test_sizes },
	{ "reserved registers read as zero and ignore writes", test_reserved },
	{ "a reset keeps nothing but the lines' levels", test_reset },
};

int main(void)
{
	return suite_run("vgic_registers", tests, sizeof(tests) / sizeof(tests[0]));
}
