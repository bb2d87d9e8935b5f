/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: what the trap code makes of each exception, and hands to whom. */
#include <stdlib.h>
#include <string.h>

#include "arch/riscv64/hardware.h"
#include "gen/sysreg.h"
#include "kernel/irq.h"
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "tests/host/suite.h"

#define PC 0x80001000ul
#define ADDRESS 0x10000123ul  /* of a device, guest-physical */
#define VIRTUAL 0xffffffd012345123ul
#define X(number) (0x1111111111111100ul + (number))

/* csrrw, csrrs, csrrc, and with 4 more their immediate forms. */
#define CSR(number, function, source, target) \
	((uint32_t)(number) << 20 | (source) << 15 | (function) << 12 | (target) << 7 | 0x73)
#define WRITES 1
#define SETS 2
#define CLEARS 3
#define LW(target) (0x2003u | 10 << 15 | (target) << 7)
#define SW(source) (0x2023u | 10 << 15 | (source) << 20)

/* What the rest of the kernel was told. */
static struct {
	const char *what;
	uint64_t address, width, value, second, number, label, syndrome, position[4];
	bool write;
	status_t status;
	struct thread *fp;
	uint64_t deadline;
} told;

static struct cpu cpu;
static struct task task;
static struct thread thread;
static struct vm vm;
static struct vcpu vcpu, other;
static bool pending;
static uint64_t memory, fetched; /* the instruction in the guest's memory; how often it was read */
static bool only_executable;     /* that memory: QEMU 7.2 reads it with MXR alone */

struct cpu cpus[CPU_COUNT];
unsigned int cpu_count = 1;
uint64_t satp_kernel;

struct cpu *host_cpu(void)
{
	return &cpu;
}

void host_relax(void)
{
	abort();
}

/* Somebody is alone in the kernel; `stays`: the thread is not taken away meanwhile. */
static struct {
	unsigned int waits;
	bool stays;
	uint64_t pc;
} alone;

bool cpu_wait(struct cpu *of)
{
	CU_ASSERT_PTR_EQUAL(of, &cpu);
	alone.waits++;
	alone.pc = REGISTER_READ(CSR_SEPC);
	return alone.stays;
}

struct thread *vcpu_exit_mmio(struct vcpu *of, uint64_t address, uint64_t width, bool write,
			      uint64_t value)
{
	(void)of;
	told.what = "mmio";
	told.address = address;
	told.width = width;
	told.write = write;
	told.value = value;
	return NULL;
}

struct thread *vcpu_exit_sysreg(struct vcpu *of, uint64_t number, uint64_t label, uint64_t value,
				uint64_t second)
{
	(void)of;
	told.what = "sysreg";
	told.number = number;
	told.label = label;
	told.value = value;
	told.second = second;
	return NULL;
}

struct thread *vcpu_exit_hypercall(struct vcpu *of)
{
	(void)of;
	told.what = "hypercall";
	return NULL;
}

struct thread *vcpu_exit_wait(struct vcpu *of)
{
	(void)of;
	told.what = "wait";
	return NULL;
}

struct thread *vcpu_exit_fault(struct vcpu *of, uint32_t kind, uint64_t address, status_t status)
{
	(void)of;
	told.what = "fault";
	told.number = kind;
	told.address = address;
	told.status = status;
	return NULL;
}

struct thread *thread_fault(struct thread *of, uint64_t address, uint64_t syndrome,
			    const uint64_t position[4])
{
	(void)of;
	told.what = "task fault";
	told.address = address;
	told.syndrome = syndrome;
	memcpy(told.position, position, sizeof(told.position));
	return NULL;
}

struct thread *syscall_handle(struct thread *caller, uint64_t number)
{
	told.what = "system call";
	told.number = number;
	return caller;
}

struct thread *thread_schedule(struct cpu *of)
{
	(void)of;
	return NULL;
}

void irq_handle(void)
{
	told.what = "interrupt";
}

void fp_take(struct thread *of)
{
	told.fp = of;
	REGISTER_SET(CSR_SSTATUS, SSTATUS_FS);
}

void timer_set(struct timer *timer, struct cpu *at, uint64_t deadline)
{
	CU_ASSERT_PTR_EQUAL(timer, &vcpu.timer);
	CU_ASSERT_PTR_EQUAL(at, &cpu);
	told.deadline = deadline;
}

bool arch_vcpu_interrupt_pending(struct vcpu *of)
{
	(void)of;
	return pending;
}

uint64_t instruction_fetch(uint64_t pc)
{
	CU_ASSERT_EQUAL(pc, PC);
	fetched++;
	if (memory != INSTRUCTION_GONE &&
	    (!only_executable || (REGISTER_READ(CSR_SSTATUS) & SSTATUS_MXR)))
		return memory;
	/* The fault that the kernel itself got. */
	REGISTER_WRITE(CSR_STVAL, pc);
	REGISTER_WRITE(CSR_HTVAL, 0);
	REGISTER_WRITE(CSR_HTINST, 0x3000);
	return INSTRUCTION_GONE;
}

void arch_panic(const char *what)
{
	(void)what;
	abort();
}

/* The firmware, as fences ask it. */
static struct {
	unsigned int calls;
	uint64_t extension, function, arguments[5];
} firmware;

int64_t firmware_call(uint64_t extension, uint64_t function, const uint64_t arguments[5])
{
	firmware.calls++;
	firmware.extension = extension;
	firmware.function = function;
	memcpy(firmware.arguments, arguments, sizeof(firmware.arguments));
	return 0;
}

/* `value`: stval. From a guest's kernel with FP registers on, unless the test says otherwise. */
static struct thread *trap(struct thread *of, uint64_t cause, uint64_t value)
{
	memset(&told, 0, sizeof(told));
	told.what = "nothing";
	fetched = 0;
	REGISTER_WRITE(CSR_SEPC, PC);
	REGISTER_WRITE(CSR_STVAL, value);
	REGISTER_WRITE(CSR_HTVAL, ADDRESS >> 2);
	return trap_sync(of, &cpu, cause);
}

static void start(void)
{
	unsigned int index;

	host_registers_forget();
	memset(&vcpu, 0, sizeof(vcpu));
	memset(&thread, 0, sizeof(thread));
	memset(&vm, 0, sizeof(vm));
	memset(&firmware, 0, sizeof(firmware));
	thread.task = &task;
	vcpu.vm = &vm;
	vm.vcpus[0] = &vcpu;
	vm.vcpus[2] = &other;
	for (index = 0; index < 32; index++)
		vcpu.thread.context.x[index] = thread.context.x[index] = X(index);
	REGISTER_WRITE(CSR_SSTATUS, SSTATUS_SPP | SSTATUS_FS);
	memory = INSTRUCTION_GONE;
	pending = only_executable = false;
	cpu_count = 1;
}

#define TOLD(text) CU_ASSERT_STRING_EQUAL(told.what, text)
#define SKIPPED() CU_ASSERT_EQUAL(REGISTER_READ(CSR_SEPC), PC + 4)
#define NOT_SKIPPED() CU_ASSERT_EQUAL(REGISTER_READ(CSR_SEPC), PC)

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

/* Hardware need not say the instruction: then it is read; one of zeros is one. */
static void test_fetched(void)
{
	start();
	memory = CSR(0x15c, SETS, 0, 7);
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
	}
}

static void test_fences(void)
{
	/* FENCE.I; HFENCE.VVMA for both SFENCE.VMAs (SBI chapter 8). */
	static const uint64_t host[] = { 0, 6, 5 };
	uint64_t function;

	start();
	call(SBI_RFENCE, 0, 1, 0);
	CU_ASSERT_EQUAL(host_instruction_fences, 1);
	call(SBI_RFENCE, 2, 1, 0);
	CU_ASSERT_EQUAL(host_guest_fences, 1);
	CU_ASSERT_EQUAL(firmware.calls, 0);
	cpu_count = 2;
	for (function = 0; function < 3; function++) {
		call(SBI_RFENCE, function, 5, 0);
		ANSWERED(SBI_SUCCESS, 0);
		CU_ASSERT_EQUAL(firmware.calls, 1);
		CU_ASSERT_EQUAL(firmware.extension, SBI_RFENCE);
		CU_ASSERT_EQUAL(firmware.function, host[function]);
		CU_ASSERT_EQUAL(firmware.arguments[1], ~0ul);
		CU_ASSERT_EQUAL(firmware.arguments[2], 0x1000);
		CU_ASSERT_EQUAL(firmware.arguments[3], 0x2000);
		CU_ASSERT_EQUAL(firmware.arguments[4], 7);
	}
	/* Those of hypervisors would be of another VM's identifier. */
	for (function = 3; function < 8; function++) {
		call(SBI_RFENCE, function, 1, 0);
		ANSWERED(SBI_NOT_SUPPORTED, 0);
	}
	call(SBI_RFENCE, 1ul << 32, 1, 0);
	ANSWERED(SBI_NOT_SUPPORTED, 0);
	CU_ASSERT_EQUAL(firmware.calls, 0);
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
	told.what = "nothing";
	trap_irq(&thread, &cpu);
	TOLD("interrupt");
}

/* Saved while it waits at the kernel's door, a thread must make its call again, not skip it. */
static void test_taken_away(void)
{
	static const uint64_t causes[] = { CAUSE_CALL_GUEST, CAUSE_LOAD_GUEST_PAGE,
					   CAUSE_VIRTUAL_INSTRUCTION, CAUSE_ILLEGAL };
	unsigned int index;

	start();
	cpu.held = 1;
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
	cpu.held = 0;
}

static const struct suite_test tests[] = {
	{ "an access to a device is decoded: address, width, value", test_mmio },
	{ "a load's value is extended as its instruction says", test_loads },
	{ "what cannot be decoded is the VM manager's, what is gone is tried again", test_not_decoded },
	{ "page tables in a device are no access to it; a transformed instruction is", test_htinst },
	{ "what may only be executed is read all the same", test_only_executable },
	{ "a CSR instruction is decoded in all its forms", test_csr },
	{ "its target gets the old value, and x0 nothing", test_csr_answer },
	{ "only CSRs of the guest's mode reach their servers", test_no_csr },
	{ "an instruction that stval does not have is read", test_fetched },
	{ "WFI waits in the kernel, for the guest's own timer too", test_wait },
	{ "an FP instruction gets its registers, an illegal one does not", test_fp },
	{ "firmware calls that the kernel answers, and those it does not", test_calls },
	{ "a fence's harts are checked", test_fence_masks },
	{ "fences are of the guest's own entries, on every hart", test_fences },
	{ "a task's call is handed on behind its instruction", test_system_call },
	{ "every other exception is reported, of guests and tasks", test_other_exceptions },
	{ "who is taken away at the door has not made its call yet", test_taken_away },
};

int main(void)
{
	return suite_run("riscv64 trap", tests, sizeof(tests) / sizeof(tests[0]));
}
