/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: what guests ask for on purpose: CSRs that others have for them, and their firmware. */
#include <string.h>

#include "gen/sysreg.h"
#include "tests/host/riscv64/told.h"

#define WRITES 1
#define SETS 2
#define CLEARS 3

/* An instruction on a CSR, and what its server is told of it. */
static void csr(uint32_t instruction, uint64_t label, uint64_t value, uint64_t second)
{
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, instruction);
	TOLD("sysreg");
	CU_ASSERT_EQUAL(told.number, instruction >> 20);
	CU_ASSERT_EQUAL(told.label, label);
	CU_ASSERT_EQUAL(told.value, value);
	CU_ASSERT_EQUAL(told.second, second);
	CU_ASSERT_EQUAL(vcpu.exit.syndrome, CAUSE_VIRTUAL_INSTRUCTION | (uint64_t)instruction << 32);
	NOT_SKIPPED();
}

static void test_csr(void)
{
	const uint32_t number = 0x15c;

	start();
	csr(CSR(number, WRITES, 6, 0), SYSREG_LABEL_WRITE, X(6), 0);
	csr(CSR(number, WRITES, 0, 0), SYSREG_LABEL_WRITE, 0, 0);
	csr(CSR(number, WRITES, 6, 7), SYSREG_LABEL_UPDATE, ~0ul, X(6));
	csr(CSR(number, SETS, 0, 7), SYSREG_LABEL_READ, 0, 0);
	csr(CSR(number, CLEARS, 0, 7), SYSREG_LABEL_READ, 0, 0);
	csr(CSR(number, SETS, 0, 0), SYSREG_LABEL_READ, 0, 0);
	csr(CSR(number, SETS, 6, 7), SYSREG_LABEL_UPDATE, 0, X(6));
	csr(CSR(number, CLEARS, 6, 7), SYSREG_LABEL_UPDATE, X(6), 0);
	csr(CSR(number, 4 + WRITES, 31, 0), SYSREG_LABEL_WRITE, 31, 0);
	csr(CSR(number, 4 + WRITES, 0, 7), SYSREG_LABEL_UPDATE, ~0ul, 0);
	csr(CSR(number, 4 + SETS, 5, 7), SYSREG_LABEL_UPDATE, 0, 5);
	csr(CSR(number, 4 + SETS, 0, 7), SYSREG_LABEL_READ, 0, 0);
	csr(CSR(number, 4 + CLEARS, 31, 0), SYSREG_LABEL_UPDATE, 31, 0);
	csr(CSR(0xdb0, SETS, 0, 7), SYSREG_LABEL_READ, 0, 0); /* the uppermost four bits mean no mode */
}

/* The old value goes to the target, whatever it is. */
static void test_csr_answer(void)
{
	uint64_t words[MESSAGE_WORDS] = { 0x77 };

	start();
	vcpu.exit.kind = EXIT_SYSREG;
	csr(CSR(0x15c, WRITES, 6, 7), SYSREG_LABEL_UPDATE, ~0ul, X(6));
	arch_vcpu_complete(&vcpu, words);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[7], 0x77);
	CU_ASSERT_EQUAL(vcpu.thread.context.pc, 4);
	csr(CSR(0x15c, WRITES, 6, 0), SYSREG_LABEL_WRITE, X(6), 0);
	arch_vcpu_complete(&vcpu, words);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[0], X(0));
	CU_ASSERT_EQUAL(vcpu.thread.context.pc, 8);
}

/* What is not the guest's mode's is nobody's server's; nor is what is no access at all. */
static void test_no_csr(void)
{
	static const uint32_t supervisor[] = { CSR(0x600, SETS, 0, 7), CSR(0x280, SETS, 0, 7),
					       CSR(0x300, WRITES, 5, 0), 0x73 | 4 << 12,
					       0x30200073 /* mret */, 0x6a000073 /* hlv.d x0 */,
					       0xffffffff, 0x9002 };
	unsigned int index;

	start();
	for (index = 0; index < sizeof(supervisor) / sizeof(supervisor[0]); index++) {
		trap(&vcpu.thread, CAUSE_ILLEGAL, supervisor[index]);
		TOLD("fault");
		CU_ASSERT_EQUAL(told.number, EXIT_KINDS);
		CU_ASSERT_EQUAL(told.address, 0);
		CU_ASSERT_EQUAL(fetched, 0);
		CU_ASSERT_EQUAL(vcpu.exit.syndrome,
				CAUSE_ILLEGAL | (uint64_t)supervisor[index] << 32);
	}
	REGISTER_CLEAR(CSR_SSTATUS, SSTATUS_SPP);
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, CSR(0x15c, SETS, 0, 7));
	TOLD("fault");
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, CSR(0xc00, SETS, 0, 7));
	TOLD("sysreg");
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, INSTRUCTION_WFI);
	TOLD("fault");
	NOT_SKIPPED();
}

static void call(uint64_t extension, uint64_t function, uint64_t a0, uint64_t a1)
{
	uint64_t *x = vcpu.thread.context.x;

	x[17] = extension;
	x[16] = function;
	x[10] = a0;
	x[11] = a1;
	x[12] = 0x1000;
	x[13] = 0x2000;
	x[14] = 7;
	memset(&firmware, 0, sizeof(firmware));
	host_guest_fences = host_instruction_fences = 0;
	trap(&vcpu.thread, CAUSE_CALL_GUEST, 0);
	SKIPPED();
}

#define ANSWERED(error, value) \
	do { \
		TOLD("nothing"); \
		CU_ASSERT_EQUAL(vcpu.thread.context.x[10], (uint64_t)(error)); \
		CU_ASSERT_EQUAL(vcpu.thread.context.x[11], (uint64_t)(value)); \
	} while (0)

static void test_calls(void)
{
	start();
	call(SBI_BASE, 1, 5, 6);
	ANSWERED(SBI_SUCCESS, 0x70706f63);
	call(SBI_TIME, 0, 0x123456789a, 6);
	ANSWERED(SBI_SUCCESS, 0);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_VSTIMECMP), 0x123456789a);
	/* All other ones are its firmware's: also those with bits that no extension has. */
	call(SBI_TIME, 1, 5, 6);
	TOLD("hypercall");
	call(SBI_BASE, 0, 5, 6);
	TOLD("hypercall");
	call(1ul << 32 | SBI_TIME, 0, 5, 6);
	TOLD("hypercall");
	call(SBI_HSM, 0, 5, 6);
	TOLD("hypercall");
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_VSTIMECMP), 0x123456789a);
	CU_ASSERT_EQUAL(arch_hypercall_words(&vcpu)[0], SBI_HSM);
	CU_ASSERT_EQUAL(arch_hypercall_words(&vcpu)[1], 0);
	CU_ASSERT_EQUAL(arch_hypercall_words(&vcpu)[2], 5);
	CU_ASSERT_EQUAL(arch_hypercall_words(&vcpu)[7], X(15));
	vcpu.exit.kind = EXIT_HYPERCALL;
	arch_vcpu_complete(&vcpu, (const uint64_t[MESSAGE_WORDS]){ 8, 9 });
	CU_ASSERT_EQUAL(vcpu.thread.context.x[10], 8);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[11], 9);
	CU_ASSERT_EQUAL(vcpu.thread.context.pc, 0); /* it was skipped when it was made */
}

/* vCPUs 0 and 2 are there. */
static void test_fence_masks(void)
{
	static const struct {
		uint64_t mask, base;
		int64_t error;
	} cases[] = {
		{ 1, 0, SBI_SUCCESS }, { 5, 0, SBI_SUCCESS }, { 1, 2, SBI_SUCCESS }, { 0, 0, SBI_SUCCESS },
		{ ~0ul, ~0ul, SBI_SUCCESS }, { 0, ~0ul, SBI_SUCCESS }, { 0, 7, SBI_SUCCESS },
		{ 2, 0, SBI_INVALID_PARAMETER }, { 7, 0, SBI_INVALID_PARAMETER },
		{ 1, 7, SBI_INVALID_PARAMETER }, { 2, 7, SBI_INVALID_PARAMETER },
		{ 1ul << 63, 0, SBI_INVALID_PARAMETER }, { 1ul << 63, 1, SBI_INVALID_PARAMETER },
		{ 256, 0, SBI_INVALID_PARAMETER }, { 64, 2, SBI_INVALID_PARAMETER },
		{ 1, 8, SBI_INVALID_PARAMETER }, { 1, 64, SBI_INVALID_PARAMETER },
		{ 1, 1ul << 32, SBI_INVALID_PARAMETER }, { 4, ~0ul - 1, SBI_INVALID_PARAMETER },
	};
	unsigned int index;

	start();
	for (index = 0; index < sizeof(cases) / sizeof(cases[0]); index++) {
		call(SBI_RFENCE, 1, cases[index].mask, cases[index].base);
		ANSWERED(cases[index].error, 0);
		CU_ASSERT(host_guest_fences <= (cases[index].error == SBI_SUCCESS));
		CU_ASSERT_EQUAL(firmware.calls, 0);
	}
}

static void test_fences(void)
{
	uint64_t function;

	start();
	call(SBI_RFENCE, 0, 1, 0);
	CU_ASSERT_EQUAL(host_instruction_fences, 1);
	call(SBI_RFENCE, 1, 1, 0);
	CU_ASSERT_EQUAL(host_guest_fences, 1);
	call(SBI_RFENCE, 2, 0, ~0ul);
	CU_ASSERT_EQUAL(host_guest_fences, 1);
	/* Nobody of them is there. */
	call(SBI_RFENCE, 1, 1, 2);
	CU_ASSERT_EQUAL(host_guest_fences, 0);
	/* Those of hypervisors would be of another VM's identifier. */
	for (function = 3; function < 8; function++) {
		call(SBI_RFENCE, function, 1, 0);
		ANSWERED(SBI_NOT_SUPPORTED, 0);
	}
	call(SBI_RFENCE, 1ul << 32, 1, 0);
	ANSWERED(SBI_NOT_SUPPORTED, 0);
	CU_ASSERT_EQUAL(firmware.calls, 0);
}

/* Only other harts that hold a vCPU of the mask are told; all, if one's number has no bit. */
static void test_fences_elsewhere(void)
{
	/* FENCE.I; HFENCE.VVMA for both SFENCE.VMAs (SBI chapter 8). */
	static const uint64_t host[] = { 0, 6, 5 };
	static struct vm another;
	static struct vcpu foreign = { .vm = &another, .index = 2 };
	uint64_t function;

	start();
	cpu_count = 3;
	cpus[1].identity = 9;
	cpus[1].guest = &other.thread;
	cpus[2].identity = 63;
	cpus[2].guest = &foreign.thread;
	for (function = 0; function < 3; function++) {
		call(SBI_RFENCE, function, 5, 0);
		ANSWERED(SBI_SUCCESS, 0);
		CU_ASSERT_EQUAL(firmware.calls, 1);
		CU_ASSERT_EQUAL(firmware.extension, SBI_RFENCE);
		CU_ASSERT_EQUAL(firmware.function, host[function]);
		CU_ASSERT_EQUAL(firmware.arguments[0], 1ul << 9);
		CU_ASSERT_EQUAL(firmware.arguments[1], 0);
		CU_ASSERT_EQUAL(firmware.arguments[2], 0x1000);
		CU_ASSERT_EQUAL(firmware.arguments[3], 0x2000);
		CU_ASSERT_EQUAL(firmware.arguments[4], 7);
	}
	call(SBI_RFENCE, 1, 1, 2);
	CU_ASSERT_EQUAL(firmware.arguments[0], 1ul << 9);
	CU_ASSERT_EQUAL(host_guest_fences, 0);
	call(SBI_RFENCE, 1, 0, ~0ul);
	CU_ASSERT_EQUAL(firmware.arguments[0], 1ul << 9);
	call(SBI_RFENCE, 1, 1, 0);
	CU_ASSERT_EQUAL(firmware.calls, 0);
	/* One that sleeps does it when it wakes. */
	cpus[1].arch.sleeps = true;
	cpus[1].arch.fence_due = false;
	call(SBI_RFENCE, 1, 5, 0);
	CU_ASSERT_EQUAL(firmware.calls, 0);
	CU_ASSERT(cpus[1].arch.fence_due);
	CU_ASSERT_EQUAL(host_guest_fences, 1);
	fence_awake(&cpus[1]);
	CU_ASSERT(!cpus[1].arch.fence_due && !cpus[1].arch.sleeps);
	CU_ASSERT_EQUAL(host_guest_fences, 2);
	cpus[1].identity = 64;
	call(SBI_RFENCE, 1, 5, 0);
	CU_ASSERT_EQUAL(firmware.arguments[1], ~0ul);
	cpus[0].identity = 65;
	call(SBI_RFENCE, 1, 5, 0);
	CU_ASSERT_EQUAL(firmware.arguments[1], ~0ul);
	cpus[1].guest = NULL;
	call(SBI_RFENCE, 1, 4, 0);
	CU_ASSERT_EQUAL(firmware.calls, 0);
}

static const struct suite_test tests[] = {
	{ "a CSR instruction is decoded in all its forms", test_csr },
	{ "its target gets the old value, and x0 nothing", test_csr_answer },
	{ "only CSRs of the guest's mode reach their servers", test_no_csr },
	{ "firmware calls that the kernel answers, and those it does not", test_calls },
	{ "a fence's harts are checked", test_fence_masks },
	{ "fences are of the guest's own entries", test_fences },
	{ "they are made on harts that hold the vCPUs, and nowhere else", test_fences_elsewhere },
};

int main(void)
{
	return suite_run("riscv64 asked", tests, sizeof(tests) / sizeof(tests[0]));
}
