/* SPDX-License-Identifier: Apache-2.0 */
/* APLIC and IMSICs under hostile input: wild accesses, wild pages; and that nothing gets lost. */
#include "tests/host/suite.h"
#include "tests/host/vaia_guest.h"

#define VCPUS 4

static struct guest guest;
static uint64_t seed;

static uint64_t random_next(void)
{
	seed = random_after(seed);
	return seed >> 16;
}

/* Mostly where the registers are. */
static uint64_t offset_randomly(uint64_t width)
{
	static const uint64_t near[] = { APLIC_SOURCECFG, APLIC_SETIP, APLIC_IN_CLRIP, APLIC_SETIE,
					 APLIC_CLRIE, APLIC_SETIPNUM_LE, APLIC_GENMSI, APLIC_SETIPNUM };
	uint64_t offset = near[random_next() % 8] + random_next() % 0x100;

	if (random_next() % 8 == 0)
		offset = random_next();
	return random_next() % 8 ? offset & ~(width - 1) : offset;
}

/* Returns which vCPU did it. */
static uint32_t access_randomly(void)
{
	static const uint64_t numbers[] = { CSR_SISELECT, CSR_SIREG, CSR_SIREG, CSR_STOPEI, CSR_STOPI };
	uint64_t width = random_next() % 4 ? 4 : 1ull << random_next() % 4, value;
	uint64_t offset = offset_randomly(width), number = numbers[random_next() % 5];
	uint32_t vcpu = random_next() % VCPUS;
	struct vaia_vcpu *self = &guest.aia.vcpu[vcpu];

	switch (random_next() % 6) {
	case 0:
		vaia_aplic_read(&guest.aia, offset, width, &value);
		break;
	case 1:
		vaia_aplic_write(&guest.aia, offset, width,
				 random_next() % 2 ? random_next() % 80 : random_next());
		break;
	case 2:
		vaia_imsic_write(&guest.aia, offset % (2 * VCPUS * IMSIC_PAGE), width, random_next() % 140);
		break;
	case 3:
		vaia_csr_update(self, number, random_next(), random_next() % 0x180, &value);
		break;
	case 4:
		vaia_csr_update(self, number, random_next() << 16, random_next() << 16, &value);
		break;
	case 5:
		vaia_csr_read(self, &guest.page[vcpu], number, &value);
		break;
	}
	guest_commit(&guest);
	return vcpu;
}

static void test_every_access(void)
{
	uint64_t offset, width, value;

	seed = 1;
	guest_start_open(&guest, VCPUS);
	for (offset = 0; offset < APLIC_SIZE + 0x1000; offset++) {
		for (width = 0; width < 10; width++) {
			vaia_aplic_read(&guest.aia, offset, width, &value);
			vaia_aplic_write(&guest.aia, offset, width, random_next());
			vaia_imsic_read(&guest.aia, offset, width, &value);
			vaia_imsic_write(&guest.aia, offset, width, random_next() % 256);
		}
		guest_commit(&guest);
		if (offset % 0x100 == 0)
			guest_settle(&guest);
	}
}

static void test_hostile(void)
{
	uint32_t round, vcpu;

	seed = 2;
	guest_start_open(&guest, VCPUS);
	for (round = 0; round < 200000; round++) {
		vcpu = random_next() % VCPUS;
		guest.page[vcpu].pending = random_next();
		guest.page[vcpu].enabled = random_next();
		if (random_next() % 4 == 0)
			guest.page[vcpu].generation = random_next();
		access_randomly();
		vaia_line_set(&guest.aia, random_next() % 80, random_next() % 3);
		vaia_line_pulse(&guest.aia, random_next() % 80);
		vaia_send(&guest.aia, random_next() % (1u << VCPUS));
		guest_turn(&guest, vcpu);
	}
}

/* All vCPUs do as they like; each page shows what its file says, after its own turn or a kick. */
static void test_pages(void)
{
	uint32_t round, vcpu, shown = 0;

	seed = 3;
	guest_start_open(&guest, VCPUS);
	for (round = 0; round < 200000; round++) {
		vcpu = access_randomly();
		guest_turn(&guest, vcpu);
		vaia_line_pulse(&guest.aia, 1 + random_next() % 63);
		guest_commit(&guest);
		guest_settle(&guest);
		for (vcpu = 0; vcpu < VCPUS; vcpu++) {
			bool asserts = guest.aia.vcpu[vcpu].eidelivery &&
				       csr_get(&guest, vcpu, CSR_STOPEI);

			CU_ASSERT_EQUAL_FATAL(guest_sees(&guest, vcpu, VCPU_EXTERNAL), asserts);
			shown += asserts;
		}
	}
	CU_ASSERT_TRUE(shown > 10000 && shown < 790000);
}

/* A random guest whose sources are all enabled: what was pulsed is claimed, once, by its target. */
static void test_nothing_is_lost(void)
{
	uint32_t round, vcpu, source, taken = 0, pulsed[VAIA_SOURCES] = { 0 };

	seed = 4;
	guest_start_open(&guest, VCPUS);
	for (source = 1; source < VAIA_SOURCES; source++)
		guest_source(&guest, source, source % 2 ? APLIC_EDGE1 : APLIC_EDGE0, TARGET(0, source));
	for (round = 0; round < 100000; round++) {
		source = 1 + random_next() % 63;
		vcpu = random_next() % VCPUS;
		switch (random_next() % 5) {
		case 0:
			if (!pulsed[source])
				guest_pulse(&guest, source);
			pulsed[source] = 1;
			break;
		case 1: /* what is on its way to the former target is on its way */
			if (!pulsed[source])
				aplic_put(&guest, APLIC_TARGET + 4 * source, TARGET(vcpu, source));
			break;
		case 2:
			aplic_put(&guest, random_next() % 2 ? APLIC_CLRIENUM : APLIC_SETIENUM, source);
			break;
		case 3:
			aplic_put(&guest, APLIC_DOMAINCFG, random_next() % 4 ? APLIC_DOMAINCFG_IE : 0);
			break;
		case 4:
			guest_settle(&guest);
			if (!guest_sees(&guest, vcpu, VCPU_EXTERNAL))
				break;
			source = (uint32_t)claim(&guest, vcpu);
			CU_ASSERT_EQUAL_FATAL(pulsed[source], 1);
			pulsed[source] = 0;
			taken++;
			break;
		}
	}
	CU_ASSERT_TRUE(taken > 10000);
	aplic_put(&guest, APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE);
	aplic_put(&guest, APLIC_SETIE, UINT32_MAX);
	aplic_put(&guest, APLIC_SETIE + 4, UINT32_MAX);
	guest_settle(&guest);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		while (guest_sees(&guest, vcpu, VCPU_EXTERNAL)) {
			source = (uint32_t)claim(&guest, vcpu);
			CU_ASSERT_EQUAL_FATAL(pulsed[source], 1);
			pulsed[source] = 0;
		}
	}
	for (source = 1; source < VAIA_SOURCES; source++)
		CU_ASSERT_EQUAL(pulsed[source], 0);
}

static const struct suite_test tests[] = {
	{ "every access at every place and width stays inside", test_every_access },
	{ "hostile accesses, wires and pages stay inside", test_hostile },
	{ "whoever has an interrupt is shown it, or kicked for it", test_pages },
	{ "no edge is lost or doubled by enables, targets and the domain", test_nothing_is_lost },
};

int main(void)
{
	return suite_run("vaia_wild", tests, sizeof(tests) / sizeof(tests[0]));
}
