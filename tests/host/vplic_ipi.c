/* SPDX-License-Identifier: Apache-2.0 */
/* Software interrupts: whom a call of SBI is for, and that each page gets it once. */
#include "tests/host/suite.h"

#include "servers/lib/riscv64/ipi.h"
#include "tests/host/vplic_guest.h"

static struct guest guest;

static void targets_are(uint64_t mask, uint64_t base, uint32_t vcpus, int64_t error,
			uint32_t expected)
{
	uint32_t targets = 0xdead;

	CU_ASSERT_EQUAL(ipi_targets(SBI_IPI_SEND, mask, base, vcpus, &targets), error);
	CU_ASSERT_EQUAL(targets, expected);
}

static void test_targets(void)
{
	targets_are(1, 0, 1, SBI_SUCCESS, 1);
	targets_are(5, 0, 3, SBI_SUCCESS, 5);
	targets_are(3, 1, 3, SBI_SUCCESS, 6);
	targets_are(1, 7, 8, SBI_SUCCESS, 0x80);
	targets_are(0xff, 0, 8, SBI_SUCCESS, 0xff);
	targets_are(UINT32_MAX, 0, 32, SBI_SUCCESS, UINT32_MAX);
	/* All, whatever the mask. */
	targets_are(0, UINT64_MAX, 3, SBI_SUCCESS, 7);
	targets_are(UINT64_MAX, UINT64_MAX, 1, SBI_SUCCESS, 1);
	targets_are(2, UINT64_MAX, 32, SBI_SUCCESS, UINT32_MAX);
	/* None. */
	targets_are(0, 0, 3, SBI_SUCCESS, 0);
	targets_are(0, 99, 3, SBI_SUCCESS, 0);
}

static void test_invalid(void)
{
	uint32_t targets;

	targets_are(8, 0, 3, SBI_INVALID_PARAMETER, 0);
	targets_are(0xf, 0, 3, SBI_INVALID_PARAMETER, 0);
	targets_are(5, 1, 3, SBI_INVALID_PARAMETER, 0);
	targets_are(1, 3, 3, SBI_INVALID_PARAMETER, 0);
	targets_are(1, UINT64_MAX - 1, 3, SBI_INVALID_PARAMETER, 0);
	targets_are(1ull << 63, 0, 8, SBI_INVALID_PARAMETER, 0);
	targets_are(1ull << 63, 1, 8, SBI_INVALID_PARAMETER, 0);
	targets_are(1ull << 32 | 1, 0, 32, SBI_INVALID_PARAMETER, 0);
	CU_ASSERT_EQUAL(ipi_targets(1, 1, 0, 8, &targets), SBI_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(targets, 0);
	CU_ASSERT_EQUAL(ipi_targets(1ull << 32, 1, 0, 8, &targets), SBI_NOT_SUPPORTED);
}

static void send(uint32_t targets)
{
	vplic_send(&guest.plic, targets);
	guest_commit(&guest);
}

static void test_once(void)
{
	guest_start(&guest, 3);
	send(1u << 1 | 1u << 2);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), 0);
	CU_ASSERT_EQUAL(guest_settle(&guest), 6);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(guest_pending(&guest, 2), VCPU_SOFTWARE);
	/* The guest clears it; looks that nobody needed do not bring it back. */
	guest.page[1].pending = 0;
	controller_page_write(&guest.plic, 1, &guest.page[1]);
	controller_page_write(&guest.plic, 2, &guest.page[2]);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), 0);
	CU_ASSERT_EQUAL(guest_pending(&guest, 2), VCPU_SOFTWARE);
	/* Two that are not seen yet are one; another one comes. */
	send(1u << 1);
	send(1u << 1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 2);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), VCPU_SOFTWARE);
	guest.page[1].pending = 0;
	CU_ASSERT_EQUAL(guest_settle(&guest), 0);
	send(1u << 1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), VCPU_SOFTWARE);
}

/* A life that ends amid a write has added it or not: the next one writes the same again. */
static void test_half_written(void)
{
	guest_start(&guest, 1);
	send(1);
	guest.page[0].pending = VCPU_SOFTWARE; /* but not the generation */
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_SOFTWARE);
	guest.page[0].pending = 0;
	controller_page_write(&guest.plic, 0, &guest.page[0]);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
}

static void test_beside_external(void)
{
	guest_start(&guest, 1);
	send(1);
	guest_line(&guest, 5, 1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_SOFTWARE | VCPU_EXTERNAL);
	guest.page[0].pending &= ~(uint64_t)VCPU_SOFTWARE;
	CU_ASSERT_EQUAL(guest_claim(&guest, 0), 5);
	send(1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_SOFTWARE);
}

static void reset(void)
{
	vplic_reset(&guest.plic);
	guest_commit(&guest);
}

/* Sent before a reset, shown or not, it is gone; sent after it, it is there. */
static void test_reset(void)
{
	guest_start(&guest, 3);
	send(1u << 0);
	guest_settle(&guest);
	send(1u << 1);
	reset();
	send(1u << 2);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(guest_settle(&guest), 7);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), 0);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), 0);
	CU_ASSERT_EQUAL(guest_pending(&guest, 2), VCPU_SOFTWARE);
	reset();
	reset();
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 2), 0);
	send(7);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_pending(&guest, 0), VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(guest_pending(&guest, 1), VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(guest_pending(&guest, 2), VCPU_SOFTWARE);
}

static const struct suite_test tests[] = {
	{ "mask and base say which vCPUs are meant", test_targets },
	{ "a call that names a hart that is not there, or another function, is for nobody",
	  test_invalid },
	{ "each is added to each page once", test_once },
	{ "one that is half written is written again, once", test_half_written },
	{ "software and external interrupts do not touch each other", test_beside_external },
	{ "a reset takes those away that came before it", test_reset },
};

int main(void)
{
	return suite_run("vplic_ipi", tests, sizeof(tests) / sizeof(tests[0]));
}
