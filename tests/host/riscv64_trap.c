/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: what the trap code makes of each exception, and hands to whom. */
#include "tests/host/riscv64/told.h"

static void test_mmio(void)
{
	static const uint64_t values[4] = { 0x05, 0x1105, 0x11111105, 0x1111111111111105 };
	unsigned int size;

	start();
	for (size = 0; size < 4; size++) {
		memory = SW(5) ^ 2u << 12 ^ size << 12;
		trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL);
		TOLD("mmio");
		CU_ASSERT_EQUAL(told.address, ADDRESS);
		CU_ASSERT_EQUAL(told.width, 1u << size);
		CU_ASSERT(told.write);
		CU_ASSERT_EQUAL(told.value, values[size]);
		NOT_SKIPPED();
		memory &= ~(31u << 20); /* x0 holds something of the kernel's */
		trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL);
		CU_ASSERT_EQUAL(told.value, 0);
		memory = LW(5) ^ 2u << 12 ^ size << 12;
		trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
		TOLD("mmio");
		CU_ASSERT(!told.write);
		/* A read tells its server nothing of the register it goes to. */
		CU_ASSERT_EQUAL(told.value, 0);
	}
	memory = 0xc14c; /* c.sw a1, 4(a0) */
	trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL);
	TOLD("mmio");
	CU_ASSERT_EQUAL(told.value, (uint32_t)X(11));
	CU_ASSERT_EQUAL(vcpu.exit.syndrome, CAUSE_STORE_GUEST_PAGE | 0xc14cul << 32);
	CU_ASSERT_EQUAL(vcpu.exit.virtual_address, VIRTUAL);
	/* The last byte of an address comes from stval alone. */
	trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL & ~3ul);
	CU_ASSERT_EQUAL(told.address, ADDRESS & ~3ul);
}

/* What a load's register holds afterwards. */
static uint64_t loaded(uint32_t instruction, uint64_t value)
{
	uint64_t words[MESSAGE_WORDS] = { value };

	memory = instruction;
	trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
	TOLD("mmio");
	vcpu.exit.kind = EXIT_MMIO;
	arch_vcpu_complete(&vcpu, words);
	return vcpu.thread.context.x[3];
}

static void test_loads(void)
{
	uint64_t words[MESSAGE_WORDS] = { 5 };

	start();
	CU_ASSERT_EQUAL(loaded(LW(3) | 4u << 12, ~0ul), 0xffffffff);
	CU_ASSERT_EQUAL(loaded(LW(3), 0x80000000), ~0x7ffffffful);
	CU_ASSERT_EQUAL(loaded(LW(3), 0xffffffff7ffffffful), 0x7fffffff);
	CU_ASSERT_EQUAL(loaded(LW(3) | 1u << 12, ~0x5ul), ~0x5ul);
	CU_ASSERT_EQUAL(loaded(LW(3) ^ 2u << 12, 0x80), ~0x7ful);
	CU_ASSERT_EQUAL(loaded(LW(3) ^ 3u << 12, 0x8000), ~0x7ffful);
	CU_ASSERT_EQUAL(loaded((LW(3) ^ 2u << 12) | 4u << 12, ~0ul), 0xff);
	CU_ASSERT_EQUAL(loaded((LW(3) ^ 3u << 12) | 4u << 12, ~0ul), 0xffff);
	CU_ASSERT_EQUAL(vcpu.thread.context.pc, 8 * 4);
	loaded(LW(0), 7);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[0], X(0)); /* the kernel's own */
	loaded(0x414c, 0x80000000); /* c.lw a1, 4(a0) */
	CU_ASSERT_EQUAL(vcpu.thread.context.x[11], ~0x7ffffffful);
	CU_ASSERT_EQUAL(vcpu.thread.context.pc, 9 * 4 + 2);
	memory = SW(3);
	trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL);
	vcpu.exit.kind = EXIT_MMIO;
	arch_vcpu_complete(&vcpu, words);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[3], 0xffff);
}

/* What is no simple access is the VM manager's; what is not there any more the guest does again. */
static void test_not_decoded(void)
{
	static const uint32_t words[] = { 0x1005202f /* lr.w */, 0x00a5252f /* amoadd.w */,
					  0x00053007 /* fld */, 0x2108 /* c.fld */, 0, 0x13 };
	unsigned int index;

	start();
	for (index = 0; index < sizeof(words) / sizeof(words[0]); index++) {
		memory = words[index];
		trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
		TOLD("fault");
		CU_ASSERT_EQUAL(told.number, EXIT_MMIO);
		CU_ASSERT_EQUAL(told.address, ADDRESS);
		CU_ASSERT_EQUAL(vcpu.exit.syndrome,
				CAUSE_LOAD_GUEST_PAGE | (uint64_t)words[index] << 32);
	}
	/* Another CPU of the guest's wrote something else there. */
	memory = SW(5);
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL), &vcpu.thread);
	TOLD("nothing");
	memory = LW(5);
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL), &vcpu.thread);
	TOLD("nothing");
	memory = INSTRUCTION_GONE;
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL), &vcpu.thread);
	TOLD("nothing");
	NOT_SKIPPED();
	REGISTER_WRITE(CSR_HTINST, 0);
}

/* htinst: the guest's page tables lie where no memory is; or hardware has transformed the load. */
static void test_htinst(void)
{
	static const uint32_t tables[] = { 0x2000, 0x2020, 0x3000, 0x3020 };
	unsigned int index;

	start();
	memory = LW(5);
	for (index = 0; index < 4; index++) {
		REGISTER_WRITE(CSR_HTINST, tables[index]);
		trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
		TOLD("fault");
		CU_ASSERT_EQUAL(told.number, EXIT_MMIO);
		CU_ASSERT_EQUAL(told.address, ADDRESS);
		CU_ASSERT_EQUAL(vcpu.exit.virtual_address, VIRTUAL);
	}
	REGISTER_WRITE(CSR_HTINST, LW(5) & ~(31u << 15));
	trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
	TOLD("mmio");
	REGISTER_WRITE(CSR_HTINST, (LW(5) & ~(31u << 15)) ^ 2); /* it was a compressed one */
	trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
	TOLD("mmio");
}

/* Hardware need not say where an access went (8.2.8): then it is nobody's, and not address 0's. */
static void test_nowhere(void)
{
	start();
	memory = LW(5);
	place = 0;
	trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
	TOLD("fault");
	CU_ASSERT_EQUAL(told.number, EXIT_MMIO);
	CU_ASSERT_EQUAL(vcpu.exit.virtual_address, VIRTUAL);
	CU_ASSERT_EQUAL(vcpu.exit.syndrome, CAUSE_LOAD_GUEST_PAGE);
	NOT_SKIPPED();
	/* The page tables' own fault, which htinst need not tell then. */
	REGISTER_WRITE(CSR_HTINST, LW(5) & ~(31u << 15));
	trap(&vcpu.thread, CAUSE_STORE_GUEST_PAGE, VIRTUAL);
	TOLD("fault");
	REGISTER_WRITE(CSR_HTINST, 0);
	trap(&vcpu.thread, CAUSE_FETCH_GUEST_PAGE, VIRTUAL);
	TOLD("fault");
	CU_ASSERT_EQUAL(told.number, EXIT_KINDS);
}

/* The fault of a first try is not taken for the guest's. */
static void test_only_executable(void)
{
	start();
	only_executable = true;
	memory = LW(5);
	trap(&vcpu.thread, CAUSE_LOAD_GUEST_PAGE, VIRTUAL);
	TOLD("mmio");
	CU_ASSERT_EQUAL(told.address, ADDRESS);
	CU_ASSERT_EQUAL(vcpu.exit.virtual_address, VIRTUAL);
	CU_ASSERT(!(REGISTER_READ(CSR_SSTATUS) & SSTATUS_MXR));
	memory = 0x9002;
	trap(&vcpu.thread, CAUSE_ILLEGAL, 0);
	TOLD("fault");
	CU_ASSERT_EQUAL(vcpu.exit.syndrome, CAUSE_ILLEGAL | 0x9002ul << 32);
	CU_ASSERT_EQUAL(vcpu.exit.virtual_address, 0);
}

/* Hardware need not say the instruction: then it is read; one of zeros is one. */
static void test_fetched(void)
{
	start();
	memory = CSR(0x15c, 2, 0, 7);
	trap(&vcpu.thread, CAUSE_ILLEGAL, 0);
	TOLD("sysreg");
	CU_ASSERT_EQUAL(fetched, 1);
	memory = 0;
	trap(&vcpu.thread, CAUSE_ILLEGAL, 0);
	TOLD("fault");
	memory = INSTRUCTION_GONE;
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, CAUSE_ILLEGAL, 0), &vcpu.thread);
	TOLD("nothing");
	/* What stval has above 32 bits is no instruction's. */
	trap(&vcpu.thread, CAUSE_ILLEGAL, ~0ul);
	TOLD("fault");
}

static void test_wait(void)
{
	start();
	REGISTER_WRITE(CSR_VSTIMECMP, 5000);
	REGISTER_WRITE(CSR_HIE, VCPU_TIMER);
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, INSTRUCTION_WFI);
	TOLD("wait");
	SKIPPED();
	CU_ASSERT_EQUAL(told.deadline, 5000);
	pending = true;
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, INSTRUCTION_WFI);
	CU_ASSERT_EQUAL(told.deadline, 0);
	pending = false;
	REGISTER_WRITE(CSR_HIE, VCPU_EXTERNAL);
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, INSTRUCTION_WFI);
	CU_ASSERT_EQUAL(told.deadline, 0);
	REGISTER_WRITE(CSR_HIE, VCPU_TIMER);
	REGISTER_WRITE(CSR_VSTIMECMP, TIMER_OFF);
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, INSTRUCTION_WFI);
	TOLD("wait");
	CU_ASSERT_EQUAL(told.deadline, 0);
	/* With wfi illegal altogether (mstatus.TW) nobody could wait. */
	trap(&vcpu.thread, CAUSE_ILLEGAL, INSTRUCTION_WFI);
	TOLD("fault");
}

/* The first illegal instruction without FP registers may be theirs: once. */
static void test_fp(void)
{
	start();
	REGISTER_CLEAR(CSR_SSTATUS, SSTATUS_FS);
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, CAUSE_ILLEGAL, 0x00053007), &vcpu.thread);
	CU_ASSERT_PTR_EQUAL(told.fp, &vcpu.thread);
	TOLD("nothing");
	NOT_SKIPPED();
	trap(&vcpu.thread, CAUSE_ILLEGAL, 0x00053007);
	CU_ASSERT_PTR_NULL(told.fp);
	TOLD("fault");
	REGISTER_CLEAR(CSR_SSTATUS, SSTATUS_FS);
	trap(&vcpu.thread, CAUSE_VIRTUAL_INSTRUCTION, INSTRUCTION_WFI);
	CU_ASSERT_PTR_NULL(told.fp);
	CU_ASSERT_PTR_EQUAL(trap(&thread, CAUSE_ILLEGAL, 0x00053007), &thread);
	CU_ASSERT_PTR_EQUAL(told.fp, &thread);
	trap(&thread, CAUSE_ILLEGAL, 0xffffffff00053007);
	TOLD("task fault");
	CU_ASSERT_EQUAL(told.syndrome, CAUSE_ILLEGAL | 0x00053007ul << 32);
	CU_ASSERT_EQUAL(told.address, 0);
}

static void test_system_call(void)
{
	start();
	CU_ASSERT_PTR_EQUAL(trap(&thread, CAUSE_CALL_USER, 0), &thread);
	TOLD("system call");
	CU_ASSERT_EQUAL(told.number, X(5));
	SKIPPED();
	CU_ASSERT_PTR_EQUAL(arch_call_registers(&thread.context), &thread.context.x[6]);
	arch_syscall_again(true);
	NOT_SKIPPED();
	arch_syscall_again(false);
	SKIPPED();
}

static void test_other_exceptions(void)
{
	uint64_t cause;

	start();
	for (cause = 0; cause < 64; cause++) {
		if (cause == CAUSE_LOAD_GUEST_PAGE || cause == CAUSE_STORE_GUEST_PAGE ||
		    cause == CAUSE_CALL_GUEST || cause == CAUSE_ILLEGAL ||
		    cause == CAUSE_VIRTUAL_INSTRUCTION)
			continue;
		trap(&vcpu.thread, cause, VIRTUAL);
		TOLD("fault");
		CU_ASSERT_EQUAL(told.number, EXIT_KINDS);
		CU_ASSERT_EQUAL(told.address, cause == CAUSE_FETCH_GUEST_PAGE ? ADDRESS : 0);
		CU_ASSERT_EQUAL(vcpu.exit.syndrome, cause);
		CU_ASSERT_EQUAL(vcpu.exit.virtual_address, VIRTUAL);
		NOT_SKIPPED();
	}
	for (cause = 0; cause < 64; cause++) {
		if (cause == CAUSE_CALL_USER || cause == CAUSE_ILLEGAL)
			continue;
		trap(&thread, cause, VIRTUAL);
		TOLD("task fault");
		CU_ASSERT_EQUAL(told.address, VIRTUAL);
		CU_ASSERT_EQUAL(told.syndrome, cause);
		CU_ASSERT_EQUAL(told.position[0], PC);
		CU_ASSERT_EQUAL(told.position[1], X(2));
		CU_ASSERT_EQUAL(told.position[2], X(8));
		CU_ASSERT_EQUAL(told.position[3], X(1));
		CU_ASSERT_PTR_NULL(told.fp);
	}
}

/* Saved while it waits at the kernel's door, a thread must make its call again, not skip it. */
static void test_taken_away(void)
{
	static const uint64_t causes[] = { CAUSE_CALL_GUEST, CAUSE_LOAD_GUEST_PAGE,
					   CAUSE_VIRTUAL_INSTRUCTION, CAUSE_ILLEGAL };
	unsigned int index;

	start();
	cpus[0].held = 1;
	alone.waits = 0;
	for (index = 0; index < 4; index++) {
		memory = LW(5);
		alone.stays = false;
		trap(&vcpu.thread, causes[index], INSTRUCTION_WFI);
		TOLD("nothing");
		NOT_SKIPPED();
		CU_ASSERT_EQUAL(alone.pc, PC);
		CU_ASSERT_EQUAL(fetched, 0);
		alone.stays = true;
		trap(&vcpu.thread, causes[index], INSTRUCTION_WFI);
		CU_ASSERT_STRING_NOT_EQUAL(told.what, "nothing");
	}
	alone.stays = false;
	trap(&thread, CAUSE_CALL_USER, 0);
	TOLD("nothing");
	NOT_SKIPPED();
	alone.stays = true;
	trap(&thread, CAUSE_CALL_USER, 0);
	TOLD("system call");
	SKIPPED();
	CU_ASSERT_EQUAL(alone.waits, 10);
	cpus[0].held = 0;
}

static const struct suite_test tests[] = {
	{ "an access to a device is decoded: address, width, value", test_mmio },
	{ "a load's value is extended as its instruction says", test_loads },
	{ "what cannot be decoded is the VM manager's, what is gone is tried again", test_not_decoded },
	{ "page tables in a device are no access to it; a transformed instruction is", test_htinst },
	{ "an access to who knows where is nobody's", test_nowhere },
	{ "what may only be executed is read all the same", test_only_executable },
	{ "an instruction that stval does not have is read", test_fetched },
	{ "WFI waits in the kernel, for the guest's own timer too", test_wait },
	{ "an FP instruction gets its registers, an illegal one does not", test_fp },
	{ "a task's call is handed on behind its instruction", test_system_call },
	{ "every other exception is reported, of guests and tasks", test_other_exceptions },
	{ "who is taken away at the door has not made its call yet", test_taken_away },
};

int main(void)
{
	return suite_run("riscv64 trap", tests, sizeof(tests) / sizeof(tests[0]));
}
