/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's firmware: PSCI. */
#include "tests/host/suite.h"
#include "tests/host/vmm_whole.h"

#define PSCI(number) (0x84000000u | (number))
#define PSCI64(number) (0xc4000000u | (number))

/* The result of a call that is answered. */
static int64_t firmware(uint32_t vcpu, uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	const uint64_t *words = whole_firmware(vcpu, (const uint64_t[8]){ function, a1, a2, a3 });

	CU_ASSERT_EQUAL(words[1], a1);
	CU_ASSERT_EQUAL(words[2], a2);
	CU_ASSERT_EQUAL(words[3], a3);
	return (int64_t)words[0];
}

static void test_versions(void)
{
	whole_start();
	CU_ASSERT_EQUAL(firmware(0, PSCI(0), 0, 0, 0), 0x10001);
	CU_ASSERT_EQUAL(firmware(0, 0x80000000, 0, 0, 0), 0x10001);
	CU_ASSERT_EQUAL(firmware(0, PSCI(6), 0, 0, 0), 2);
	/* The function is 32 bits wide, whatever stands above. */
	CU_ASSERT_EQUAL(firmware(0, 0xdead00000000 | PSCI(0), 0, 0, 0), 0x10001);
}

static void test_features(void)
{
	static const uint32_t have[] = { PSCI(0), PSCI(1),   PSCI64(1), PSCI(2), PSCI(3),
					 PSCI64(3), PSCI(4), PSCI64(4), PSCI(6), PSCI(8),
					 PSCI(9), PSCI(10),  0x80000000 };
	static const uint32_t lack[] = { PSCI(5),    PSCI64(5), PSCI(7),    PSCI64(0), PSCI64(2),
					 PSCI64(8),  PSCI(11),  PSCI(18),   0x80000001, 0,
					 UINT32_MAX, 0x8000,    0x80008000, 0x8600ff01 };
	unsigned int index;

	whole_start();
	for (index = 0; index < sizeof(have) / sizeof(*have); index++)
		CU_ASSERT_EQUAL(firmware(0, PSCI(10), have[index], 0, 0), 0);
	for (index = 0; index < sizeof(lack) / sizeof(*lack); index++)
		CU_ASSERT_EQUAL(firmware(0, PSCI(10), lack[index], 0, 0), -1);
	CU_ASSERT_EQUAL(firmware(0, 0x80000001, 0x80000000, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, 0x80000001, 0x80000001, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, 0x80000001, 0x80008000, 0, 0), -1);
}

static void test_unknown(void)
{
	static const uint64_t functions[] = { 0, 1, PSCI(5), PSCI64(0), PSCI64(2), PSCI64(8),
					      PSCI64(9), PSCI(0x12), 0x8600ff01, UINT64_MAX };
	unsigned int index;

	whole_start();
	for (index = 0; index < sizeof(functions) / sizeof(*functions); index++)
		CU_ASSERT_EQUAL(firmware(0, functions[index], 1, 2, UINT64_MAX), -1);
	CU_ASSERT(fake.running[0] && !fake.running[1] && !fake.timer);
}

static void test_cpu_on(void)
{
	whole_start();
	fake.registers[1][5] = 5;
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 1);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, MACHINE_BASE + 0x1000, 0x123456789a), 0);
	whole_expect_reset(1, MACHINE_BASE + 0x1000, 0x123456789a);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(1, PSCI64(3), 0, MACHINE_BASE, 0), -4);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, MACHINE_BASE, 0), -4);
	CU_ASSERT_EQUAL(fake.starts, 2);
	/* Off again, and on by the 32-bit call, which ignores the high halves. */
	CU_ASSERT_EQUAL(firmware(1, PSCI(2), 0, 0, 0), 0);
	CU_ASSERT(!fake.running[1]);
	CU_ASSERT_EQUAL(firmware(0, PSCI(4), 0xff00000001, 0, 0), 1);
	CU_ASSERT_EQUAL(firmware(0, PSCI(3), 0xff00000001, 0xff00000000 | MACHINE_BASE,
				 0xff00000007), 0);
	whole_expect_reset(1, MACHINE_BASE, 7);
}

static void test_cpu_on_wild(void)
{
	static const uint64_t targets[] = { 2, 0x100, 0x80000001, 1ull << 32, UINT64_MAX };
	static const uint64_t entries[] = { 0, MACHINE_BASE - 4, MACHINE_BASE + WHOLE_MEMORY_SIZE,
					    MACHINE_BASE + 2, UINT64_MAX };
	unsigned int index;

	whole_start();
	for (index = 0; index < 5; index++) {
		CU_ASSERT_EQUAL(firmware(0, PSCI64(3), targets[index], MACHINE_BASE, 0), -2);
		CU_ASSERT_EQUAL(firmware(0, PSCI64(4), targets[index], 0, 0), -2);
		CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, entries[index], 0), -9);
	}
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 0, 1, 0), -2);
	fake.refusal = STATUS_BAD_STATE;
	CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, MACHINE_BASE, 0), -6);
	fake.refusal = STATUS_OK;
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 1);
	CU_ASSERT_EQUAL(fake.starts, 1);
}

static void test_suspend(void)
{
	whole_start();
	CU_ASSERT_EQUAL(firmware(0, PSCI64(1), 0, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, PSCI(1), 0, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(1), 0x10000, MACHINE_BASE, 0), -2);
	CU_ASSERT(fake.running[0]);
}

static const struct suite_test tests[] = {
	{ "the versions are told", test_versions },
	{ "exactly what there is is a feature", test_features },
	{ "an unknown call is not supported and does nothing", test_unknown },
	{ "CPU_ON, CPU_OFF and AFFINITY_INFO agree", test_cpu_on },
	{ "wild arguments are refused with PSCI's errors", test_cpu_on_wild },
	{ "a standby ends at once, a power-down is refused", test_suspend },
};

int main(void)
{
	return suite_run("vmm firmware", tests, sizeof(tests) / sizeof(*tests));
}
