/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped registers: a guest sees of the machine only what it may use. */
#include <string.h>

#include "servers/vmm/aarch64/register.c"
#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

#define ID(crm, op2) SYSREG(3, 0, 0, crm, op2)

static struct vm vm;

static void describe(uint64_t machine)
{
	unsigned int number;

	fake_reset(NULL);
	memset(&vm, 0, sizeof(vm));
	vm.vcpus = 1;
	vm.vcpu[0] = FAKE_VCPU;
	for (number = VCPU_ID_PFR0; number < VCPU_ID_END; number++)
		fake.registers[0][number] = machine;
}

static uint64_t read_register(uint64_t number)
{
	uint64_t value = 0x5555;

	ids.known = 0;
	CU_ASSERT_EQUAL(register_read(&vm, 0, number, &value), STATUS_OK);
	return value;
}

static void expect_undefined(uint64_t number)
{
	uint64_t value;

	CU_ASSERT_EQUAL(register_read(&vm, 0, number, &value), STATUS_NOT_FOUND);
	CU_ASSERT_EQUAL(register_write(number, 0), STATUS_NOT_FOUND);
}

static void test_everything(void)
{
	describe(UINT64_MAX);
	CU_ASSERT_EQUAL(read_register(ID(4, 0)), 0xf10f000001ff0011);
	CU_ASSERT_EQUAL(read_register(ID(4, 1)), 0x00000000000000ff);
	CU_ASSERT_EQUAL(read_register(ID(5, 0)), 0x000000f000101006);
	CU_ASSERT_EQUAL(read_register(ID(6, 0)), 0xfffffffff0fffff0);
	CU_ASSERT_EQUAL(read_register(ID(6, 1)), 0x0fffffff00fff00f);
	CU_ASSERT_EQUAL(read_register(ID(6, 2)), 0x00000000f0f000f0);
	CU_ASSERT_EQUAL(read_register(ID(7, 0)), 0x0000f000fffffff2);
	CU_ASSERT_EQUAL(read_register(ID(7, 1)), 0xf00ff0f000f0f00f);
	CU_ASSERT_EQUAL(read_register(ID(7, 2)), 0xf0ff000ff0ff0fff);
}

static void test_nothing(void)
{
	describe(0);
	CU_ASSERT_EQUAL(read_register(ID(4, 0)), 0x0000000001000011);
	CU_ASSERT_EQUAL(read_register(ID(5, 0)), 0x000000f000101006);
	CU_ASSERT_EQUAL(read_register(ID(6, 0)), 0);
	CU_ASSERT_EQUAL(read_register(ID(7, 0)), 0);
}

static void test_limits(void)
{
	describe(0);
	fake.registers[0][VCPU_ID_MMFR0] = 5;
	CU_ASSERT_EQUAL(read_register(ID(7, 0)), 2);
	fake.registers[0][VCPU_ID_MMFR0] = 1;
	CU_ASSERT_EQUAL(read_register(ID(7, 0)), 1);
	fake.registers[0][VCPU_ID_PFR0] = 2ull << 56 | 1ull << 60;
	CU_ASSERT_EQUAL(read_register(ID(4, 0)), 0x1100000001000011);
}

/* cortex-a57's own values, as the emulator has them. */
static void test_real(void)
{
	describe(0);
	fake.registers[0][VCPU_ID_PFR0] = 0x0000000001002222;
	fake.registers[0][VCPU_ID_DFR0] = 0x0000000010305106;
	fake.registers[0][VCPU_ID_ISAR0] = 0x0000000000011120;
	fake.registers[0][VCPU_ID_MMFR0] = 0x0000000000001124;
	CU_ASSERT_EQUAL(read_register(ID(4, 0)), 0x0000000001000011);
	CU_ASSERT_EQUAL(read_register(ID(6, 0)), 0x0000000000011120);
	CU_ASSERT_EQUAL(read_register(ID(7, 0)), 0x0000000000001122);
}

/* Every register of the space, but for the nine above, reads as zero and cannot be written. */
static void test_space(void)
{
	unsigned int crm, op2, others = 0;

	describe(UINT64_MAX);
	for (crm = 1; crm < 8; crm++)
		for (op2 = 0; op2 < 8; op2++) {
			others += read_register(ID(crm, op2)) == 0;
			CU_ASSERT_EQUAL(register_write(ID(crm, op2), 0), STATUS_NOT_FOUND);
		}
	CU_ASSERT_EQUAL(others, 56 - 9);
}

static void test_debug(void)
{
	static const uint64_t quiet[] = {
		SYSREG(2, 0, 0, 2, 2),  /* MDSCR_EL1 */
		SYSREG(2, 0, 0, 0, 5),  /* DBGBCR0_EL1 */
		SYSREG(2, 0, 0, 15, 6), /* DBGWVR15_EL1 */
		SYSREG(2, 0, 1, 0, 4),  /* OSLAR_EL1 */
		SYSREG(2, 0, 1, 3, 4),  /* OSDLR_EL1 */
		SYSREG(2, 3, 0, 1, 0),  /* MDCCSR_EL0 */
		SYSREG(3, 0, 1, 0, 1),  /* ACTLR_EL1 */
	};
	unsigned int index;

	describe(0);
	for (index = 0; index < sizeof(quiet) / sizeof(*quiet); index++) {
		CU_ASSERT_EQUAL(read_register(quiet[index]), 0);
		CU_ASSERT_EQUAL(register_write(quiet[index], UINT64_MAX), STATUS_OK);
	}
	/* The OS lock: there, and open. */
	CU_ASSERT_EQUAL(read_register(SYSREG(2, 0, 1, 1, 4)), 8);
}

static void test_undefined(void)
{
	static const uint64_t absent[] = {
		SYSREG(3, 3, 9, 12, 0), /* PMCR_EL0 */
		SYSREG(3, 3, 9, 14, 0), /* PMUSERENR_EL0 */
		SYSREG(2, 1, 0, 0, 1),  /* TRCTRACEIDR */
		SYSREG(2, 4, 0, 7, 0),  /* DBGVCR32_EL2 */
		SYSREG(3, 0, 0, 0, 0),  /* MIDR_EL1 does not trap */
		SYSREG(3, 0, 0, 8, 0),  /* behind the space */
		SYSREG(3, 1, 0, 4, 0),  /* beside it */
		SYSREG(3, 4, 1, 1, 0),  /* HCR_EL2 */
		SYSREG(3, 0, 2, 1, 0),  /* APIAKeyLo_EL1 */
		SYSREG(3, 0, 1, 2, 0),  /* ZCR_EL1 */
		0,
		1,
		SYSREG(3, 0, 0, 4, 0) | 1 << 5, /* a stray Rt */
		SYSREG(2, 0, 0, 2, 2) | 1,
		UINT64_MAX,
		1ull << 40 | SYSREG(3, 0, 0, 4, 0),
	};
	unsigned int index;

	describe(UINT64_MAX);
	for (index = 0; index < sizeof(absent) / sizeof(*absent); index++)
		expect_undefined(absent[index]);
}

static void test_refused(void)
{
	uint64_t value;

	describe(0);
	fake.refusal = STATUS_BAD_ARGUMENT;
	CU_ASSERT_EQUAL(register_read(&vm, 0, ID(4, 0), &value), STATUS_BAD_ARGUMENT);
}

static void test_once(void)
{
	uint64_t first, second;

	describe(0);
	fake.registers[0][VCPU_ID_ISAR0] = 0x11120;
	CU_ASSERT_EQUAL(register_read(&vm, 0, ID(6, 0), &first), STATUS_OK);
	fake.refusal = STATUS_BAD_ARGUMENT;
	CU_ASSERT_EQUAL(register_read(&vm, 0, ID(6, 0), &second), STATUS_OK);
	CU_ASSERT_EQUAL(first, 0x11120);
	CU_ASSERT_EQUAL(second, first);
}

static const struct suite_test tests[] = {
	{ "of a machine with everything only what is listed passes", test_everything },
	{ "of a machine with nothing only what we add is there", test_nothing },
	{ "physical addresses end at 40 bits, CSV2 at 1", test_limits },
	{ "a cortex-a57 shows itself without EL2, EL3, AArch32 and its PMU", test_real },
	{ "the rest of the identification space reads as zero", test_space },
	{ "debug registers are quiet, the OS lock is open", test_debug },
	{ "what a guest does not have is undefined", test_undefined },
	{ "a machine register is asked for once", test_once },
	{ "a machine register that cannot be read is an error", test_refused },
};

int main(void)
{
	return suite_run("vmm register", tests, sizeof(tests) / sizeof(*tests));
}
