/* SPDX-License-Identifier: Apache-2.0 */
/* From a wire or another vCPU to what a vCPU sees: MSIs, IPIs, and who is kicked for them. */
#include "tests/host/suite.h"
#include "tests/host/vaia_guest.h"

static struct guest guest;

static bool external(uint32_t vcpu)
{
	return guest_sees(&guest, vcpu, VCPU_EXTERNAL);
}

static void test_edge(void)
{
	guest_start_open(&guest, 2);
	guest_source(&guest, 8, APLIC_EDGE1, TARGET(1, 12));
	guest_line(&guest, 8, 1);
	CU_ASSERT_FALSE(external(1)); /* its page is not in hand */
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_TRUE(external(1));
	CU_ASSERT_FALSE(external(0));
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP), 0);
	CU_ASSERT_EQUAL(claim(&guest, 1), 12);
	CU_ASSERT_FALSE(external(1));
	guest_line(&guest, 8, 0);
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	guest_pulse(&guest, 8);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(claim(&guest, 1), 12);
	CU_ASSERT_EQUAL(claim(&guest, 1), 0);
}

/* As a driver for MSIs has to end a level: by writing its number. */
static void test_level(void)
{
	guest_start_open(&guest, 1);
	guest_source(&guest, 8, APLIC_LEVEL1, TARGET(0, 12));
	guest_line(&guest, 8, 1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(claim(&guest, 0), 12);
	CU_ASSERT_EQUAL(claim(&guest, 0), 0); /* forwarded once */
	aplic_put(&guest, APLIC_SETIPNUM_LE, 8);
	CU_ASSERT_TRUE(external(0)); /* still asserted, so once again */
	CU_ASSERT_EQUAL(claim(&guest, 0), 12);
	guest_line(&guest, 8, 0);
	aplic_put(&guest, APLIC_SETIPNUM_LE, 8);
	CU_ASSERT_FALSE(external(0));
	guest_pulse(&guest, 8); /* short, but enabled: it is on its way before it is over */
	guest_settle(&guest);
	CU_ASSERT_EQUAL(claim(&guest, 0), 12);
}

static void test_gates(void)
{
	guest_start_open(&guest, 1);
	guest_source(&guest, 8, APLIC_EDGE1, TARGET(0, 12));
	aplic_put(&guest, APLIC_CLRIENUM, 8);
	guest_pulse(&guest, 8);
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	aplic_put(&guest, APLIC_SETIENUM, 8);
	CU_ASSERT_EQUAL(claim(&guest, 0), 12);
	aplic_put(&guest, APLIC_DOMAINCFG, 0);
	guest_pulse(&guest, 8);
	CU_ASSERT_EQUAL(claim(&guest, 0), 0);
	aplic_put(&guest, APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE);
	CU_ASSERT_TRUE(external(0));
	CU_ASSERT_EQUAL(claim(&guest, 0), 12);
}

static void test_extempore(void)
{
	guest_start_open(&guest, 2);
	aplic_put(&guest, APLIC_DOMAINCFG, 0);
	aplic_put(&guest, APLIC_GENMSI, TARGET(1, 99));
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_GENMSI), TARGET(1, 99)); /* not busy */
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(claim(&guest, 1), 99);
	aplic_put(&guest, APLIC_GENMSI, TARGET(0, 5));
	CU_ASSERT_TRUE(external(0)); /* the writer's own page is in hand */
	CU_ASSERT_EQUAL(controller_kicks, 0);
}

/* Harts and identities that are not there: the interrupt is gone, nothing else is. */
static void test_nowhere(void)
{
	static const uint32_t targets[] = { TARGET(2, 5), TARGET(0x3fff, 5), TARGET(0, 0),
					    TARGET(0, 128), TARGET(0, 0x7ff) };
	uint32_t index;

	guest_start_open(&guest, 2);
	guest_source(&guest, 8, APLIC_EDGE1, 0);
	for (index = 0; index < sizeof(targets) / sizeof(targets[0]); index++) {
		aplic_put(&guest, APLIC_TARGET + 4 * 8, targets[index]);
		guest_pulse(&guest, 8);
		aplic_put(&guest, APLIC_GENMSI, targets[index]);
		CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP), 0);
		CU_ASSERT_EQUAL(guest_settle(&guest), 0);
		CU_ASSERT_EQUAL(claim(&guest, 0), 0);
		CU_ASSERT_EQUAL(claim(&guest, 1), 0);
	}
}

static void test_kicks(void)
{
	guest_start_open(&guest, 3);
	imsic_put(&guest, 0, 2, 9);
	CU_ASSERT_EQUAL(guest_settle(&guest), 4);
	imsic_put(&guest, 0, 2, 7); /* it sees one anyway */
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	file_change(&guest, 1, SELECT_EIE, 1u << 9, 0);
	imsic_put(&guest, 0, 1, 9);
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	file_change(&guest, 1, SELECT_EIE, 0, 1u << 9);
	CU_ASSERT_TRUE(external(1));
	imsic_put(&guest, 0, 0, 9); /* to itself */
	CU_ASSERT_EQUAL(controller_kicks, 0);
	CU_ASSERT_TRUE(external(0));
	CU_ASSERT_EQUAL(claim(&guest, 2), 7);
	CU_ASSERT_EQUAL(claim(&guest, 2), 9);
}

/* What a driver does that moves a device's interrupt to another vCPU while it may be on its way. */
static void test_migration(void)
{
	guest_start_open(&guest, 2);
	guest_source(&guest, 8, APLIC_LEVEL1, TARGET(0, 12));
	aplic_put(&guest, APLIC_CLRIENUM, 8);
	guest_line(&guest, 8, 1);
	aplic_put(&guest, APLIC_TARGET + 4 * 8, TARGET(1, 20));
	aplic_put(&guest, APLIC_SETIENUM, 8);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(claim(&guest, 0), 0);
	CU_ASSERT_EQUAL(claim(&guest, 1), 20);
	/* One that had arrived is found and sent on. */
	aplic_put(&guest, APLIC_SETIPNUM_LE, 8);
	CU_ASSERT_EQUAL(file_change(&guest, 1, SELECT_EIP, 1u << 20, 0), 1u << 20);
	imsic_put(&guest, 1, 0, 12);
	guest_settle(&guest);
	CU_ASSERT_FALSE(external(1));
	CU_ASSERT_EQUAL(claim(&guest, 0), 12);
}

static void test_software(void)
{
	guest_start_open(&guest, 2);
	vaia_send(&guest.aia, 2);
	guest_commit(&guest);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_TRUE(guest_sees(&guest, 1, VCPU_SOFTWARE));
	CU_ASSERT_FALSE(guest_sees(&guest, 0, VCPU_SOFTWARE));
	/* The guest clears it itself; it does not come back by another turn. */
	guest.page[1].pending = VCPU_TIMER;
	guest_turn(&guest, 1);
	CU_ASSERT_EQUAL(guest.page[1].pending, VCPU_TIMER);
	/* Two before it looks are one. */
	vaia_send(&guest.aia, 3);
	vaia_send(&guest.aia, 2);
	guest_commit(&guest);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
	CU_ASSERT_TRUE(guest_sees(&guest, 0, VCPU_SOFTWARE));
	CU_ASSERT_TRUE(guest_sees(&guest, 1, VCPU_SOFTWARE));
	guest.page[1].pending = 0;
	guest_turn(&guest, 1);
	CU_ASSERT_EQUAL(guest.page[1].pending, 0);
}

static void test_reset(void)
{
	guest_start_open(&guest, 2);
	vaia_send(&guest.aia, 1);
	guest_turn(&guest, 0);
	vaia_send(&guest.aia, 2); /* on its way */
	imsic_put(&guest, 0, 0, 9);
	vaia_reset(&guest.aia);
	guest_commit(&guest);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
	CU_ASSERT_EQUAL(guest.page[0].pending, 0);
	CU_ASSERT_EQUAL(guest.page[1].pending, 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIDELIVERY), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIE), 0);
	vaia_send(&guest.aia, 3);
	guest_commit(&guest);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest.page[0].pending, VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(guest.page[1].pending, VCPU_SOFTWARE);
}

static void test_rebuilt(void)
{
	struct vcpu_interrupts *pages[2] = { &guest.page[0], &guest.page[1] };
	uint32_t identity;

	guest_start_open(&guest, 2);
	vaia_rebuild(&guest.aia, pages, 1ull << 40 | 1u << 8 | 1);
	controller_kicks = 3;
	guest_commit(&guest);
	guest_settle(&guest);
	CU_ASSERT_TRUE(guest_sees(&guest, 1, VCPU_SOFTWARE));
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_SIREG), 0); /* wherever it was to go */
	for (identity = 1; identity <= VAIA_IDENTITIES; identity++)
		CU_ASSERT_EQUAL(claim(&guest, 1), identity);
	CU_ASSERT_FALSE(external(1));
	guest_pulse(&guest, 40);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2); /* vCPU 0 still sees its own */
	for (identity = 1; identity <= 3; identity++) /* two sources, and IPIs */
		CU_ASSERT_EQUAL(claim(&guest, 1), identity);
	CU_ASSERT_FALSE(external(1));
	/* What the guest reads is a target that it can have written; a new one counts. */
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 8), 0);
	aplic_put(&guest, APLIC_TARGET + 4 * 8, TARGET(1, 1));
	guest_pulse(&guest, 8);
	CU_ASSERT_EQUAL(claim(&guest, 1), 1);
	CU_ASSERT_EQUAL(claim(&guest, 1), 0);
}

static const struct suite_test tests[] = {
	{ "an edge is one MSI to the target's file", test_edge },
	{ "a level is one MSI, and another one if it is still there when asked", test_level },
	{ "the domain and the source's enable hold an interrupt back", test_gates },
	{ "genmsi sends at once, whatever the domain says", test_extempore },
	{ "an MSI to no hart or identity goes nowhere", test_nowhere },
	{ "only who has something new to see is kicked, and never the caller", test_kicks },
	{ "an interrupt follows its target to another vCPU", test_migration },
	{ "a software interrupt is told once, and is the guest's to clear", test_software },
	{ "a reset takes back what was pending, of software too", test_reset },
	{ "a model made anew lets everybody look, and finds its way again", test_rebuilt },
};

int main(void)
{
	return suite_run("vaia_flow", tests, sizeof(tests) / sizeof(tests[0]));
}
