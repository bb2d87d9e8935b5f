/* SPDX-License-Identifier: Apache-2.0 */
/* The GIC model under hostile input: wild accesses, hostile list registers, random guests. */
#include "tests/host/suite.h"
#include "tests/host/vgic_guest.h"

#define VCPUS 4

static struct guest guest;
static uint64_t seed;

static uint64_t random_next(void)
{
	seed = random_after(seed);
	return seed >> 16;
}

static void access_randomly(void)
{
	uint64_t offset = random_next() % (VCPUS * GICR_SIZE + 0x2000), value;
	uint64_t width = 1ull << random_next() % 4;
	uint32_t vcpu = random_next() % VCPUS;

	if (random_next() % 4)
		offset = (offset & ~0xffffull) | offset % 0x1000; /* where the registers are */
	if (random_next() % 4)
		offset &= ~(width - 1);
	switch (random_next() % 4) {
	case 0:
		vgic_distributor_read(&guest.gic, vcpu, offset, width, &value);
		break;
	case 1:
		vgic_distributor_write(&guest.gic, vcpu, offset & 0xffff, width, random_next());
		break;
	case 2:
		vgic_redistributor_read(&guest.gic, offset, width, &value);
		break;
	case 3:
		vgic_redistributor_write(&guest.gic, offset, width, random_next());
		break;
	}
	guest_commit(&guest);
}

static void test_every_access(void)
{
	uint64_t offset, width, value;

	seed = 1;
	guest_start(&guest, VCPUS);
	for (offset = 0; offset < (VCPUS + 1) * GICR_SIZE; offset++) {
		for (width = 0; width < 10; width++) {
			vgic_distributor_read(&guest.gic, 0, offset, width, &value);
			vgic_distributor_write(&guest.gic, 0, offset, width, random_next());
			vgic_redistributor_read(&guest.gic, offset, width, &value);
			vgic_redistributor_write(&guest.gic, offset, width, random_next());
		}
		guest_commit(&guest);
		if (offset % 0x1000 == 0)
			guest_settle(&guest);
	}
}

static void test_hostile_pages(void)
{
	uint32_t round, vcpu, slot;

	seed = 2;
	guest_start(&guest, VCPUS);
	for (round = 0; round < 100000; round++) {
		vcpu = random_next() % VCPUS;
		for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++)
			guest.page[vcpu].list[slot] = random_next() << 16 ^ random_next();
		guest.page[vcpu].underflow = random_next();
		guest.page[vcpu].timer_over = random_next() % 4;
		if (random_next() % 4 == 0)
			guest.page[vcpu].generation = random_next();
		access_randomly();
		vgic_line_set(&guest.gic, random_next() % 200, random_next() % 3);
		guest_refill(&guest, vcpu, random_next());
	}
}

/* A random guest whose interrupts are all enabled: nothing that was pended is ever forgotten. */
static void test_nothing_is_lost(void)
{
	uint32_t round, vcpu, intid, taken = 0, pulsed[VGIC_INTIDS] = { 0 };

	seed = 3;
	guest_start(&guest, VCPUS);
	for (intid = 32; intid < VGIC_INTIDS; intid += 16)
		distributor_set(&guest, GIC_ICFGR + intid / 4, 4, UINT32_MAX);
	for (round = 0; round < 100000; round++) {
		intid = 32 + random_next() % 96;
		vcpu = random_next() % VCPUS;
		switch (random_next() % 4) {
		case 0:
			guest_pulse(&guest, intid);
			pulsed[intid] = 1;
			break;
		case 1:
			distributor_set(&guest, GICD_IROUTER + 8 * intid, 8, vcpu);
			break;
		case 2:
			spi_priority(&guest, intid, (uint8_t)random_next());
			break;
		case 3:
			guest_settle(&guest);
			intid = guest_acknowledge(&guest, vcpu);
			if (intid == SPURIOUS)
				break;
			CU_ASSERT_EQUAL_FATAL(pulsed[intid], 1);
			pulsed[intid] = 0;
			taken++;
			guest_settle(&guest);
			CU_ASSERT_TRUE_FATAL(guest_end(&guest, vcpu, intid));
			break;
		}
	}
	CU_ASSERT_TRUE(taken > 10000);
	/* Let every vCPU take what is left, called by nothing but what was asked for. */
	for (round = 0; round < 1000; round++) {
		guest_settle(&guest);
		for (vcpu = 0; vcpu < VCPUS; vcpu++) {
			intid = guest_acknowledge(&guest, vcpu);
			if (intid == SPURIOUS) {
				CU_ASSERT_EQUAL(guest.page[vcpu].underflow, 0);
				continue;
			}
			CU_ASSERT_EQUAL(pulsed[intid], 1);
			pulsed[intid] = 0;
			CU_ASSERT_TRUE(guest_end(&guest, vcpu, intid));
		}
	}
	for (intid = 32; intid < VGIC_INTIDS; intid++)
		CU_ASSERT_EQUAL(pulsed[intid], 0);
}

static const struct suite_test tests[] = {
	{ "every access at every place and width stays inside", test_every_access },
	{ "hostile list registers stay inside", test_hostile_pages },
	{ "no edge is lost or doubled by priorities, routing and overflow", test_nothing_is_lost },
};

int main(void)
{
	return suite_run("vgic_wild", tests, sizeof(tests) / sizeof(tests[0]));
}
