/* SPDX-License-Identifier: Apache-2.0 */
/* The APLIC's registers, and what each source mode makes of wires and writes (AIA 4.5, 4.7). */
#include "tests/host/suite.h"
#include "tests/host/vaia_guest.h"

static struct guest guest;

static bool pends(uint32_t source)
{
	return aplic_get(&guest, APLIC_SETIP + 4 * (source / 32)) >> source % 32 & 1;
}

/* Whether source 5 pends, in that mode and not enabled, after what follows. */
static void begin(uint32_t mode)
{
	guest_start_open(&guest, 2);
	source_mode(&guest, 5, mode);
}

static void test_domain(void)
{
	guest_start(&guest, 1);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_DOMAINCFG), 0x80000004);
	aplic_put(&guest, APLIC_DOMAINCFG, 0x80000104);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_DOMAINCFG), 0x80000104);
	aplic_put(&guest, APLIC_DOMAINCFG, UINT32_MAX);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_DOMAINCFG), 0x80000104);
	aplic_put(&guest, APLIC_DOMAINCFG, 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_DOMAINCFG), 0x80000004);
}

static void test_modes(void)
{
	static const uint32_t reads[][2] = {
		{ 0, 0 }, { 1, 1 }, { 2, 0 }, { 3, 0 }, { 4, 4 }, { 5, 5 }, { 6, 6 }, { 7, 7 },
		{ 0xfffffbfe, 6 }, { 0x406, 0 }, { 0x400, 0 },
	};
	uint32_t index;

	guest_start(&guest, 1);
	for (index = 0; index < sizeof(reads) / sizeof(reads[0]); index++) {
		source_mode(&guest, 63, reads[index][0]);
		CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SOURCECFG + 4 * 63), reads[index][1]);
	}
	/* There is no source 0, and none from 64 on. */
	aplic_put(&guest, APLIC_SOURCECFG + 4 * 64, 6);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SOURCECFG + 4 * 64), 0);
	aplic_put(&guest, APLIC_SOURCECFG + 4 * 1023, 6);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SOURCECFG + 4 * 1023), 0);
	CU_ASSERT_EQUAL(vaia_line_set(&guest.aia, 0, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_line_set(&guest.aia, 64, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_line_set(&guest.aia, 1, 2), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_line_pulse(&guest.aia, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_line_pulse(&guest.aia, 0x10001), STATUS_BAD_ARGUMENT);
}

static void test_inactive(void)
{
	guest_start(&guest, 1);
	aplic_put(&guest, APLIC_TARGET + 4 * 5, 77);
	aplic_put(&guest, APLIC_SETIP, UINT32_MAX);
	aplic_put(&guest, APLIC_SETIE, UINT32_MAX);
	aplic_put(&guest, APLIC_SETIPNUM, 5);
	aplic_put(&guest, APLIC_SETIENUM, 5);
	guest_line(&guest, 5, 1);
	guest_pulse(&guest, 5);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_IN_CLRIP), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 5), 0);
	/* Made inactive, it forgets all of that. */
	source_mode(&guest, 6, APLIC_DETACHED);
	aplic_put(&guest, APLIC_TARGET + 4 * 6, 77);
	aplic_put(&guest, APLIC_SETIP, UINT32_MAX);
	aplic_put(&guest, APLIC_SETIE, UINT32_MAX);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP), 1u << 6);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE), 1u << 6);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 6), 77);
	source_mode(&guest, 6, APLIC_INACTIVE);
	source_mode(&guest, 6, APLIC_DETACHED);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 6), 0);
}

static void test_detached(void)
{
	begin(APLIC_DETACHED);
	guest_line(&guest, 5, 1);
	guest_line(&guest, 5, 0);
	guest_pulse(&guest, 5);
	CU_ASSERT_FALSE(pends(5));
	aplic_put(&guest, APLIC_SETIPNUM, 5);
	CU_ASSERT_TRUE(pends(5));
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_IN_CLRIP), 0);
	aplic_put(&guest, APLIC_CLRIPNUM, 5);
	CU_ASSERT_FALSE(pends(5));
}

static void test_edges(void)
{
	begin(APLIC_EDGE1);
	guest_line(&guest, 5, 1);
	CU_ASSERT_TRUE(pends(5));
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_IN_CLRIP), 1u << 5);
	aplic_put(&guest, APLIC_IN_CLRIP, 1u << 5);
	CU_ASSERT_FALSE(pends(5));
	guest_line(&guest, 5, 1);
	guest_line(&guest, 5, 0);
	CU_ASSERT_FALSE(pends(5));
	guest_pulse(&guest, 5);
	CU_ASSERT_TRUE(pends(5));
	aplic_put(&guest, APLIC_IN_CLRIP, 1u << 5);
	aplic_put(&guest, APLIC_SETIP, 1u << 5);
	CU_ASSERT_TRUE(pends(5));

	begin(APLIC_EDGE0);
	CU_ASSERT_FALSE(pends(5));
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_IN_CLRIP), 1u << 5);
	guest_line(&guest, 5, 1);
	CU_ASSERT_FALSE(pends(5));
	guest_line(&guest, 5, 0);
	CU_ASSERT_TRUE(pends(5));
	aplic_put(&guest, APLIC_CLRIPNUM, 5);
	guest_pulse(&guest, 5);
	CU_ASSERT_TRUE(pends(5));
}

static void test_levels(void)
{
	begin(APLIC_LEVEL1);
	aplic_put(&guest, APLIC_SETIPNUM, 5);
	CU_ASSERT_FALSE(pends(5)); /* never while the input is low */
	guest_line(&guest, 5, 1);
	CU_ASSERT_TRUE(pends(5));
	aplic_put(&guest, APLIC_CLRIPNUM, 5);
	CU_ASSERT_FALSE(pends(5));
	aplic_put(&guest, APLIC_SETIPNUM_LE, 5);
	CU_ASSERT_TRUE(pends(5));
	guest_line(&guest, 5, 0);
	CU_ASSERT_FALSE(pends(5));
	guest_pulse(&guest, 5);
	CU_ASSERT_FALSE(pends(5)); /* it was short, and not enabled */

	begin(APLIC_LEVEL0);
	CU_ASSERT_TRUE(pends(5)); /* asserted when the mode is chosen */
	guest_line(&guest, 5, 1);
	CU_ASSERT_FALSE(pends(5));
	guest_line(&guest, 5, 0);
	CU_ASSERT_TRUE(pends(5));
}

static void test_mode_changes(void)
{
	begin(APLIC_EDGE1);
	aplic_put(&guest, APLIC_SETIPNUM, 5);
	source_mode(&guest, 5, APLIC_LEVEL1); /* low: cannot be pending */
	CU_ASSERT_FALSE(pends(5));
	source_mode(&guest, 5, APLIC_INACTIVE);
	guest_line(&guest, 5, 1);
	source_mode(&guest, 5, APLIC_EDGE1); /* a level that is there is no edge */
	CU_ASSERT_FALSE(pends(5));
	source_mode(&guest, 5, APLIC_LEVEL1);
	CU_ASSERT_TRUE(pends(5));
	aplic_put(&guest, APLIC_CLRIPNUM, 5);
	source_mode(&guest, 5, APLIC_LEVEL1); /* nothing new */
	CU_ASSERT_FALSE(pends(5));
}

static void test_numbers(void)
{
	static const uint32_t none[] = { 0, 64, 1023, 0x105, 5u << 24, UINT32_MAX };
	uint32_t index;

	begin(APLIC_DETACHED);
	source_mode(&guest, 40, APLIC_DETACHED);
	for (index = 0; index < sizeof(none) / sizeof(none[0]); index++) {
		aplic_put(&guest, APLIC_SETIPNUM, none[index]);
		aplic_put(&guest, APLIC_SETIPNUM_LE, none[index]);
		aplic_put(&guest, APLIC_SETIENUM, none[index]);
	}
	aplic_put(&guest, APLIC_SETIPNUM_BE, 5u << 24);
	for (index = 0; index < 2; index++) {
		CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP + 4 * index), 0);
		CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE + 4 * index), 0);
	}
	aplic_put(&guest, APLIC_SETIPNUM, 40);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIP + 4), 1u << 8);
	aplic_put(&guest, APLIC_CLRIPNUM, 40);
	aplic_put(&guest, APLIC_SETIENUM, 40);
	aplic_put(&guest, APLIC_SETIE, 1u << 5);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE), 1u << 5);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE + 4), 1u << 8);
	aplic_put(&guest, APLIC_CLRIENUM, 5);
	aplic_put(&guest, APLIC_CLRIE + 4, UINT32_MAX);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE + 4), 0);
	for (index = APLIC_SETIPNUM; index < APLIC_BITS_END; index += 0x100)
		CU_ASSERT_EQUAL(aplic_get(&guest, index), 0);
}

static void test_target(void)
{
	begin(APLIC_LEVEL1);
	aplic_put(&guest, APLIC_TARGET + 4 * 5, UINT32_MAX);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 5), 0xfffc07ff);
	aplic_put(&guest, APLIC_TARGET + 4 * 64, UINT32_MAX);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 64), 0);
	aplic_put(&guest, APLIC_GENMSI, UINT32_MAX);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_GENMSI), 0xfffc07ff);
}

static void test_accesses(void)
{
	uint64_t offset, value;

	guest_start(&guest, 1);
	CU_ASSERT_EQUAL(vaia_aplic_read(&guest.aia, 0, 8, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_aplic_read(&guest.aia, 2, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_aplic_read(&guest.aia, 0, 1, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_aplic_read(&guest.aia, APLIC_SIZE, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_aplic_read(&guest.aia, 1ull << 32, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_aplic_write(&guest.aia, 4, 2, 6), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vaia_aplic_write(&guest.aia, 1ull << 32, 4, 6), STATUS_BAD_ARGUMENT);
	/* MSI addresses are not the supervisor's; nor are there structures for direct delivery. */
	for (offset = 0x1bc0; offset < 0x1bd0; offset += 4) {
		aplic_put(&guest, offset, UINT32_MAX);
		CU_ASSERT_EQUAL(aplic_get(&guest, offset), 0);
	}
	for (offset = APLIC_TARGET_END; offset < APLIC_SIZE; offset += 4) {
		aplic_put(&guest, offset, UINT32_MAX);
		CU_ASSERT_EQUAL(aplic_get(&guest, offset), 0);
	}
}

static void test_reset(void)
{
	begin(APLIC_LEVEL1);
	guest_source(&guest, 6, APLIC_LEVEL1, TARGET(1, 9));
	guest_line(&guest, 5, 1);
	vaia_reset(&guest.aia);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_DOMAINCFG), 0x80000004);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SOURCECFG + 4 * 5), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_SETIE), 0);
	CU_ASSERT_EQUAL(aplic_get(&guest, APLIC_TARGET + 4 * 6), 0);
	source_mode(&guest, 5, APLIC_LEVEL1);
	CU_ASSERT_TRUE(pends(5)); /* the wire has kept its level */
}

static const struct suite_test tests[] = {
	{ "the domain can be on or off, in MSI delivery mode", test_domain },
	{ "63 sources have the modes that there are, and no child to go to", test_modes },
	{ "an inactive source has nothing that could be set", test_inactive },
	{ "a detached source pends by writes alone", test_detached },
	{ "an edge-sensitive source pends by its edge or by a write", test_edges },
	{ "a level-sensitive source pends only while it is asserted", test_levels },
	{ "a new mode makes a level pending, not an edge", test_mode_changes },
	{ "a number is one source, and what is none does nothing", test_numbers },
	{ "targets and genmsi keep hart and identity", test_target },
	{ "accesses are aligned words, and what is reserved reads as zero", test_accesses },
	{ "a reset leaves nothing but the wires", test_reset },
};

int main(void)
{
	return suite_run("vaia_aplic", tests, sizeof(tests) / sizeof(tests[0]));
}
