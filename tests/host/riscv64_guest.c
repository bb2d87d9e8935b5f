/* SPDX-License-Identifier: Apache-2.0 */
/*
 * riscv64: what moves when another vCPU or another user of FP registers takes the CPU, with the
 * CSRs as variables. A guest must find all of its own, and nothing of anybody else's.
 */
#include <stdlib.h>

#include "kernel/boot.h"
#include "tests/host/switching.h"

uint64_t kernel_tables[1][512];

void host_relax(void)
{
	abort();
}

void guest_prepare(unsigned int number)
{
	vms[number].space.identifier = 0x41 + number;
	vms[number].space.root = KERNEL_OFFSET + 0x80004000 + 0x4000 * number;
	tasks[number].context.sstatus = SSTATUS_TASK;
	tasks[number].context.hstatus = HSTATUS_TASK;
	satp_kernel = 0x8000000000012345;
}

void fence_others(uint64_t function, uint64_t start, uint64_t size, uint64_t identifier)
{
	(void)function, (void)start, (void)size, (void)identifier;
}

/* And hip, as the hardware makes it of hvip and the timer. */
void switch_to(struct thread *next)
{
	struct arch_context *last = cpu.current ? &cpu.current->context : NULL;
	bool guest = next->context.hstatus & HSTATUS_SPV;

	if (last) {
		last->pc = REGISTER_READ(CSR_SEPC);
		last->sstatus = REGISTER_READ(CSR_SSTATUS);
		last->senvcfg = REGISTER_READ(CSR_SENVCFG);
		last->scounteren = REGISTER_READ(CSR_SCOUNTEREN);
	}
	cpu.current = next;
	context_load(&next->context);
	REGISTER_WRITE(CSR_SENVCFG, guest ? next->context.senvcfg : SENVCFG_TASK);
	REGISTER_WRITE(CSR_SCOUNTEREN, guest ? next->context.scounteren : SCOUNTEREN_TASK);
	if (guest && cpu.entered != next)
		vcpu_enter(next);
	REGISTER_WRITE(CSR_HIP, REGISTER_READ(CSR_HVIP));
}

void let_go(struct thread *thread)
{
	arch_thread_release(thread);
}

/*
 * All that a guest can write and no trap keeps it from (Privileged Architecture, table 2.3, where
 * VS-mode's names stand for others; 4.1): its interrupts' enables are hie's.
 */
static const uint16_t guest_writes[] = {
	CSR_VSSTATUS, CSR_VSIE, CSR_VSTVEC, CSR_VSSCRATCH, CSR_VSEPC, CSR_VSCAUSE, CSR_VSTVAL,
	CSR_VSATP, CSR_VSTIMECMP, CSR_SENVCFG, CSR_SCOUNTEREN, CSR_SEPC, CSR_SSTATUS,
};
#define WRITES (sizeof(guest_writes) / sizeof(guest_writes[0]))

uint64_t *guest_register(unsigned int index)
{
	if (index == WRITES)
		return NULL;
	return &host_registers[guest_writes[index]];
}

bool fp_traps(const struct thread *thread)
{
	(void)thread;
	return !(REGISTER_READ(CSR_SSTATUS) & SSTATUS_FS);
}

bool fp_is_open(const struct thread *thread)
{
	return thread->context.sstatus & SSTATUS_FS;
}

/* The hardware lets nobody at the registers while sstatus.FS is off. */
bool fp_is_reachable(void)
{
	return (REGISTER_READ(CSR_SSTATUS) & SSTATUS_FS) == SSTATUS_FS;
}

uint64_t *fp_register(void)
{
	return &fp_hardware.f[31];
}

void fp_close(struct arch_context *context)
{
	context->sstatus = SSTATUS_TASK;
}

static void test_switch_interrupts(void)
{
	start();
	switch_to(&vcpus[1].thread);
	switch_to(&vcpus[0].thread);
	REGISTER_SET(CSR_HIP, VCPU_SOFTWARE);
	switch_to(&vcpus[1].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), 0);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SATP), satp_kernel);
}

/* Each VM has tables and an identifier of its own; what is left under it is fenced. */
static void test_tables(void)
{
	start();
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HGATP), 8ul << 60 | 0x41ul << 44 | 0x80004);
	CU_ASSERT_EQUAL(host_guest_fences, 1);
	CU_ASSERT_EQUAL(host_instruction_fences, 1);
	switch_to(&vcpus[1].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HGATP), 8ul << 60 | 0x42ul << 44 | 0x80008);
	CU_ASSERT_EQUAL(host_guest_fences, 2);
	CU_ASSERT_EQUAL(host_instruction_fences, 2);
}

static unsigned int seen_at_fence;

/* Who asks for a fence from here on sees whom this CPU holds; and it is that VM's entries. */
static void at_fence(void)
{
	seen_at_fence += cpu.guest == &vcpus[1].thread &&
			 (REGISTER_READ(CSR_HGATP) >> 44 & 0xff) == 0x42;
}

static void test_fence_order(void)
{
	start();
	switch_to(&vcpus[0].thread);
	host_at_guest_fence = at_fence;
	switch_to(&vcpus[1].thread);
	host_at_guest_fence = NULL;
	CU_ASSERT_EQUAL(seen_at_fence, 1);
}

/* To VS-mode, with WFI trapped, and nothing of the kernel's shown to U-mode (8.2.1). */
static void test_modes(void)
{
	static const uint8_t clear[] = { 5 /* VSBE */, 9 /* HU */, 20 /* VTVM */, 22 /* VTSR */ };
	unsigned int index;

	start();
	switch_to(&vcpus[0].thread);
	CU_ASSERT(REGISTER_READ(CSR_HSTATUS) >> 7 & 1 /* SPV */);
	CU_ASSERT(REGISTER_READ(CSR_HSTATUS) >> 21 & 1 /* VTW */);
	CU_ASSERT(REGISTER_READ(CSR_SSTATUS) >> 8 & 1 /* SPP */);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HSTATUS) >> 12 & 63 /* VGEIN */, 0);
	for (index = 0; index < sizeof(clear); index++)
		CU_ASSERT(!(REGISTER_READ(CSR_HSTATUS) >> clear[index] & 1));
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SSTATUS) & SSTATUS_FS, 0);
	switch_to(&tasks[0]);
	CU_ASSERT(!(REGISTER_READ(CSR_HSTATUS) >> 7 & 1));
	CU_ASSERT(!(REGISTER_READ(CSR_HSTATUS) >> 9 & 1));
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SSTATUS), SSTATUS_SPIE | SSTATUS_UXL_64);
}

/* A server on the way changes nothing of the guest's, and the way back loads nothing. */
static void test_server_between(void)
{
	start();
	switch_to(&vcpus[0].thread);
	REGISTER_WRITE(CSR_VSATP, 0x1234);
	vcpus[0].arch.registers[VCPU_SATP] = 0xbad;
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_VSATP), 0x1234);
	CU_ASSERT_EQUAL(host_guest_fences, 1);
	vcpu_release(&cpu, &vcpus[1].thread); /* not that one */
	CU_ASSERT_PTR_EQUAL(cpu.guest, &vcpus[0].thread);
	REGISTER_WRITE(CSR_VSTIMECMP, 5000);
	REGISTER_WRITE(CSR_HVIP, VCPU_EXTERNAL);
	vcpu_release(&cpu, &vcpus[0].thread);
	CU_ASSERT_EQUAL(vcpus[0].arch.registers[VCPU_SATP], 0x1234);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_VSTIMECMP), TIMER_OFF);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), 0);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_VSATP), 0);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HGATP), 0);
	CU_ASSERT_PTR_NULL(cpu.guest);
	CU_ASSERT_PTR_NULL(cpu.entered);
}

/* Of what a server writes into the page, the guest is shown two interrupts: its timer is its own. */
static void test_page(void)
{
	start();
	pages[0].pending = ~0ul;
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), VCPU_SOFTWARE | VCPU_EXTERNAL);
	/* Not while it only passes by. */
	pages[0].pending = 0;
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), VCPU_SOFTWARE | VCPU_EXTERNAL);
	/* The guest took the one; the other was raised by its timer. */
	REGISTER_WRITE(CSR_HIP, VCPU_EXTERNAL | VCPU_TIMER | 1ul << 12 | 2);
	REGISTER_WRITE(CSR_HIE, VCPU_TIMER | VCPU_SOFTWARE | 1ul << 12 | 2);
	pages[0].generation = 7;
	arch_vcpu_lists_take(&vcpus[0]);
	CU_ASSERT_EQUAL(pages[0].pending, VCPU_EXTERNAL | VCPU_TIMER);
	CU_ASSERT_EQUAL(pages[0].enabled, VCPU_TIMER | VCPU_SOFTWARE);
	CU_ASSERT_EQUAL(pages[0].generation, 7);
	CU_ASSERT_PTR_NULL(cpu.entered);
	/* It is the server's now, and is not taken again. */
	pages[0].pending = VCPU_TIMER | VCPU_SOFTWARE;
	arch_vcpu_lists_take(&vcpus[0]);
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), VCPU_SOFTWARE);
	/* Also if another vCPU was here meanwhile. */
	arch_vcpu_lists_take(&vcpus[0]);
	pages[0].pending = VCPU_EXTERNAL;
	switch_to(&vcpus[1].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), 0);
	CU_ASSERT_EQUAL(pages[0].pending, VCPU_EXTERNAL);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_HVIP), VCPU_EXTERNAL);
}

static void test_pending(void)
{
	start();
	switch_to(&vcpus[0].thread);
	REGISTER_WRITE(CSR_VSTIMECMP, TIMER_OFF);
	CU_ASSERT(!arch_vcpu_interrupt_pending(&vcpus[0]));
	REGISTER_WRITE(CSR_HIP, VCPU_EXTERNAL);
	CU_ASSERT(!arch_vcpu_interrupt_pending(&vcpus[0]));
	REGISTER_WRITE(CSR_HIE, VCPU_EXTERNAL | VCPU_TIMER);
	CU_ASSERT(arch_vcpu_interrupt_pending(&vcpus[0]));
	REGISTER_WRITE(CSR_HIP, 1ul << 12);
	REGISTER_WRITE(CSR_HIE, 1ul << 12 | VCPU_TIMER);
	CU_ASSERT(!arch_vcpu_interrupt_pending(&vcpus[0]));
	/* Its timer has expired, and hip does not say so yet. */
	REGISTER_WRITE(CSR_TIME, 5000);
	REGISTER_WRITE(CSR_VSTIMECMP, 5001);
	CU_ASSERT(!arch_vcpu_interrupt_pending(&vcpus[0]));
	REGISTER_WRITE(CSR_VSTIMECMP, 5000);
	CU_ASSERT(arch_vcpu_interrupt_pending(&vcpus[0]));
	REGISTER_WRITE(CSR_HIE, VCPU_SOFTWARE);
	CU_ASSERT(!arch_vcpu_interrupt_pending(&vcpus[0]));
}

/* WFI set the kernel's timer: it is the sleeper's wherever its registers are, until it is back. */
static void test_sleeper(void)
{
	start();
	switch_to(&vcpus[0].thread);
	timer_set(&vcpus[0].timer, &cpu, 5000);
	switch_to(&vcpus[1].thread);
	CU_ASSERT_EQUAL(timer_deadline, 5000);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(timer_deadline, TIMER_OFF);
}

static void test_registers(void)
{
	const struct arch_context *context = &vcpus[0].thread.context;
	uint64_t number, value;

	start();
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_X0, 1), STATUS_NOT_SUPPORTED);
	vcpus[0].thread.context.x[0] = (uint64_t)&cpu;
	for (number = 1; number < VCPU_REGISTERS; number++)
		if (number != VCPU_PRIVILEGE && number != VCPU_SSTATUS)
			CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], number, 0x1000 + number), STATUS_OK);
	for (number = 0; number < VCPU_REGISTERS; number++)
		if (number != VCPU_PRIVILEGE && number != VCPU_SSTATUS) {
			CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], number, &value), STATUS_OK);
			CU_ASSERT_EQUAL(value, number ? 0x1000 + number : 0);
		}
	for (number = VCPU_REGISTERS; number < 300; number++) {
		CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], number, 1), STATUS_NOT_SUPPORTED);
		CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], number, &value), STATUS_NOT_SUPPORTED);
	}
	for (number = 0; number < 300; number++) {
		CU_ASSERT_EQUAL(arch_context_get(context, number, &value),
				number <= VCPU_PC ? STATUS_OK : STATUS_NOT_SUPPORTED);
		if (number <= VCPU_PC)
			CU_ASSERT_EQUAL(value, number ? 0x1000 + number : 0);
	}
	CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], ~0ul, &value), STATUS_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], 1ul << 32 | VCPU_PC, 1), STATUS_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(arch_context_get(context, 1ul << 32, &value), STATUS_NOT_SUPPORTED);
}

/* A guest is in VS- or VU-mode and has 64 bits, whatever anybody writes. */
static void test_privilege(void)
{
	struct arch_context before;
	uint64_t value;

	start();
	before = vcpus[0].thread.context;
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_PRIVILEGE, 2), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_PRIVILEGE, 1ul << 32), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vcpus[0].thread.context.sstatus, before.sstatus);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_PRIVILEGE, 0), STATUS_OK);
	arch_vcpu_get(&vcpus[0], VCPU_PRIVILEGE, &value);
	CU_ASSERT_EQUAL(value, 0);
	CU_ASSERT_EQUAL(vcpus[0].thread.context.sstatus, before.sstatus & ~SSTATUS_SPP);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_PRIVILEGE, 1), STATUS_OK);
	arch_vcpu_get(&vcpus[0], VCPU_PRIVILEGE, &value);
	CU_ASSERT_EQUAL(value, 1);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_SSTATUS, ~0ul), STATUS_OK);
	arch_vcpu_get(&vcpus[0], VCPU_SSTATUS, &value);
	CU_ASSERT_EQUAL(value >> 32 & 3, 2);
	arch_vcpu_set(&vcpus[0], VCPU_SSTATUS, 0);
	arch_vcpu_get(&vcpus[0], VCPU_SSTATUS, &value);
	CU_ASSERT_EQUAL(value, 2ul << 32);
	/* The kernel's own are what they were. */
	CU_ASSERT_EQUAL(vcpus[0].thread.context.sstatus, before.sstatus);
	CU_ASSERT_EQUAL(vcpus[0].thread.context.hstatus, before.hstatus);
	CU_ASSERT_EQUAL(vcpus[0].thread.context.satp, satp_kernel);
}

/* What was in the hardware is what is read, and what is written is what it runs with. */
static void test_registers_loaded(void)
{
	uint64_t value;

	start();
	switch_to(&vcpus[0].thread);
	REGISTER_WRITE(CSR_VSTVEC, 0x4444);
	switch_to(&tasks[0]);
	CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], VCPU_STVEC, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 0x4444);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_STVEC, 0x8888), STATUS_OK);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_VSTVEC), 0x8888);
}

/*
 * The CPU lets go of a guest that runs there, or of a server: all that the other one needs is in
 * memory. A server without FP registers needs no more than its pc (current_wait).
 */
static void test_released(void)
{
	unsigned int index;
	uint64_t value;

	start();
	switch_to(&vcpus[0].thread);
	for (index = 0; index < WRITES; index++)
		REGISTER_WRITE(guest_writes[index], 0xa000 + index);
	thread_evict(&vcpus[0].thread);
	for (index = 0; index < WRITES; index++) {
		uint64_t number = guest_writes[index] == CSR_SENVCFG	  ? VCPU_SENVCFG
				  : guest_writes[index] == CSR_SCOUNTEREN ? VCPU_SCOUNTEREN
									  : VCPU_X0;

		CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], number, &value), STATUS_OK);
		CU_ASSERT_EQUAL(value, number ? 0xa000 + index : 0);
	}
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_SENVCFG, 0xe000), STATUS_OK);
	switch_to(&tasks[0]);
	REGISTER_WRITE(CSR_SEPC, 0x401000);
	fp_take(&tasks[0]);
	arch_thread_release(&tasks[0]);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SSTATUS), SSTATUS_TASK);
	REGISTER_WRITE(CSR_SEPC, 0x402000);
	arch_context_save(&tasks[0].context);
	cpu.current = NULL;
	switch_to(&vcpus[0].thread);
	for (index = 0; index < WRITES; index++)
		CU_ASSERT_EQUAL(REGISTER_READ(guest_writes[index]),
				guest_writes[index] == CSR_SENVCFG ? 0xe000 : 0xa000 + index);
	switch_to(&tasks[0]);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SEPC), 0x402000);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SSTATUS), SSTATUS_TASK);
}

static void test_refused(void)
{
	start();
	vcpus[0].thread.context.x[10] = vcpus[0].thread.context.x[11] = 5;
	arch_vcpu_refuse_hypercall(&vcpus[0]);
	CU_ASSERT_EQUAL(vcpus[0].thread.context.x[10], (uint64_t)-2);
	CU_ASSERT_EQUAL(vcpus[0].thread.context.x[11], 0);
}

static const struct suite_test tests[] = {
	{ "every register a guest can write moves with its vCPU", test_switch },
	{ "so do its interrupts", test_switch_interrupts },
	{ "each VM has its own tables, and what is left of them is fenced", test_tables },
	{ "a vCPU is known to be here before its entries are fenced", test_fence_order },
	{ "guests and tasks run in their modes, and traps are on", test_modes },
	{ "a guest's registers stay while a server works for it", test_server_between },
	{ "a server shows a guest two interrupts and no others", test_page },
	{ "what ends a wait: an enabled interrupt, the timer at once", test_pending },
	{ "a sleeper's timer is the kernel's until it is back", test_sleeper },
	{ "registers are set and read by number, and no others", test_registers },
	{ "no register gives a guest another mode or width", test_privilege },
	{ "registers in the hardware are read and set, too", test_registers_loaded },
	{ "a guest or a server that the CPU lets go of finds all of its own again", test_released },
	{ "a refused call is not supported", test_refused },
	{ "FP registers are everybody's own", test_fp },
	{ "a task started again gets its FP registers", test_fp_restart },
};

int main(void)
{
	return suite_run("riscv64 guest", tests, sizeof(tests) / sizeof(tests[0]));
}
