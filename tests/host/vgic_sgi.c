/* SPDX-License-Identifier: Apache-2.0 */
/* Software-generated interrupts: every field of the three system registers. */
#include "tests/host/suite.h"
#include "tests/host/vgic_guest.h"

#define SGI1R SYSREG(3, 0, 12, 11, 5)
#define ASGI1R SYSREG(3, 0, 12, 11, 6)
#define SGI0R SYSREG(3, 0, 12, 11, 7)

static struct guest guest;

/* SGI 0 from vCPU 0. */
static void send(uint64_t value)
{
	CU_ASSERT_EQUAL(vgic_sgi(&guest.gic, 0, SGI1R, value), STATUS_OK);
	guest_commit(&guest);
}

/* Who is kicked when vCPU 1 writes `value`; the interrupts are taken and ended. */
static uint32_t targets(uint64_t sysreg, uint64_t value)
{
	uint32_t intid = value >> 24 & 15, kicked, vcpu;

	CU_ASSERT_EQUAL(vgic_sgi(&guest.gic, 1, sysreg, value), STATUS_OK);
	guest_commit(&guest);
	kicked = guest_settle(&guest);
	for (vcpu = 0; vcpu < guest.gic.vcpus; vcpu++) {
		CU_ASSERT_EQUAL(guest_acknowledge(&guest, vcpu),
				kicked >> vcpu & 1 ? intid : SPURIOUS);
		guest_end(&guest, vcpu, intid);
		guest_refill(&guest, vcpu, 0);
	}
	return kicked;
}

static void test_targets(void)
{
	guest_start(&guest, 4);
	CU_ASSERT_EQUAL(targets(SGI1R, 0), 0);
	CU_ASSERT_EQUAL(targets(SGI1R, 1), 1);
	CU_ASSERT_EQUAL(targets(SGI1R, 7ull << 24 | 2), 2);
	CU_ASSERT_EQUAL(targets(SGI1R, 15ull << 24 | 0xd), 0xd);
	CU_ASSERT_EQUAL(targets(SGI1R, 0xfff0), 0);
	CU_ASSERT_EQUAL(targets(SGI1R, 0xffff), 0xf);
}

static void test_others(void)
{
	guest_start(&guest, 4);
	CU_ASSERT_EQUAL(targets(SGI1R, SGI_ALL_OTHERS | 3ull << 24), 0xd);
	CU_ASSERT_EQUAL(targets(SGI1R, SGI_ALL_OTHERS | 0xff00ff00ffull | 1ull << 48), 0xd);
	guest_start(&guest, 8);
	CU_ASSERT_EQUAL(targets(SGI1R, SGI_ALL_OTHERS), 0xfd);
}

static void test_affinity(void)
{
	guest_start(&guest, 4);
	CU_ASSERT_EQUAL(targets(SGI1R, 1ull << 16 | 0xf), 0);
	CU_ASSERT_EQUAL(targets(SGI1R, 1ull << 32 | 0xf), 0);
	CU_ASSERT_EQUAL(targets(SGI1R, 1ull << 48 | 0xf), 0);
	CU_ASSERT_EQUAL(targets(SGI1R, 1ull << 44 | 0xf), 0);
	/* Reserved bits say nothing. */
	CU_ASSERT_EQUAL(targets(SGI1R, 0xff00ull << 48 | 1ull << 41 | 1ull << 28 | 0xf), 0xf);
}

static void test_groups(void)
{
	guest_start(&guest, 2);
	private_set(&guest, 0, GIC_IGROUPR, 4, ~1u);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(targets(SGI1R, 3), 3);
	CU_ASSERT_EQUAL(targets(SGI0R, 3), 1);
	CU_ASSERT_EQUAL(targets(ASGI1R, 3), 1);
	CU_ASSERT_EQUAL(targets(SGI0R, 1ull << 24 | 3), 0);
	CU_ASSERT_EQUAL(vgic_sgi(&guest.gic, 0, SYSREG(3, 0, 12, 12, 1), 1), STATUS_NOT_FOUND);
}

static void test_group_bit(void)
{
	guest_start(&guest, 1);
	private_set(&guest, 0, GIC_IGROUPR, 4, ~1u);
	send(1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest.page[0].list[0] & LR_GROUP1, 0);
	CU_ASSERT_EQUAL(guest.page[0].list[0] & LR_EOI, 0);
	distributor_set(&guest, GICD_CTLR, 4, VGIC_GROUP1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest.page[0].list[0], 0);
	distributor_set(&guest, GICD_CTLR, 4, VGIC_GROUP0);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), 0);
}

static void test_merging(void)
{
	guest_start(&guest, 2);
	send(2);
	send(2);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	send(2);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), SPURIOUS);
	/* While it is active, another one is remembered, and comes after the end. */
	send(2);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), SPURIOUS);
	CU_ASSERT_TRUE(guest_end(&guest, 1, 0));
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), 0);
	CU_ASSERT_TRUE(guest_end(&guest, 1, 0));
	guest_refill(&guest, 1, 0);
	CU_ASSERT_EQUAL(guest.page[1].list[0], 0);
}

static void test_disabled(void)
{
	guest_start(&guest, 2);
	private_set(&guest, 1, GIC_ICENABLER, 4, 1);
	send(2);
	CU_ASSERT_EQUAL(controller_kicks, 0);
	CU_ASSERT_EQUAL(private_get(&guest, 1, GIC_ISPENDR, 4), 1);
	private_set(&guest, 1, GIC_ISENABLER, 4, 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), 0);
}

static const struct suite_test tests[] = {
	{ "the target list names vCPUs, the INTID field the interrupt", test_targets },
	{ "IRM reaches all but the sender", test_others },
	{ "other clusters and ranges hold nobody", test_affinity },
	{ "SGI1R reaches both groups, SGI0R and ASGI1R group 0", test_groups },
	{ "the list register has the group, and groups can be off", test_group_bit },
	{ "SGIs merge while pending, and are remembered while active", test_merging },
	{ "a disabled SGI kicks nobody until it is enabled", test_disabled },
};

int main(void)
{
	return suite_run("vgic_sgi", tests, sizeof(tests) / sizeof(tests[0]));
}
