/* SPDX-License-Identifier: Apache-2.0 */
/* The PLIC model's registers: what can be read, written, and not. */
#include "tests/host/suite.h"
#include "tests/host/vplic_guest.h"

#define VCPUS 3

static struct guest guest;

static void test_reset(void)
{
	uint32_t offset;

	guest_power_on(&guest, VCPUS);
	for (offset = 0; offset < 0x3000; offset += 4)
		CU_ASSERT_EQUAL(guest_read(&guest, offset), 0);
	for (offset = 0; offset < VPLIC_VCPUS; offset++) {
		CU_ASSERT_EQUAL(guest_read(&guest, threshold_of(offset)), 0);
		CU_ASSERT_EQUAL(guest_claim(&guest, offset), 0);
	}
}

static void test_priorities(void)
{
	uint32_t source;

	guest_power_on(&guest, VCPUS);
	for (source = 0; source < 1024; source++)
		guest_priority(&guest, source, source + 1);
	CU_ASSERT_EQUAL(guest_read(&guest, 0), 0);
	for (source = 1; source < VPLIC_SOURCES; source++)
		CU_ASSERT_EQUAL(guest_read(&guest, 4 * source), (source + 1) % 8);
	for (; source < 1024; source++)
		CU_ASSERT_EQUAL(guest_read(&guest, 4 * source), 0);
	/* How software finds out which bits there are. */
	guest_priority(&guest, 5, UINT32_MAX);
	CU_ASSERT_EQUAL(guest_read(&guest, 4 * 5), 7);
	guest_priority(&guest, 5, 0);
	CU_ASSERT_EQUAL(guest_read(&guest, 4 * 5), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, 4 * 6), 7);
}

static void test_enables(void)
{
	uint32_t context, word;

	guest_power_on(&guest, VCPUS);
	for (context = 0; context < VPLIC_VCPUS + 1; context++)
		for (word = 0; word < 32; word++)
			guest_write(&guest, enable_of(context, word), 0xf00f00ff + context);
	for (context = 0; context < VPLIC_VCPUS + 1; context++) {
		bool there = context < VCPUS;

		CU_ASSERT_EQUAL(guest_read(&guest, enable_of(context, 0)),
				there ? (0xf00f00ff + context) & ~1u : 0);
		CU_ASSERT_EQUAL(guest_read(&guest, enable_of(context, 1)),
				there ? 0xf00f00ff + context : 0);
		for (word = 2; word < 32; word++)
			CU_ASSERT_EQUAL(guest_read(&guest, enable_of(context, word)), 0);
	}
	/* One word, and no other. */
	guest_write(&guest, enable_of(1, 0), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, enable_of(1, 0)), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, enable_of(1, 1)), 0xf00f0100);
	CU_ASSERT_EQUAL(guest_read(&guest, enable_of(0, 0)), 0xf00f00fe);
}

static void test_thresholds(void)
{
	uint32_t context;

	guest_power_on(&guest, VCPUS);
	for (context = 0; context < VPLIC_VCPUS; context++)
		guest_write(&guest, threshold_of(context), 0xfffffff8 + context + 1);
	for (context = 0; context < VPLIC_VCPUS; context++)
		CU_ASSERT_EQUAL(guest_read(&guest, threshold_of(context)),
				context < VCPUS ? context + 1 : 0);
}

static void test_pending(void)
{
	guest_power_on(&guest, VCPUS);
	guest_line(&guest, 1, 1);
	guest_pulse(&guest, 40);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), 2);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING + 4), 1u << 8);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING + 8), 0);
	guest_write(&guest, PLIC_PENDING, 0xffffffff);
	guest_write(&guest, PLIC_PENDING + 4, 0);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), 2);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING + 4), 1u << 8);
}

static void refused(uint64_t offset, uint64_t width)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vplic_read(&guest.plic, offset, width, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_write(&guest.plic, offset, width, UINT32_MAX), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(value, 0xdead);
	guest_commit(&guest);
}

static void test_sizes(void)
{
	struct vplic_state before;
	uint64_t places[] = { 4, PLIC_PENDING, enable_of(0, 0), threshold_of(0), claim_of(0) };
	uint32_t place;

	guest_start(&guest, VCPUS);
	guest_line(&guest, 3, 1);
	before = guest.plic;
	for (place = 0; place < sizeof(places) / sizeof(places[0]); place++) {
		refused(places[place], 1);
		refused(places[place], 2);
		refused(places[place], 8);
		refused(places[place] + 1, 4);
		refused(places[place] + 2, 4);
		refused(places[place] + (1ull << 32), 4);
	}
	refused(PLIC_SIZE, 4);
	refused(UINT64_MAX - 3, 4);
	CU_ASSERT_EQUAL(memcmp(&before, &guest.plic, sizeof(before)), 0);
}

static void test_reserved(void)
{
	struct vplic_state before;
	uint64_t offset;

	guest_start(&guest, VCPUS);
	guest_line(&guest, 3, 1);
	before = guest.plic;
	for (offset = PLIC_ENABLE + VCPUS * PLIC_ENABLE_SIZE; offset < PLIC_CONTEXT; offset += 4) {
		guest_write(&guest, offset, UINT32_MAX);
		CU_ASSERT_EQUAL_FATAL(guest_read(&guest, offset), 0);
	}
	for (offset = PLIC_CONTEXT; offset < PLIC_SIZE; offset += 4) {
		if (offset < PLIC_CONTEXT + VCPUS * PLIC_CONTEXT_SIZE &&
		    offset % PLIC_CONTEXT_SIZE <= PLIC_CLAIM)
			continue;
		guest_write(&guest, offset, UINT32_MAX);
		CU_ASSERT_EQUAL_FATAL(guest_read(&guest, offset), 0);
	}
	CU_ASSERT_EQUAL(memcmp(&before, &guest.plic, sizeof(before)), 0);
}

/* A write of what is there already costs no transaction. */
static void test_untouched(void)
{
	uint64_t value;

	guest_start(&guest, VCPUS);
	guest_line(&guest, 3, 1);
	vplic_line_set(&guest.plic, 3, 1);
	vplic_write(&guest.plic, 4 * 3, 4, 1);
	vplic_read(&guest.plic, claim_of(1), 4, &value);
	vplic_read(&guest.plic, PLIC_PENDING, 4, &value);
	vplic_write(&guest.plic, claim_of(0), 4, 3);
	for (value = 0; value < DURABLE_LINES; value++)
		CU_ASSERT_FALSE(rt_line_touched[value]);
}

static const struct suite_test tests[] = {
	{ "after power-on everything is zero", test_reset },
	{ "a priority has three bits, and source 0 and those beyond the last none", test_priorities },
	{ "enables are a context's own, without source 0", test_enables },
	{ "thresholds are a context's own, of three bits", test_thresholds },
	{ "pending bits are read-only", test_pending },
	{ "an access that is no aligned word is refused and changes nothing", test_sizes },
	{ "what is reserved reads as zero and ignores writes", test_reserved },
	{ "what changes nothing touches nothing", test_untouched },
};

int main(void)
{
	return suite_run("vplic_registers", tests, sizeof(tests) / sizeof(tests[0]));
}
