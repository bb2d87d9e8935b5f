/* SPDX-License-Identifier: Apache-2.0 */
/* The GIC model where interrupts compete for list registers and vCPUs for interrupts. */
#include "tests/host/suite.h"
#include "tests/host/vgic_guest.h"

static struct guest guest;

static void line(uint64_t level)
{
	guest_line(&guest, SPI, level);
}

/* Ten pending: four listed, best first; a better one evicts, and all come in order. */
static void test_priorities(void)
{
	uint32_t intid, last = 0;

	guest_start(&guest, 1);
	for (intid = 50; intid < 60; intid++) {
		spi_priority(&guest, intid, (uint8_t)((intid * 7 % 10 + 1) << 3));
		guest_pulse(&guest, intid);
	}
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest.page[0].underflow, 1);
	CU_ASSERT_EQUAL(guest.gic.vcpu[0].listed, VCPU_LIST_REGISTERS);
	CU_ASSERT_EQUAL(guest.gic.vcpu[0].list[0] & 0x7f, 50);
	spi_priority(&guest, 70, 0);
	guest_pulse(&guest, 70);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), 70);
	CU_ASSERT_TRUE(guest_end(&guest, 0, 70));
	guest_settle(&guest);
	for (intid = 50; intid < 60; intid++) {
		uint32_t got = guest_acknowledge(&guest, 0);

		CU_ASSERT_TRUE_FATAL(got != SPURIOUS);
		CU_ASSERT_TRUE(guest.gic.spi[got / 32 - 1].priority[got % 32] > last);
		last = guest.gic.spi[got / 32 - 1].priority[got % 32];
		CU_ASSERT_TRUE(guest_end(&guest, 0, got));
		guest_settle(&guest);
	}
	CU_ASSERT_EQUAL(guest.page[0].underflow, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
}

static void test_active_stay(void)
{
	uint32_t intid;

	guest_start(&guest, 1);
	/* The guest has four active, each of higher priority than the one before. */
	for (intid = 40; intid < 44; intid++) {
		spi_priority(&guest, intid, (uint8_t)(0xf0 - intid));
		guest_pulse(&guest, intid);
		guest_settle(&guest);
		CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), intid);
	}
	spi_priority(&guest, 90, 0);
	guest_pulse(&guest, 90);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest.page[0].underflow, 1);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISACTIVER + 4, 4), 0xf00);
	CU_ASSERT_TRUE(guest_end(&guest, 0, 43));
	CU_ASSERT_EQUAL(guest.maintenance, 1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), 90);
	CU_ASSERT_TRUE(guest_end(&guest, 0, 90));
	for (intid = 40; intid < 43; intid++)
		CU_ASSERT_TRUE(guest_end(&guest, 0, intid));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest.page[0].list[0], 0);
}

static void test_routing(void)
{
	guest_start(&guest, 3);
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 8, 2);
	line(1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 4);
	/* Listed and not yet taken: it moves. */
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 8, 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 4);
	CU_ASSERT_EQUAL(guest.page[2].list[0], 0);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), SPI);
	/* Active: it stays until its end, then comes elsewhere. */
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 8, 0);
	guest_settle(&guest);
	CU_ASSERT_TRUE(guest_end(&guest, 1, SPI));
	guest_settle(&guest);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	/* Nobody's. */
	distributor_set(&guest, GICD_IROUTER + 8 * 41, 8, 3);
	guest_pulse(&guest, 41);
	CU_ASSERT_EQUAL(guest_settle(&guest) & ~1u, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	distributor_set(&guest, GICD_IROUTER + 8 * 41, 8, 2);
	CU_ASSERT_EQUAL(guest_settle(&guest), 4);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 2), 41);
}

/* Registers written by one vCPU while another has the interrupt in its list registers. */
static void test_remote_writes(void)
{
	guest_start(&guest, 2);
	distributor_set(&guest, GICD_IROUTER + 8 * SPI, 8, 1);
	guest_pulse(&guest, SPI);
	guest_settle(&guest);
	distributor_set(&guest, GIC_ICPENDR + 4, 4, 1u << (SPI - 32));
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), SPURIOUS);

	guest_pulse(&guest, SPI);
	guest_settle(&guest);
	distributor_set(&guest, GIC_ICENABLER + 4, 4, 1u << (SPI - 32));
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), SPURIOUS);
	distributor_set(&guest, GIC_ISENABLER + 4, 4, 1u << (SPI - 32));
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 1), SPI);

	/* The first look may be stale, but it brings the truth about. */
	distributor_get(&guest, GIC_ISACTIVER + 4, 4);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISACTIVER + 4, 4), 1u << (SPI - 32));
	distributor_set(&guest, GIC_ICACTIVER + 4, 4, 1u << (SPI - 32));
	guest_settle(&guest);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISACTIVER + 4, 4), 0);
	CU_ASSERT_FALSE(guest_end(&guest, 1, SPI));
	distributor_set(&guest, GIC_ISACTIVER + 4, 4, 1u << (SPI - 32));
	guest_settle(&guest);
	CU_ASSERT_TRUE(guest_end(&guest, 1, SPI));
}

static const struct suite_test tests[] = {
	{ "priorities decide who is listed, and underflow brings the others", test_priorities },
	{ "active interrupts stay listed, the next comes as one ends", test_active_stay },
	{ "an interrupt moves with its router, but not while active", test_routing },
	{ "registers reach what another vCPU has listed", test_remote_writes },
};

int main(void)
{
	return suite_run("vgic_compete", tests, sizeof(tests) / sizeof(tests[0]));
}
