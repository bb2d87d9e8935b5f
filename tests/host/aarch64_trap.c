/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: what the trap code makes of each exception, and hands to whom. */
#include "arch/aarch64/hardware.h"
#include "gen/sysreg.h"
#include "tests/host/exits.h"

#define ESR(class, iss) ((uint64_t)(class) << 26 | ESR_IL | (iss))
#define ABORT(width, target, more) \
	ESR(CLASS_DATA_ABORT, ABORT_VALID | (uint64_t)(width) << 22 | (uint64_t)(target) << 16 | 4 | (more))
#define ELR 0x80000ul

uint64_t exit_pc(void)
{
	return REGISTER_READ(elr_el2);
}

void fp_take(struct thread *of)
{
	told.fp = of;
}

static struct thread *trap(struct thread *of, uint64_t esr)
{
	exits_forget();
	REGISTER_WRITE(esr_el2, esr);
	REGISTER_WRITE(elr_el2, ELR);
	return trap_sync(of, &cpus[0]);
}

static void start(void)
{
	exits_start(31);
	REGISTER_WRITE(far_el2, 0xffff000012345678ul);
	REGISTER_WRITE(hpfar_el2, 0x9010ul);
	REGISTER_WRITE(cpacr_el1, 0);
}

static void test_mmio(void)
{
	static const uint64_t values[4] = { 0x05, 0x1105, 0x11111105, 0x1111111111111105 };
	unsigned int size;

	start();
	for (size = 0; size < 4; size++) {
		trap(&vcpu.thread, ABORT(size, 5, ABORT_WRITE));
		TOLD("mmio");
		CU_ASSERT_EQUAL(told.address, 0x901678);
		CU_ASSERT_EQUAL(told.width, 1u << size);
		CU_ASSERT(told.write);
		CU_ASSERT_EQUAL(told.value, values[size]);
		trap(&vcpu.thread, ABORT(size, 31, ABORT_WRITE)); /* the zero register */
		CU_ASSERT_EQUAL(told.value, 0);
		trap(&vcpu.thread, ABORT(size, 5, 0));
		CU_ASSERT(!told.write);
		/* A read tells its server nothing of the register it goes to. */
		CU_ASSERT_EQUAL(told.value, 0);
	}
}

/* What a load's register holds afterwards. */
static uint64_t loaded(uint64_t esr, uint64_t value)
{
	uint64_t words[MESSAGE_WORDS] = { value };

	vcpu.exit.kind = EXIT_MMIO;
	vcpu.exit.syndrome = esr;
	arch_vcpu_complete(&vcpu, words);
	return vcpu.thread.context.x[3];
}

static void test_loads(void)
{
	uint64_t pc;

	start();
	pc = vcpu.thread.context.pc;
	CU_ASSERT_EQUAL(loaded(ABORT(0, 3, 0), ~0ul), 0xff);
	CU_ASSERT_EQUAL(loaded(ABORT(1, 3, 0), ~0ul), 0xffff);
	CU_ASSERT_EQUAL(loaded(ABORT(2, 3, 0), ~0ul), 0xffffffff);
	CU_ASSERT_EQUAL(loaded(ABORT(3, 3, ABORT_64), ~0ul), ~0ul);
	CU_ASSERT_EQUAL(loaded(ABORT(0, 3, ABORT_SIGNED), 0x80), 0xffffff80);
	CU_ASSERT_EQUAL(loaded(ABORT(0, 3, ABORT_SIGNED | ABORT_64), 0x80), ~0x7ful);
	CU_ASSERT_EQUAL(loaded(ABORT(2, 3, ABORT_SIGNED | ABORT_64), 0x80000000), ~0x7ffffffful);
	CU_ASSERT_EQUAL(loaded(ABORT(2, 3, ABORT_SIGNED | ABORT_64), 0x7fffffff), 0x7fffffff);
	CU_ASSERT_EQUAL(vcpu.thread.context.pc, pc + 8 * 4);
	loaded(ABORT(3, 31, ABORT_64), 5); /* to the zero register */
	loaded(ABORT(3, 3, ABORT_WRITE), 5);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[3], 0x7fffffff);
	CU_ASSERT_EQUAL(vcpu.thread.context.sp_el0, 0);
}

/* No syndrome, a walk of the guest's own tables, another kind of fault: the VM manager's. */
static void test_no_syndrome(void)
{
	static const uint64_t esrs[] = { ESR(CLASS_DATA_ABORT, 4), ESR(CLASS_DATA_ABORT, 0x84),
					 ABORT(2, 1, 0) & ~7ul, ABORT(2, 1, 8), ABORT(2, 1, 0x20) };
	unsigned int index;

	start();
	for (index = 0; index < sizeof(esrs) / sizeof(esrs[0]); index++) {
		trap(&vcpu.thread, esrs[index]);
		TOLD("fault");
		CU_ASSERT_EQUAL(told.number, EXIT_MMIO);
		CU_ASSERT_EQUAL(vcpu.exit.syndrome, esrs[index]);
		CU_ASSERT_EQUAL(vcpu.exit.virtual_address, 0xffff000012345678ul);
	}
}

static void test_sysreg(void)
{
	uint64_t number = SYSREG(3, 0, 12, 11, 5), words[MESSAGE_WORDS] = { 0x77 };

	start();
	trap(&vcpu.thread, ESR(CLASS_SYSREG, number | 6 << 5));
	TOLD("sysreg");
	CU_ASSERT_EQUAL(told.number, number);
	CU_ASSERT_EQUAL(told.label, SYSREG_LABEL_WRITE);
	CU_ASSERT_EQUAL(told.value, 0x1111111111111106);
	trap(&vcpu.thread, ESR(CLASS_SYSREG, number | 31 << 5));
	CU_ASSERT_EQUAL(told.value, 0);
	trap(&vcpu.thread, ESR(CLASS_SYSREG, number | 6 << 5 | 1));
	CU_ASSERT_EQUAL(told.label, SYSREG_LABEL_READ);
	CU_ASSERT_EQUAL(told.number, number);
	vcpu.exit.kind = EXIT_SYSREG;
	arch_vcpu_complete(&vcpu, words);
	CU_ASSERT_EQUAL(vcpu.thread.context.x[6], 0x77);
	vcpu.exit.syndrome = ESR(CLASS_SYSREG, number | 7 << 5);
	arch_vcpu_complete(&vcpu, words); /* a write changes no register */
	CU_ASSERT_EQUAL(vcpu.thread.context.x[7], 0x1111111111111107);
}

static void test_calls(void)
{
	start();
	trap(&vcpu.thread, ESR(CLASS_HVC, 0));
	TOLD("hypercall");
	CU_ASSERT_EQUAL(REGISTER_READ(elr_el2), ELR);
	trap(&vcpu.thread, ESR(CLASS_SMC, 0));
	TOLD("hypercall");
	CU_ASSERT_EQUAL(REGISTER_READ(elr_el2), ELR + 4);
	trap(&vcpu.thread, ESR(CLASS_WFX, 0));
	TOLD("wait");
	CU_ASSERT_EQUAL(REGISTER_READ(elr_el2), ELR + 4);
	vcpu.thread.context.x[0] = 0xabcd00008600ff01ul;
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, ESR(CLASS_HVC, 0)), &vcpu.thread);
	TOLD("nothing");
	CU_ASSERT_EQUAL(vcpu.thread.context.x[0], 0x70706f63);
	thread.context.x[12] = 0x1234567800000001ul;
	CU_ASSERT_PTR_EQUAL(trap(&thread, ESR(CLASS_SVC, 0)), &thread);
	TOLD("system call");
	CU_ASSERT_EQUAL(told.number, 0x1234567800000001ul);
}

static void test_other_exceptions(void)
{
	unsigned int class;

	start();
	for (class = 0; class < 64; class++) {
		if (class == CLASS_DATA_ABORT || class == CLASS_SMC || class == CLASS_HVC ||
		    class == CLASS_SYSREG || class == CLASS_WFX || class == CLASS_FP)
			continue;
		trap(&vcpu.thread, ESR(class, 0));
		TOLD("fault");
		CU_ASSERT_EQUAL(told.number, EXIT_KINDS);
		CU_ASSERT_EQUAL(told.address, class == CLASS_INSTRUCTION_ABORT ? 0x901678 : 0);
		CU_ASSERT_EQUAL(vcpu.exit.syndrome, ESR(class, 0));
	}
	REGISTER_WRITE(cpacr_el1, CPACR_FP);
	for (class = 0; class < 64; class++) {
		if (class == CLASS_SVC || class == CLASS_FP)
			continue;
		trap(&thread, ESR(class, 0));
		TOLD("task fault");
		CU_ASSERT_PTR_NULL(told.fp);
	}
}

/* With TGE the trap of CPACR_EL1 has no class of its own: once, the task gets FP and tries again. */
static void test_fp(void)
{
	start();
	CU_ASSERT_PTR_EQUAL(trap(&vcpu.thread, ESR(CLASS_FP, 0)), &vcpu.thread);
	CU_ASSERT_PTR_EQUAL(told.fp, &vcpu.thread);
	CU_ASSERT_PTR_EQUAL(trap(&thread, ESR(CLASS_FP, 0)), &thread);
	CU_ASSERT_PTR_EQUAL(told.fp, &thread);
	CU_ASSERT_PTR_EQUAL(trap(&thread, ESR(CLASS_UNKNOWN, 0)), &thread);
	CU_ASSERT_PTR_EQUAL(told.fp, &thread);
	TOLD("nothing");
	REGISTER_WRITE(cpacr_el1, CPACR_FP);
	trap(&thread, ESR(CLASS_UNKNOWN, 0));
	TOLD("task fault");
}

/* Saved while it waits at the kernel's door, a thread must make its call again, not skip it. */
static void test_taken_away(void)
{
	static const struct {
		uint64_t class, behind;
	} cases[] = { { CLASS_HVC, 4 }, { CLASS_SMC, 0 }, { CLASS_DATA_ABORT, 0 }, { CLASS_SYSREG, 0 } };
	unsigned int index;

	start();
	cpus[0].held = 1;
	alone.waits = 0;
	for (index = 0; index < 4; index++) {
		alone.stays = false;
		trap(&vcpu.thread, ESR(cases[index].class, 0));
		TOLD("nothing");
		CU_ASSERT_EQUAL(alone.pc, ELR - cases[index].behind);
		alone.stays = true;
		trap(&vcpu.thread, ESR(cases[index].class, 0));
		CU_ASSERT_STRING_NOT_EQUAL(told.what, "nothing");
	}
	alone.stays = false;
	trap(&thread, ESR(CLASS_SVC, 0));
	TOLD("nothing");
	CU_ASSERT_EQUAL(alone.pc, ELR - 4);
	alone.stays = true;
	trap(&thread, ESR(CLASS_SVC, 0));
	TOLD("system call");
	CU_ASSERT_EQUAL(REGISTER_READ(elr_el2), ELR);
	CU_ASSERT_EQUAL(alone.waits, 10);
	cpus[0].held = 0;
}

static const struct suite_test tests[] = {
	{ "an access to a device is decoded: address, width, value", test_mmio },
	{ "a load's value is extended as its instruction says", test_loads },
	{ "an access without a usable syndrome is the VM manager's", test_no_syndrome },
	{ "a trapped system register is decoded: number, direction, value", test_sysreg },
	{ "calls, WFI and where each goes on", test_calls },
	{ "every other exception is reported, of guests and tasks", test_other_exceptions },
	{ "who is taken away at the door has not made its call yet", test_taken_away },
	{ "an FP instruction gets its registers, an unknown one does not", test_fp },
};

int main(void)
{
	return suite_run("aarch64 trap", tests, sizeof(tests) / sizeof(tests[0]));
}
