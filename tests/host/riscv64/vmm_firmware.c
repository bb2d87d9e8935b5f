/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's firmware: SBI. */
#include <libfdt.h>

#include "tests/host/suite.h"
#include "tests/host/vmm_whole.h"

#define HSM SBI_HSM
#define SRST SBI_SRST

struct answer {
	int64_t error;
	uint64_t value;
};

static struct answer firmware(uint32_t vcpu, uint64_t extension, uint64_t function, uint64_t a0,
			      uint64_t a1, uint64_t a2)
{
	const uint64_t *words =
		whole_firmware(vcpu, (const uint64_t[8]){ extension, function, a0, a1, a2 });

	return (struct answer){ (int64_t)words[0], words[1] };
}

#define EXPECT(call, expected_error, expected_value)                                               \
	do {                                                                                       \
		struct answer answer = call;                                                       \
		CU_ASSERT_EQUAL(answer.error, expected_error);                                     \
		CU_ASSERT_EQUAL(answer.value, (uint64_t)(expected_value));                         \
	} while (0)

static void test_base(void)
{
	uint64_t function;

	whole_start();
	EXPECT(firmware(0, SBI_BASE, 0, 0, 0, 0), SBI_SUCCESS, 0x02000000);
	for (function = 4; function <= 6; function++)
		EXPECT(firmware(0, SBI_BASE, function, 5, 5, 5), SBI_SUCCESS, 0);
	EXPECT(firmware(0, SBI_BASE, 2, 5, 5, 5), SBI_SUCCESS, 0);
	EXPECT(firmware(0, SBI_BASE, 7, 0, 0, 0), SBI_NOT_SUPPORTED, 0);
	EXPECT(firmware(0, SBI_BASE, 1ull << 32, 0, 0, 0), SBI_NOT_SUPPORTED, 0);
}

static struct answer probe(uint64_t extension)
{
	return firmware(0, SBI_BASE, 3, extension, 0, 0);
}

static void test_probe(void)
{
	static const uint64_t have[] = { 0x10, 0x54494d45, 0x735049, 0x52464e43, 0x48534d,
					 0x53525354, 0x4442434e };
	/* Legacy calls; PMU, SUSP, CPPC, NACL, STA, SSE, FWFT; what merely looks alike. */
	static const uint64_t lack[] = { 0, 1, 8, 0x504d55, 0x53555350, 0x43505043, 0x4e41434c, 0x535441,
					 0x535345, 0x46574654, 0x11, 0x0a000000, 0x10ull << 32 | 0x10,
					 0xffffffff00000010, UINT64_MAX };
	unsigned int index;

	whole_start();
	for (index = 0; index < sizeof(have) / sizeof(*have); index++)
		EXPECT(probe(have[index]), SBI_SUCCESS, 1);
	for (index = 0; index < sizeof(lack) / sizeof(*lack); index++)
		EXPECT(probe(lack[index]), SBI_SUCCESS, 0);
}

/* The debug console is there as long as the VM has a console; also a later life knows. */
static void test_debug_console(void)
{
	whole_start();
	whole_live();
	EXPECT(probe(SBI_DBCN), SBI_SUCCESS, 1);
	whole_prepare();
	fdt_open_into(whole.plan, whole.plan, sizeof(whole.plan));
	fdt_del_node(whole.plan, fdt_path_offset(whole.plan, "/vms/linux/console"));
	whole_argument("tree-size", sizeof(whole.plan));
	whole_live();
	EXPECT(probe(SBI_DBCN), SBI_SUCCESS, 0);
	EXPECT(probe(SBI_SRST), SBI_SUCCESS, 1);
	EXPECT(firmware(0, SBI_DBCN, 2, 'x', 0, 0), SBI_NOT_SUPPORTED, 0);
}

/* A plan that can be read no more has no console. */
static void test_damaged_plan(void)
{
	whole_start();
	whole_live();
	whole.plan[0] = 0;
	EXPECT(probe(SBI_DBCN), SBI_SUCCESS, 0);
	EXPECT(probe(SBI_HSM), SBI_SUCCESS, 1);
}

static void test_unknown(void)
{
	static const uint64_t extensions[] = { 0, 1, 8, SBI_TIME, SBI_IPI, SBI_RFENCE, SBI_DBCN, 0x504d55,
					       0x0a000001, 1ull << 32 | SBI_BASE, UINT64_MAX };
	unsigned int index, function;

	whole_start();
	for (index = 0; index < sizeof(extensions) / sizeof(*extensions); index++)
		for (function = 0; function < 4; function++)
			EXPECT(firmware(0, extensions[index], function, 1, MACHINE_BASE, UINT64_MAX),
			       SBI_NOT_SUPPORTED, 0);
	EXPECT(firmware(0, HSM, 4, 1, MACHINE_BASE, 0), SBI_NOT_SUPPORTED, 0);
	EXPECT(firmware(0, HSM, 1ull << 32 | 1, 0, 0, 0), SBI_NOT_SUPPORTED, 0);
	EXPECT(firmware(0, SRST, 1, 0, 0, 0), SBI_NOT_SUPPORTED, 0);
	CU_ASSERT(fake.running[0] && !fake.running[1] && !fake.timer);
}

static void test_start(void)
{
	whole_start();
	EXPECT(firmware(0, HSM, 2, 0, 0, 0), SBI_SUCCESS, 0);
	EXPECT(firmware(0, HSM, 2, 1, 0, 0), SBI_SUCCESS, 1);
	/* Compressed instructions lie at any even address. */
	EXPECT(firmware(0, HSM, 0, 1, MACHINE_BASE + 0x1002, 0x123456789a), SBI_SUCCESS, 0);
	whole_expect_reset(1, MACHINE_BASE + 0x1002, 0x123456789a);
	CU_ASSERT_EQUAL(fake.registers[1][10], 1);
	EXPECT(firmware(0, HSM, 2, 1, 0, 0), SBI_SUCCESS, 0);
	EXPECT(firmware(1, HSM, 0, 0, MACHINE_BASE, 0), SBI_ALREADY_AVAILABLE, 0);
	EXPECT(firmware(0, HSM, 0, 1, MACHINE_BASE, 0), SBI_ALREADY_AVAILABLE, 0);
	CU_ASSERT_EQUAL(fake.starts, 2);
	firmware(1, HSM, 1, 0, 0, 0);
	CU_ASSERT(!fake.running[1]);
	EXPECT(firmware(0, HSM, 2, 1, 0, 0), SBI_SUCCESS, 1);
}

static void test_start_wild(void)
{
	static const uint64_t harts[] = { 2, 0x100, 1ull << 32 | 1, UINT64_MAX };
	static const uint64_t entries[] = { 0, MACHINE_BASE - 2, MACHINE_BASE + WHOLE_MEMORY_SIZE,
					    MACHINE_BASE + 1, UINT64_MAX };
	unsigned int index;

	whole_start();
	for (index = 0; index < 4; index++) {
		EXPECT(firmware(0, HSM, 0, harts[index], MACHINE_BASE, 0), SBI_INVALID_PARAMETER, 0);
		EXPECT(firmware(0, HSM, 2, harts[index], 0, 0), SBI_INVALID_PARAMETER, 0);
	}
	for (index = 0; index < 5; index++)
		EXPECT(firmware(0, HSM, 0, 1, entries[index], 0), SBI_INVALID_ADDRESS, 0);
	fake.refusal = STATUS_BAD_STATE;
	EXPECT(firmware(0, HSM, 0, 1, MACHINE_BASE, 0), SBI_FAILED, 0);
	fake.refusal = STATUS_OK;
	EXPECT(firmware(0, HSM, 2, 1, 0, 0), SBI_SUCCESS, 1);
	CU_ASSERT_EQUAL(fake.starts, 1);
}

static void test_suspend(void)
{
	static const uint64_t unknown[] = { 1, 0x0fffffff, 0x10000000, 0x7fffffff, 0x80000001,
					    0x90000000, 0xffffffff };
	unsigned int index;

	whole_start();
	EXPECT(firmware(0, HSM, 3, 0, 0, 0), SBI_SUCCESS, 0);
	EXPECT(firmware(0, HSM, 3, 1ull << 32, 0, 0), SBI_SUCCESS, 0);
	EXPECT(firmware(0, HSM, 3, 0x80000000, MACHINE_BASE, 0), SBI_NOT_SUPPORTED, 0);
	EXPECT(firmware(0, HSM, 3, 0xffffffff80000000, MACHINE_BASE, 0), SBI_NOT_SUPPORTED, 0);
	for (index = 0; index < sizeof(unknown) / sizeof(*unknown); index++)
		EXPECT(firmware(0, HSM, 3, unknown[index], MACHINE_BASE, 0), SBI_INVALID_PARAMETER, 0);
	CU_ASSERT(fake.running[0]);
}

static void test_reset_wild(void)
{
	static const uint64_t types[] = { 3, 0xefffffff, 0xf0000000, UINT32_MAX };
	static const uint64_t reasons[] = { 2, 0xdfffffff, 0xe0000000, 0xf0000000, UINT32_MAX };
	unsigned int index;

	whole_start();
	for (index = 0; index < 4; index++)
		EXPECT(firmware(0, SRST, 0, types[index], 0, 0), SBI_INVALID_PARAMETER, 0);
	for (index = 0; index < 5; index++)
		EXPECT(firmware(0, SRST, 0, 0, reasons[index], 0), SBI_INVALID_PARAMETER, 0);
	CU_ASSERT(fake.running[0] && !fake.timer);
}

/* A cold and a warm reboot, a shutdown after a failure; both arguments are 32 bits wide. */
static void test_reset_types(void)
{
	uint64_t type;

	for (type = 1; type <= 2; type++) {
		whole_start();
		firmware(0, SRST, 0, 0xffffffff00000000 | type, 0, 0);
		CU_ASSERT_EQUAL(vm_state()->condition, VMM_CONDITION_RESETTING);
		whole_ring();
		whole_expect_reset(0, MACHINE_BASE, fake.registers[0][11]);
	}
	whole_start();
	firmware(0, SRST, 0, 0, 0xabc00000001, 0);
	CU_ASSERT_EQUAL(vm_state()->condition, VMM_CONDITION_TURNING_OFF);
	CU_ASSERT(!fake.running[0]);
}

static const struct suite_test tests[] = {
	{ "BASE tells version 2.0 and nothing of the machine", test_base },
	{ "exactly what there is is probed", test_probe },
	{ "DBCN is there if the VM has a console", test_debug_console },
	{ "a plan that is damaged has none", test_damaged_plan },
	{ "an unknown call is not supported and does nothing", test_unknown },
	{ "hart_start, hart_stop and hart_get_status agree", test_start },
	{ "wild arguments are refused with SBI's errors", test_start_wild },
	{ "a retentive suspension ends at once, others are refused", test_suspend },
	{ "reserved types and reasons of a reset are refused", test_reset_wild },
	{ "shutdown, cold and warm reboot", test_reset_types },
};

int main(void)
{
	return suite_run("vmm firmware", tests, sizeof(tests) / sizeof(*tests));
}
