/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions put into a guest: the registers as AArch64.TakeException leaves them, in each mode. */
#include "tests/host/vmm_inject.h"

#define CLASS(class) ((uint64_t)(class) << 26)
#define IL (1ull << 25)
#define ISV (1ull << 24)

#define VECTORS 0xffff800008010800ull
#define AT 0xffff800008123450ull
#define ADDRESS 0xffff80000c00f00full

static void describe(uint64_t pstate)
{
	guest_make(AT);
	registers[VCPU_PSTATE] = pstate;
	registers[VCPU_VBAR_EL1] = VECTORS;
	registers[VCPU_FAR_EL1] = 1;
}

static void inject(uint64_t syndrome)
{
	inject_at(syndrome, ADDRESS);
}

static void expect_entry(uint64_t offset, uint64_t pstate, uint64_t state)
{
	CU_ASSERT_EQUAL(registers[VCPU_PC], VECTORS + offset);
	CU_ASSERT_EQUAL(registers[VCPU_PSTATE], state);
	CU_ASSERT_EQUAL(registers[VCPU_ELR_EL1], AT);
	CU_ASSERT_EQUAL(registers[VCPU_SPSR_EL1], pstate);
}

static void test_modes(void)
{
	static const struct {
		uint64_t pstate, offset, class;
	} modes[] = {
		{ 0x00, 0x400, 0x24 }, /* EL0t */
		{ 0x04, 0x000, 0x25 }, /* EL1t */
		{ 0x05, 0x200, 0x25 }, /* EL1h */
		{ 0x10, 0x600, 0x24 }, /* AArch32 User */
	};
	unsigned int index;

	for (index = 0; index < sizeof(modes) / sizeof(*modes); index++) {
		describe(modes[index].pstate);
		inject(CLASS(0x24) | IL | 0x07);
		expect_entry(modes[index].offset, modes[index].pstate, 0x3c5);
		CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], CLASS(modes[index].class) | IL | 0x10);
		CU_ASSERT_EQUAL(registers[VCPU_FAR_EL1], ADDRESS);
	}
}

static void test_data(void)
{
	/* ISV with its fields, S1PTW and the stage-2 fault code are EL2's own affair. */
	describe(0x3c5);
	inject(CLASS(0x24) | IL | ISV | 0xfe0000 | 1 << 7 | 0x06);
	CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], CLASS(0x25) | IL | 0x10);
	describe(0x3c5);
	inject(CLASS(0x24) | IL | 1 << 6 | 0x06);
	CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], CLASS(0x25) | IL | 1 << 6 | 0x10);
	describe(0);
	inject(CLASS(0x24) | IL | 1 << 8 | 1 << 6 | 0x06);
	CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], CLASS(0x24) | IL | 1 << 8 | 1 << 6 | 0x10);
}

static void test_fetch(void)
{
	describe(0x3c5);
	inject(CLASS(0x20) | IL | 0x1ff);
	CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], CLASS(0x21) | IL | 0x10);
	CU_ASSERT_EQUAL(registers[VCPU_FAR_EL1], ADDRESS);
	describe(0);
	inject(CLASS(0x20) | IL | 0x06);
	CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], CLASS(0x20) | IL | 0x10);
}

/* Whatever else arrives is an undefined instruction; FAR_EL1 is left alone. */
static void test_undefined(void)
{
	unsigned int class;

	for (class = 0; class < 64; class++) {
		if (class == 0x20 || class == 0x24)
			continue;
		describe(0x5);
		inject(CLASS(class) | 0x1ffffff);
		expect_entry(0x200, 0x5, 0x3c5);
		CU_ASSERT_EQUAL(registers[VCPU_ESR_EL1], IL);
		CU_ASSERT_EQUAL(registers[VCPU_FAR_EL1], 1);
	}
}

static void test_flags(void)
{
	uint64_t kept = 0xf0000000 | 1ull << 24 | 1ull << 22; /* NZCV, DIT, PAN */
	/* TCO, UAO, SS and IL, SSBS, BTYPE */
	uint64_t lost = 1ull << 25 | 1ull << 23 | 3ull << 20 | 1ull << 12 | 3ull << 10;

	describe(kept | lost);
	inject(CLASS(0));
	expect_entry(0x400, kept | lost, kept | 0x3c5);
}

static void test_controls(void)
{
	uint64_t pan = 1ull << 22, ssbs = 1ull << 12, span = 1ull << 23, dssbs = 1ull << 44;

	/* Without the features the controls mean nothing. */
	describe(0);
	registers[VCPU_SCTLR_EL1] = dssbs;
	inject(CLASS(0));
	CU_ASSERT_EQUAL(registers[VCPU_PSTATE], 0x3c5);

	describe(0);
	registers[VCPU_ID_MMFR1] = 2 << 20;
	registers[VCPU_ID_PFR1] = 2 << 4;
	registers[VCPU_SCTLR_EL1] = dssbs;
	inject(CLASS(0));
	CU_ASSERT_EQUAL(registers[VCPU_PSTATE], 0x3c5 | pan | ssbs);

	describe(ssbs);
	registers[VCPU_ID_MMFR1] = 2 << 20;
	registers[VCPU_ID_PFR1] = 2 << 4;
	registers[VCPU_SCTLR_EL1] = span;
	inject(CLASS(0));
	CU_ASSERT_EQUAL(registers[VCPU_PSTATE], 0x3c5);
}

static void test_report(void)
{
	const struct vcpu_fault fault = { .syndrome = CLASS(0x24) | 1 << 6 };
	unsigned int round;

	describe(0);
	inject(CLASS(0x24) | 1 << 6);
	CU_ASSERT_EQUAL(fake.lines, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "linux"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "write"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "0xc00f00f"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "0xffff800008123450"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "-7"));
	for (round = 1; round < 1000000; round++)
		fault_report(&vm, vm_state(), 0, &fault, 0);
	CU_ASSERT_EQUAL(fake.lines, 20);
	/* Another kind is news. */
	inject(CLASS(0x24));
	CU_ASSERT_EQUAL(fake.lines, 21);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "read"));
}

static void test_refused(void)
{
	struct vcpu_fault fault = { 0 };

	describe(0);
	fake.refusal = STATUS_BAD_STATE;
	CU_ASSERT_EQUAL(fault_inject(&vm, vm_state(), 0, &fault), STATUS_BAD_STATE);
	CU_ASSERT_EQUAL(vm_state()->act, VMM_ACT_NONE);
}

static const struct suite_test tests[] = {
	{ "vector and class follow the mode that was interrupted", test_modes },
	{ "a data abort is external, with what a guest may know of it", test_data },
	{ "a fetch from nowhere is an external instruction abort", test_fetch },
	{ "everything else is an undefined instruction", test_undefined },
	{ "flags are kept or cleared as the architecture says", test_flags },
	{ "PAN and SSBS follow SCTLR_EL1 where the machine has them", test_controls },
	{ "a million faults give twenty lines", test_report },
	{ "a vCPU that cannot be changed is stopped", test_refused },
};

int main(void)
{
	return suite_run("vmm fault", tests, sizeof(tests) / sizeof(*tests));
}
