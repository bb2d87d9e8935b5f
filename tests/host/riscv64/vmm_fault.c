/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions put into a guest: the registers as a trap into VS-mode leaves them, in each mode. */
#include "tests/host/vmm_inject.h"

#define INSTRUCTION(bits) ((uint64_t)(bits) << 32)
#define CSRRW_A0 0x7c051573u /* csrrw a0, 0x7c0, a0 */
#define WFI 0x10500073u

#define VECTOR 0xffffffff80002000ull
#define AT 0xffffffff80123452ull
#define ADDRESS 0xffffffc00c00f00full

#define SIE (1ull << 1)
#define SPIE (1ull << 5)
#define SPP (1ull << 8)

static void describe(uint64_t privilege, uint64_t status)
{
	guest_make(AT);
	registers[VCPU_PRIVILEGE] = privilege;
	registers[VCPU_SSTATUS] = status;
	registers[VCPU_STVEC] = VECTOR;
	registers[VCPU_SEPC] = registers[VCPU_SCAUSE] = registers[VCPU_STVAL] = 1;
}

static void inject(uint64_t syndrome)
{
	inject_at(syndrome, ADDRESS);
}

static void expect_entry(uint64_t status, uint64_t cause, uint64_t value)
{
	CU_ASSERT_EQUAL(registers[VCPU_PC], VECTOR);
	CU_ASSERT_EQUAL(registers[VCPU_PRIVILEGE], 1);
	CU_ASSERT_EQUAL(registers[VCPU_SSTATUS], status);
	CU_ASSERT_EQUAL(registers[VCPU_SEPC], AT);
	CU_ASSERT_EQUAL(registers[VCPU_SCAUSE], cause);
	CU_ASSERT_EQUAL(registers[VCPU_STVAL], value);
}

static void test_modes(void)
{
	uint64_t kept = 2ull << 32 | 3 << 13 | 1 << 18; /* UXL, FS, SUM */

	describe(0, kept | SIE);
	inject(CAUSE_LOAD_GUEST_PAGE);
	expect_entry(kept | SPIE, 5, ADDRESS);
	describe(0, kept | SPP | SPIE);
	inject(CAUSE_LOAD_GUEST_PAGE);
	expect_entry(kept, 5, ADDRESS);
	describe(1, kept | SIE | SPIE);
	inject(CAUSE_LOAD_GUEST_PAGE);
	expect_entry(kept | SPP | SPIE, 5, ADDRESS);
	describe(1, kept);
	inject(CAUSE_LOAD_GUEST_PAGE);
	expect_entry(kept | SPP, 5, ADDRESS);
}

/* In vectored mode, too, exceptions go to the base. */
static void test_vector(void)
{
	describe(1, 0);
	registers[VCPU_STVEC] = VECTOR | 1;
	inject(CAUSE_STORE_GUEST_PAGE);
	expect_entry(SPP, 7, ADDRESS);
}

static void test_accesses(void)
{
	static const struct {
		uint64_t cause, guest;
	} causes[] = { { 20, 1 }, { 21, 5 }, { 23, 7 } };
	unsigned int index;

	for (index = 0; index < 3; index++) {
		describe(1, 0);
		inject(causes[index].cause | INSTRUCTION(0x00053503));
		expect_entry(SPP, causes[index].guest, ADDRESS);
	}
}

/* What is a guest's own exception already stays what it is. */
static void test_own(void)
{
	static const uint64_t causes[] = { 0, 1, 3, 4, 5, 6, 7, 12, 13, 15 };
	unsigned int index;

	for (index = 0; index < sizeof(causes) / sizeof(*causes); index++) {
		describe(1, 0);
		inject(causes[index]);
		expect_entry(SPP, causes[index], ADDRESS);
	}
}

static void test_illegal(void)
{
	/* Illegal and virtual instructions, calls, and what is no cause at all. */
	static const uint64_t causes[] = { 2, 22, 8, 9, 10, 11, 14, 16, 19, 24, 0xff };
	unsigned int index;

	for (index = 0; index < sizeof(causes) / sizeof(*causes); index++) {
		describe(1, 0);
		inject(causes[index] | INSTRUCTION(CSRRW_A0));
		expect_entry(SPP, 2, CSRRW_A0);
	}
	describe(0, 0);
	inject(22 | INSTRUCTION(0xffffffff));
	expect_entry(0, 2, 0xffffffff);
}

static void expect_line(uint64_t syndrome, const char *words)
{
	describe(1, 0);
	inject(syndrome);
	CU_ASSERT_EQUAL(fake.lines, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, words));
}

static void test_report(void)
{
	expect_line(CAUSE_STORE_GUEST_PAGE, "write to no device, address 0xc00f00f");
	expect_line(CAUSE_LOAD_GUEST_PAGE, "read of no device");
	expect_line(CAUSE_FETCH_GUEST_PAGE, "fetch from no memory");
	expect_line(CAUSE_VIRTUAL_INSTRUCTION | INSTRUCTION(CSRRW_A0), "register it does not have");
	expect_line(CAUSE_VIRTUAL_INSTRUCTION | INSTRUCTION(WFI), "instruction it does not have");
	expect_line(CAUSE_ILLEGAL, "instruction it does not have");
	expect_line(CAUSE_BREAKPOINT, "exception it cannot have");
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "pc 0xffffffff80123452"));
}

static void test_refused(void)
{
	struct vcpu_fault fault = { 0 };

	describe(1, 0);
	fake.refusal = STATUS_BAD_STATE;
	CU_ASSERT_EQUAL(fault_inject(&vm, vm_state(), 0, &fault), STATUS_BAD_STATE);
	CU_ASSERT_EQUAL(vm_state()->act, VMM_ACT_NONE);
}

/* No CSR is answered here: each becomes an illegal instruction. */
static void test_registers(void)
{
	uint64_t number, value;

	describe(1, 0);
	for (number = 0; number < SYSREG_COUNT; number++) {
		CU_ASSERT_EQUAL(register_read(&vm, 0, number, &value), STATUS_NOT_FOUND);
		CU_ASSERT_EQUAL(register_write(number, 0), STATUS_NOT_FOUND);
	}
}

static const struct suite_test tests[] = {
	{ "mode and interrupt enable are stacked", test_modes },
	{ "an exception goes to the base of stvec", test_vector },
	{ "guest page faults are access faults", test_accesses },
	{ "a guest's own exceptions stay as they are", test_own },
	{ "everything else is an illegal instruction", test_illegal },
	{ "the log says what it was", test_report },
	{ "a vCPU that cannot be changed is stopped", test_refused },
	{ "no CSR is the manager's", test_registers },
};

int main(void)
{
	return suite_run("vmm fault", tests, sizeof(tests) / sizeof(*tests));
}
