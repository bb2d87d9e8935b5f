/* SPDX-License-Identifier: Apache-2.0 */
/* An interrupt file by its page and its CSRs, and the order of major interrupts (AIA 2, 3, 5). */
#include "tests/host/suite.h"
#include "tests/host/vaia_guest.h"

static struct guest guest;

static bool external(uint32_t vcpu)
{
	return guest_sees(&guest, vcpu, VCPU_EXTERNAL);
}

static void test_page(void)
{
	uint64_t value = 1;

	guest_start(&guest, 2);
	imsic_put(&guest, 0, 0, 1);
	imsic_put(&guest, 0, 0, 63);
	imsic_put(&guest, 0, 0, 64);
	imsic_put(&guest, 0, 0, 127);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP), 1ull << 63 | 2);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP + 2), 1ull << 63 | 1);
	/* Nothing else is an identity, and no other file has seen them. */
	imsic_put(&guest, 0, 1, 0);
	imsic_put(&guest, 0, 1, 128);
	imsic_put(&guest, 0, 1, UINT32_MAX);
	imsic_put(&guest, 0, 1, 1u << 24);
	CU_ASSERT_EQUAL(file_get(&guest, 1, SELECT_EIP), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 1, SELECT_EIP + 2), 0);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0x1004, 4, 5u << 24), STATUS_OK);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0x1004, 4, 6), STATUS_OK);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0x1008, 4, 7), STATUS_OK);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0x1ffc, 4, 8), STATUS_OK);
	CU_ASSERT_EQUAL(file_get(&guest, 1, SELECT_EIP), 1u << 5);
	CU_ASSERT_EQUAL(vaia_imsic_read(&guest.aia, 0x1000, 4, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 0);
}

static void test_page_accesses(void)
{
	uint64_t value;

	guest_start(&guest, 2);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0x2000, 4, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 1ull << 44, 4, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0, 8, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 0, 2, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest.aia, 2, 4, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_imsic_read(&guest.aia, 0x2000, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_imsic_read(&guest.aia, 0, 1, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP), 0);
}

static void test_delivery(void)
{
	guest_start(&guest, 1);
	imsic_put(&guest, 0, 0, 70);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPEI), 0);
	file_put(&guest, 0, SELECT_EIE + 2, 1u << (70 - 64));
	/* What is pending and enabled is told without being delivered. */
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPEI), TOPEI(70));
	CU_ASSERT_FALSE(external(0));
	file_put(&guest, 0, SELECT_EIDELIVERY, 1);
	CU_ASSERT_TRUE(external(0));
	file_put(&guest, 0, SELECT_EIDELIVERY, 0x40000000); /* there is no other controller */
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIDELIVERY), 1);
	file_put(&guest, 0, SELECT_EIDELIVERY, 0);
	CU_ASSERT_FALSE(external(0));
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPEI), TOPEI(70));
}

static void test_claims(void)
{
	guest_start_open(&guest, 1);
	imsic_put(&guest, 0, 0, 100);
	imsic_put(&guest, 0, 0, 3);
	imsic_put(&guest, 0, 0, 64);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPEI), TOPEI(3));
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPEI), TOPEI(3)); /* a read claims nothing */
	CU_ASSERT_EQUAL(csr_swap(&guest, 0, CSR_STOPEI, UINT64_MAX), TOPEI(3));
	CU_ASSERT_EQUAL(claim(&guest, 0), 64);
	CU_ASSERT_TRUE(external(0));
	CU_ASSERT_EQUAL(claim(&guest, 0), 100);
	CU_ASSERT_FALSE(external(0));
	CU_ASSERT_EQUAL(claim(&guest, 0), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP), 0);
}

static void test_threshold(void)
{
	guest_start_open(&guest, 1);
	imsic_put(&guest, 0, 0, 40);
	file_put(&guest, 0, SELECT_EITHRESHOLD, 40);
	CU_ASSERT_FALSE(external(0));
	CU_ASSERT_EQUAL(claim(&guest, 0), 0);
	file_put(&guest, 0, SELECT_EITHRESHOLD, 41);
	CU_ASSERT_TRUE(external(0));
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPEI), TOPEI(40));
	file_put(&guest, 0, SELECT_EITHRESHOLD, 1); /* nobody is that urgent */
	CU_ASSERT_FALSE(external(0));
	file_put(&guest, 0, SELECT_EITHRESHOLD, 127);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EITHRESHOLD), 127);
	CU_ASSERT_TRUE(external(0));
	imsic_put(&guest, 0, 0, 127);
	CU_ASSERT_EQUAL(claim(&guest, 0), 40);
	CU_ASSERT_FALSE(external(0));
	file_put(&guest, 0, SELECT_EITHRESHOLD, 0);
	CU_ASSERT_EQUAL(claim(&guest, 0), 127);
}

static void test_arrays(void)
{
	guest_start(&guest, 1);
	file_put(&guest, 0, SELECT_EIP, UINT64_MAX);
	file_put(&guest, 0, SELECT_EIE, UINT64_MAX);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP), ~1ull); /* there is no identity 0 */
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIE), ~1ull);
	file_put(&guest, 0, SELECT_EIP + 2, UINT64_MAX);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP + 2), UINT64_MAX);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIE + 2), 0);
	CU_ASSERT_EQUAL(file_change(&guest, 0, SELECT_EIP, 1u << 9, 0), ~1ull);
	CU_ASSERT_EQUAL(file_change(&guest, 0, SELECT_EIP, 0, 0), ~0x201ull);
	CU_ASSERT_EQUAL(file_change(&guest, 0, SELECT_EIE + 2, 0, 6), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIE + 2), 6);
	/* The others are there, and of no identities. */
	file_put(&guest, 0, SELECT_EIP + 4, UINT64_MAX);
	file_put(&guest, 0, SELECT_EIP + 62, UINT64_MAX);
	file_put(&guest, 0, SELECT_EIE + 4, UINT64_MAX);
	file_put(&guest, 0, SELECT_EIE + 62, UINT64_MAX);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP + 4), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIP + 62), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIE + 4), 0);
	CU_ASSERT_EQUAL(file_get(&guest, 0, SELECT_EIE + 62), 0);
}

/* Whether sireg is there. */
static bool is_there(uint32_t select)
{
	if (select >= 0x70 && select < 0x80)
		return true;
	return select % 2 == 0 && ((select >= 0x30 && select < 0x40) || (select >= 0x80 && select < 0x100));
}

static void test_selection(void)
{
	uint64_t value, old;
	uint32_t select;

	guest_start_open(&guest, 1);
	for (select = 0; select < 0x1000; select++) {
		status_t expected = is_there(select) ? STATUS_OK : STATUS_NOT_FOUND;

		csr_swap(&guest, 0, CSR_SISELECT, select);
		CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_SISELECT), select);
		CU_ASSERT_EQUAL(vaia_csr_read(&guest.aia.vcpu[0], &guest.page[0], CSR_SIREG, &value),
				expected);
		CU_ASSERT_EQUAL(csr_update(&guest, 0, CSR_SIREG, 0, 0, &old), expected);
	}
	/* Priorities of major interrupts, and what is reserved: zero, whatever is written. */
	for (select = 0x30; select < 0x80; select++) {
		if (!is_there(select) || select == SELECT_EIDELIVERY || select == SELECT_EITHRESHOLD)
			continue;
		file_put(&guest, 0, select, UINT64_MAX);
		CU_ASSERT_EQUAL(file_get(&guest, 0, select), 0);
	}
	csr_swap(&guest, 0, CSR_SISELECT, UINT64_MAX);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_SISELECT), 0xfff);
}

static void test_other_registers(void)
{
	static const uint64_t none[] = { 0x14f, 0x152, 0x15b, 0x15d, 0xdaf, 0xdb1, 0x35c, 0x215, 0,
					 0x10150, UINT64_MAX };
	uint64_t value;
	uint32_t index;

	guest_start(&guest, 1);
	for (index = 0; index < sizeof(none) / sizeof(none[0]); index++) {
		CU_ASSERT_EQUAL(vaia_csr_read(&guest.aia.vcpu[0], &guest.page[0], none[index], &value),
				STATUS_NOT_FOUND);
		CU_ASSERT_EQUAL(csr_update(&guest, 0, none[index], 0, 1, &value), STATUS_NOT_FOUND);
	}
	CU_ASSERT_EQUAL(csr_update(&guest, 0, CSR_STOPI, UINT64_MAX, 0, &value), STATUS_NOT_FOUND);
}

/* All that is pending, by order, as a guest meets it that ends each before it looks again. */
static void test_order(void)
{
	guest_start_open(&guest, 1);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), 0);
	guest.page[0].pending |= VCPU_TIMER;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_TIMER));
	vaia_send(&guest.aia, 1);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_SOFTWARE));
	guest_turn(&guest, 0);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_SOFTWARE));
	imsic_put(&guest, 0, 0, 9);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_EXTERNAL));
	CU_ASSERT_EQUAL(claim(&guest, 0), 9);
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_SOFTWARE));
	guest.page[0].pending &= ~(uint64_t)VCPU_SOFTWARE;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_TIMER));
	guest.page[0].pending &= ~(uint64_t)VCPU_TIMER;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), 0);
}

static void test_masks(void)
{
	guest_start_open(&guest, 1);
	imsic_put(&guest, 0, 0, 9);
	vaia_send(&guest.aia, 1);
	guest_turn(&guest, 0);
	guest.page[0].pending |= VCPU_TIMER;
	guest.page[0].enabled = 0;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), 0);
	guest.page[0].enabled = VCPU_TIMER;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_TIMER));
	guest.page[0].enabled = VCPU_TIMER | VCPU_SOFTWARE;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_SOFTWARE));
	guest.page[0].enabled = VCPU_TIMER | VCPU_EXTERNAL;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_EXTERNAL));
	/* The model says what is external, the page does not. */
	file_put(&guest, 0, SELECT_EIDELIVERY, 0);
	guest.page[0].pending |= VCPU_EXTERNAL;
	CU_ASSERT_EQUAL(csr_get(&guest, 0, CSR_STOPI), TOP(MAJOR_TIMER));
}

static const struct suite_test tests[] = {
	{ "a store makes an identity of one file pending", test_page },
	{ "pages take aligned words, and there is one for each vCPU", test_page_accesses },
	{ "eidelivery says whether the vCPU is interrupted, stopei does not ask it", test_delivery },
	{ "a write to stopei claims the lowest identity", test_claims },
	{ "eithreshold holds back its own identity and those above", test_threshold },
	{ "eip and eie have a bit for each of 127 identities", test_arrays },
	{ "siselect reaches what there is, with 64 bits no odd registers", test_selection },
	{ "other CSRs are somebody else's, and stopi cannot be written", test_other_registers },
	{ "stopi tells external before software before timer", test_order },
	{ "stopi tells what is enabled", test_masks },
};

int main(void)
{
	return suite_run("vaia_imsic", tests, sizeof(tests) / sizeof(tests[0]));
}
