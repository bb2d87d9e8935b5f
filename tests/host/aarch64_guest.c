/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aarch64: what moves when another vCPU or another user of FP registers takes the CPU, with the
 * system registers as variables. A guest must find all of its own, and nothing of anybody else's.
 */
#include "tests/host/switching.h"

static bool timer_active;
static unsigned int timer_writes, kicks;

void gic_guest_timer_active(struct cpu *of, bool active)
{
	of->arch.timer_active = timer_active = active;
	timer_writes++;
}

void vcpu_event(struct vcpu *vcpu, uint32_t event)
{
	(void)vcpu;
	kicks += event == VCPU_EVENT_KICK;
}

void guest_prepare(unsigned int number)
{
	(void)number;
}

void switch_to(struct thread *next)
{
	if (cpu.current) {
		arch_context_save(&cpu.current->context);
		cpu.current->context.cpacr = REGISTER_READ(cpacr_el1);
		cpu.current->context.sctlr = REGISTER_READ(sctlr_el1);
	}
	cpu.current = next;
	context_load(&next->context);
	if (!next->task && cpu.entered != next)
		vcpu_enter(next);
}

void let_go(struct thread *thread)
{
	if (cpu.current == thread)
		arch_context_save(&thread->context);
	fp_release(&cpu, thread);
	vcpu_release(&cpu, thread);
}

/* All that a guest can write and no trap keeps it from (Arm ARM D17, IHI 0069 12), by hand. */
static const char *const guest_writes[] = {
	"sp_el1", "tpidrro_el0", "tpidr_el1", "ttbr0_el1", "ttbr1_el1", "tcr_el1", "mair_el1", "amair_el1",
	"vbar_el1", "contextidr_el1", "esr_el1", "far_el1", "afsr0_el1", "afsr1_el1", "par_el1", "elr_el1",
	"spsr_el1", "cntkctl_el1", "cntv_cval_el0", "cntv_ctl_el0", "csselr_el1", "sp_el0", "tpidr_el0",
	"sctlr_el1", "cpacr_el1",
	"S3_4_C12_C11_7" /* ICH_VMCR: PMR, BPR, group enables */,
	"S3_4_C12_C8_0" /* ICH_AP0R0 */, "S3_4_C12_C9_0" /* ICH_AP1R0 */,
};

uint64_t *guest_register(unsigned int index)
{
	if (index == sizeof(guest_writes) / sizeof(guest_writes[0]))
		return NULL;
	return host_register(guest_writes[index]);
}

bool fp_traps(const struct thread *thread)
{
	return REGISTER_READ(cptr_el2) & CPTR_TFP ||
	       (thread->task && REGISTER_READ(cpacr_el1) != CPACR_FP);
}

bool fp_is_open(const struct thread *thread)
{
	return thread->task && thread->context.cpacr;
}

bool fp_is_reachable(void)
{
	return !(REGISTER_READ(cptr_el2) & CPTR_TFP);
}

uint64_t *fp_register(void)
{
	return (uint64_t *)&fp_hardware.q[31];
}

void fp_close(struct arch_context *context)
{
	context->cpacr = 0;
}

/* State that does not move must trap, or be off: bits of HCR_EL2 and CPTR_EL2 (Arm ARM D17.2). */
static void test_traps(void)
{
	static const uint8_t set[] = { 0 /* VM */, 3 /* FMO */, 4 /* IMO */, 5 /* AMO */, 13 /* TWI */,
				       18 /* TID3 */, 19 /* TSC */, 20 /* TIDCP */, 21 /* TACR */,
				       31 /* RW */, 35 /* TLOR */, 36 /* TERR */ };
	static const uint8_t clear[] = { 12 /* DC */, 27 /* TGE */, 40 /* APK */, 41 /* API */,
					 53 /* EnSCXT */, 56 /* ATA */ };
	static const uint8_t trapped[] = { 8 /* TZ */, 10 /* TFP */, 12 /* TSM */, 20 /* TTA */,
					   30 /* TAM */ };
	unsigned int index;

	start();
	switch_to(&vcpus[0].thread);
	for (index = 0; index < sizeof(set); index++)
		CU_ASSERT(REGISTER_READ(hcr_el2) >> set[index] & 1);
	for (index = 0; index < sizeof(clear); index++)
		CU_ASSERT(!(REGISTER_READ(hcr_el2) >> clear[index] & 1));
	for (index = 0; index < sizeof(trapped); index++)
		CU_ASSERT(REGISTER_READ(cptr_el2) >> trapped[index] & 1);
}

/* A server on the way changes nothing of the guest's, and the way back loads nothing. */
static void test_server_between(void)
{
	start();
	switch_to(&vcpus[0].thread);
	REGISTER_WRITE(ttbr0_el1, 0x1234);
	vcpus[0].arch.registers[VCPU_TTBR0_EL1] = 0xbad;
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(ttbr0_el1), 0x1234);
	vcpu_release(&cpu, &vcpus[0].thread);
	CU_ASSERT_EQUAL(vcpus[0].arch.registers[VCPU_TTBR0_EL1], 0x1234);
	CU_ASSERT_EQUAL(REGISTER_READ(cntv_ctl_el0), 0);
	CU_ASSERT_EQUAL(REGISTER_READ(ICH_HCR), 0);
	CU_ASSERT_PTR_NULL(cpu.guest);
	CU_ASSERT_PTR_NULL(cpu.entered);
}

/* Whatever a server writes into the page, only the virtual timer's interrupt is a physical one. */
static void test_lists(void)
{
	start();
	pages[0].list[0] = LIST_PENDING | LIST_HW | 40ul << 32 | 27;
	pages[0].list[1] = ~0ul;
	pages[0].list[2] = LIST_PENDING | 1ul << 60 | LIST_EOI | 33;
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(ICH_LR0), LIST_PENDING | 27);
	CU_ASSERT(!(REGISTER_READ(ICH_LR1) & LIST_HW));
	CU_ASSERT_EQUAL(REGISTER_READ(ICH_LR2), pages[0].list[2]);
	CU_ASSERT(!timer_active);
	switch_to(&tasks[0]);
	arch_vcpu_lists_take(&vcpus[0]);
	CU_ASSERT_EQUAL(pages[0].list[0], LIST_PENDING | 27);
	pages[0].list[3] = LIST_PENDING | LIST_HW | (uint64_t)VTIMER_INTID << 32 | VTIMER_INTID;
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(ICH_LR3), pages[0].list[3]);
	CU_ASSERT(timer_active);
}

#define TIMER_PENDING (LIST_PENDING | LIST_HW | (uint64_t)VTIMER_INTID << 32 | VTIMER_INTID)

/* At each exit the page says whether what the timer fired for is due; what is listed stays so. */
static void test_timer_over(void)
{
	start();
	pages[0].list[0] = TIMER_PENDING;
	switch_to(&vcpus[0].thread);
	CU_ASSERT(timer_active);
	REGISTER_WRITE(cntv_ctl_el0, 5);
	arch_vcpu_lists_take(&vcpus[0]);
	CU_ASSERT_EQUAL(pages[0].timer_over, 0);
	pages[0].list[0] = 0;
	pages[0].timer_held = 1;
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT(timer_active);
	REGISTER_WRITE(cntv_ctl_el0, 1);
	arch_vcpu_lists_take(&vcpus[0]);
	CU_ASSERT_EQUAL(pages[0].timer_over, 1);
	/* So that it fires again. */
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT(!timer_active);
	/* And while it does not, nobody tells the machine's controller. */
	timer_writes = 0;
	arch_vcpu_lists_take(&vcpus[0]);
	switch_to(&tasks[0]);
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(timer_writes, 0);
}

/* Nothing but a timer that was moved on keeps a guest awake: it is to be taken back. */
static void test_wait(void)
{
	start();
	kicks = 0;
	pages[0].list[0] = TIMER_PENDING;
	switch_to(&vcpus[0].thread);
	REGISTER_WRITE(cntv_ctl_el0, 5);
	CU_ASSERT(arch_vcpu_interrupt_pending(&vcpus[0]));
	CU_ASSERT_EQUAL(kicks, 0);
	REGISTER_WRITE(cntv_ctl_el0, 1);
	CU_ASSERT(arch_vcpu_interrupt_pending(&vcpus[0]));
	CU_ASSERT_EQUAL(kicks, 1);
	REGISTER_WRITE(ICH_LR0, 0);
	CU_ASSERT(!arch_vcpu_interrupt_pending(&vcpus[0]));
	CU_ASSERT_EQUAL(kicks, 1);
}

static void test_sleeper(void)
{
	uint64_t value;

	start();
	switch_to(&vcpus[0].thread);
	REGISTER_WRITE(cntv_ctl_el0, 1);
	REGISTER_WRITE(cntv_cval_el0, 5000);
	vcpus[0].thread.state = THREAD_SLEEPING;
	/* The VM manager looks at a sleeper's registers: its timer wakes it all the same. */
	switch_to(&tasks[0]);
	CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], VCPU_VBAR_EL1, &value), STATUS_OK);
	CU_ASSERT_EQUAL(timer_deadline, 5000);
	/* Back on the CPU, the virtual timer itself does. */
	vcpus[0].thread.state = THREAD_READY;
	switch_to(&vcpus[0].thread);
	CU_ASSERT_EQUAL(REGISTER_READ(cntv_ctl_el0), 1);
	CU_ASSERT_EQUAL(timer_deadline, TIMER_OFF);
	/* Another vCPU takes the CPU. */
	vcpus[0].thread.state = THREAD_SLEEPING;
	switch_to(&vcpus[1].thread);
	CU_ASSERT_EQUAL(timer_deadline, 5000);
}

static void test_registers(void)
{
	uint64_t number, value;

	start();
	for (number = 0; number < VCPU_REGISTERS; number++)
		if (number != VCPU_PSTATE)
			CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], number, 0x1000 + number), STATUS_OK);
	for (number = 0; number < VCPU_REGISTERS; number++)
		if (number != VCPU_PSTATE) {
			CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], number, &value), STATUS_OK);
			CU_ASSERT_EQUAL(value, 0x1000 + number);
		}
	for (number = VCPU_REGISTERS; number < 300; number++) {
		CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], number, 1), STATUS_NOT_SUPPORTED);
		CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], number, &value),
				number >= VCPU_ID_PFR0 && number < VCPU_ID_END ? STATUS_OK
									      : STATUS_NOT_SUPPORTED);
	}
	for (number = 0; number < 300; number++)
		if (number != VCPU_PSTATE && number <= VCPU_SP_EL0) {
			CU_ASSERT_EQUAL(arch_context_get(&vcpus[0].thread.context, number, &value),
					STATUS_OK);
			CU_ASSERT_EQUAL(value, 0x1000 + number);
		} else if (number > VCPU_SP_EL0) {
			CU_ASSERT_EQUAL(arch_context_get(&vcpus[0].thread.context, number, &value),
					STATUS_NOT_SUPPORTED);
		}
	CU_ASSERT_EQUAL(arch_vcpu_get(&vcpus[0], ~0ul, &value), STATUS_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], 1ul << 32 | VCPU_PC, 1), STATUS_NOT_SUPPORTED);
	for (number = 0; number < 32; number++)
		CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_PSTATE, number | 0x3c0),
				number == 0 || number == 4 || number == 5 ? STATUS_OK
									  : STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(arch_vcpu_set(&vcpus[0], VCPU_PSTATE, ~0x1ful | 5), STATUS_OK);
	arch_vcpu_get(&vcpus[0], VCPU_PSTATE, &value);
	CU_ASSERT_EQUAL(value & 0x1f, 5);
	CU_ASSERT_EQUAL(value >> 32, 0);
}

static const struct suite_test tests[] = {
	{ "every register a guest can write moves with its vCPU", test_switch },
	{ "state that does not move with a guest traps or is off", test_traps },
	{ "a guest's registers stay while a server works for it", test_server_between },
	{ "a server cannot tie a virtual interrupt to another physical one", test_lists },
	{ "a timer that is not due any more is said to be over, and fires again", test_timer_over },
	{ "a timer that was moved on is taken back before the guest sleeps", test_wait },
	{ "a sleeper's virtual timer wakes it wherever its registers are", test_sleeper },
	{ "registers are set and read by number, and no others", test_registers },
	{ "FP registers are everybody's own", test_fp },
	{ "a task started again gets its FP registers", test_fp_restart },
};

int main(void)
{
	return suite_run("aarch64 guest", tests, sizeof(tests) / sizeof(tests[0]));
}
