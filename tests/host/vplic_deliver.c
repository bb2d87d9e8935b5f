/* SPDX-License-Identifier: Apache-2.0 */
/* The PLIC model's delivery: which context is told of which interrupt when, and takes it. */
#include "tests/host/suite.h"
#include "tests/host/vplic_guest.h"

#define SOURCE 9
#define BIT (1u << SOURCE)

static struct guest guest;

static void test_level(void)
{
	guest_start(&guest, 2);
	guest_line(&guest, SOURCE, 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	/* Nothing more of it, until it is completed: then it is still asserted. */
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_line(&guest, SOURCE, 0);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
}

/* "The gateway does not have the facility to retract an interrupt request". */
static void test_level_falls(void)
{
	guest_start(&guest, 1);
	guest_line(&guest, SOURCE, 1);
	guest_line(&guest, SOURCE, 0);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), BIT);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
}

/* It rises again while it is claimed: one more, after the completion. */
static void test_level_again(void)
{
	guest_start(&guest, 1);
	guest_line(&guest, SOURCE, 1);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_line(&guest, SOURCE, 0);
	guest_line(&guest, SOURCE, 1);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), 0);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_line(&guest, SOURCE, 0);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
}

static void test_edge(void)
{
	guest_start(&guest, 1);
	guest_pulse(&guest, SOURCE);
	guest_pulse(&guest, SOURCE); /* nobody has seen the first one yet */
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	/* More edges while it is claimed: once more afterwards, and no more. */
	guest_pulse(&guest, SOURCE);
	guest_pulse(&guest, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
}

/* A device that keeps its line and pulses: both ask for the same one service. */
static void test_edge_and_level(void)
{
	guest_start(&guest, 1);
	guest_line(&guest, SOURCE, 1);
	guest_pulse(&guest, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_pulse(&guest, SOURCE);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_line(&guest, SOURCE, 0);
	guest_complete(&guest, 0, SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
}

static void test_order(void)
{
	static const uint64_t order[] = { 60, 7, 33, 5, 40, 12, 0 };
	uint32_t at;

	guest_start(&guest, 1);
	guest_priority(&guest, 60, 7);
	guest_priority(&guest, 7, 5);
	guest_priority(&guest, 33, 5);
	guest_priority(&guest, 5, 2);
	guest_priority(&guest, 40, 2);
	guest_priority(&guest, 13, 0);
	guest_pulse(&guest, 13);
	guest_pulse(&guest, 12);
	guest_pulse(&guest, 40);
	guest_pulse(&guest, 5);
	guest_pulse(&guest, 33);
	guest_pulse(&guest, 7);
	guest_pulse(&guest, 60);
	for (at = 0; at < sizeof(order) / sizeof(order[0]); at++)
		CU_ASSERT_EQUAL(guest_claim(&guest, 0), order[at]);
	/* 13 waits for a priority. */
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), 1u << 13);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	guest_priority(&guest, 13, 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 13);
}

/* It masks notifications; a claim does not look at it. */
static void test_threshold(void)
{
	guest_start(&guest, 1);
	guest_priority(&guest, SOURCE, 3);
	guest_write(&guest, threshold_of(0), 3);
	guest_pulse(&guest, SOURCE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	guest_write(&guest, threshold_of(0), 2);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	guest_write(&guest, threshold_of(0), 7);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	guest_priority(&guest, SOURCE, 7);
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
}

static void test_enable(void)
{
	guest_start(&guest, 1);
	guest_write(&guest, enable_of(0, 0), 0);
	guest_line(&guest, SOURCE, 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), BIT);
	guest_write(&guest, enable_of(0, 0), BIT);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	guest_write(&guest, enable_of(0, 0), 0);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
}

static void test_completions(void)
{
	guest_start(&guest, 2);
	guest_line(&guest, SOURCE, 1);
	guest_complete(&guest, 0, SOURCE); /* claimed by nobody */
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), BIT);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	guest_complete(&guest, 0, 0);
	guest_complete(&guest, 0, SOURCE + 1);
	guest_complete(&guest, 0, SOURCE + VPLIC_SOURCES);
	guest_complete(&guest, 0, UINT32_MAX);
	guest_complete(&guest, 1, SOURCE); /* not enabled there */
	guest_write(&guest, enable_of(0, 0), 0);
	guest_complete(&guest, 0, SOURCE); /* nor here */
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), 0);
	/* Who claimed it does not matter. */
	guest_write(&guest, enable_of(1, 0), BIT);
	guest_complete(&guest, 1, SOURCE);
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), BIT);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1u << 0 | 1u << 1);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), VCPU_EXTERNAL);
}

/* All are told; the first one takes it, and the others hear of that. */
static void test_contexts(void)
{
	guest_start(&guest, 3);
	guest_write(&guest, enable_of(1, 0), BIT);
	guest_write(&guest, enable_of(2, 0), BIT);
	guest_write(&guest, threshold_of(2), 1);
	guest_line(&guest, SOURCE, 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest_pending(&guest, 2), 0);
	CU_ASSERT_EQUAL(guest_claim(&guest, 1), SOURCE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), 0);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 0);
	guest_complete(&guest, 1, SOURCE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
}

static void test_lines(void)
{
	guest_start(&guest, 1);
	CU_ASSERT_EQUAL(vplic_line_set(&guest.plic, 0, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_line_set(&guest.plic, 64, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_line_set(&guest.plic, 1ull << 32 | 9, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_line_set(&guest.plic, 0x10001, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_line_set(&guest.plic, 9, 2), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_line_pulse(&guest.plic, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vplic_line_pulse(&guest.plic, 64), STATUS_BAD_ARGUMENT);
	guest_commit(&guest);
	guest_pulse(&guest, 63);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 63);
	guest_pulse(&guest, 1);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 1);
}

static void test_reset(void)
{
	guest_start(&guest, 2);
	guest_priority(&guest, SOURCE, 3);
	guest_write(&guest, threshold_of(1), 5);
	guest_line(&guest, SOURCE, 1);
	guest_pulse(&guest, 12);
	guest_pulse(&guest, 13);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), SOURCE);
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 12);
	guest_pulse(&guest, 12);
	guest_settle(&guest);
	vplic_reset(&guest.plic);
	guest_commit(&guest);
	CU_ASSERT_EQUAL(guest_settle(&guest), 3);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, threshold_of(1)), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, enable_of(0, 0)), 0);
	CU_ASSERT_EQUAL(guest_read(&guest, 4 * SOURCE), 0);
	/* The line is still asserted, and nobody has claimed it. */
	CU_ASSERT_EQUAL(guest_read(&guest, PLIC_PENDING), BIT);
	guest_priority(&guest, SOURCE, 1);
	guest_write(&guest, enable_of(1, 0), BIT);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1u << 1);
	CU_ASSERT_EQUAL(guest_claim(&guest, 1), SOURCE);
}

/* What else is in the page is the kernel's and the guest's. */
static void test_page(void)
{
	guest_start(&guest, 1);
	guest.page[0].pending = VCPU_TIMER | VCPU_SOFTWARE | VCPU_EXTERNAL;
	guest.page[0].enabled = 0x222;
	controller_page_write(&guest.plic, 0, &guest.page[0]);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_TIMER | VCPU_SOFTWARE);
	guest_line(&guest, SOURCE, 1);
	guest.page[0].pending = VCPU_TIMER;
	controller_page_write(&guest.plic, 0, &guest.page[0]);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_TIMER | VCPU_EXTERNAL);
	CU_ASSERT_EQUAL(guest.page[0].enabled, 0x222);
}

static const struct suite_test tests[] = {
	{ "a level interrupt comes again after its completion while its line is asserted", test_level },
	{ "a request stays when its line falls", test_level_falls },
	{ "a line that rises while its source is claimed comes after the completion",
	  test_level_again },
	{ "an edge while its source is claimed brings it once more", test_edge },
	{ "an edge of an asserted line is no request of its own", test_edge_and_level },
	{ "claims go by priority, then by number", test_order },
	{ "the threshold masks the notification, not the claim", test_threshold },
	{ "what is pending while disabled comes once enabled", test_enable },
	{ "a completion counts for a claimed source that is enabled there", test_completions },
	{ "all contexts are told, one takes it, and the others are told that", test_contexts },
	{ "lines are the sources from 1 to 63", test_lines },
	{ "a reset leaves the lines and nothing else", test_reset },
	{ "of the page nothing changes but what is the controller's", test_page },
};

int main(void)
{
	return suite_run("vplic_deliver", tests, sizeof(tests) / sizeof(tests[0]));
}
