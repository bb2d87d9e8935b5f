/* SPDX-License-Identifier: Apache-2.0 */
/* The guest state that stays in the hardware until another vCPU takes the CPU. */
#include "arch/aarch64/hardware.h"

/* Registers that move with the guest, by their ipc/aarch64.h number. */
#define GUEST_REGISTERS(X)                                                                         \
	X(VCPU_SP_EL1, sp_el1)                                                                     \
	X(VCPU_TPIDRRO_EL0, tpidrro_el0)                                                           \
	X(VCPU_TPIDR_EL1, tpidr_el1)                                                               \
	X(VCPU_TTBR0_EL1, ttbr0_el1)                                                               \
	X(VCPU_TTBR1_EL1, ttbr1_el1)                                                               \
	X(VCPU_TCR_EL1, tcr_el1)                                                                   \
	X(VCPU_MAIR_EL1, mair_el1)                                                                 \
	X(VCPU_AMAIR_EL1, amair_el1)                                                               \
	X(VCPU_VBAR_EL1, vbar_el1)                                                                 \
	X(VCPU_CONTEXTIDR_EL1, contextidr_el1)                                                     \
	X(VCPU_ESR_EL1, esr_el1)                                                                   \
	X(VCPU_FAR_EL1, far_el1)                                                                   \
	X(VCPU_AFSR0_EL1, afsr0_el1)                                                               \
	X(VCPU_AFSR1_EL1, afsr1_el1)                                                               \
	X(VCPU_PAR_EL1, par_el1)                                                                   \
	X(VCPU_ELR_EL1, elr_el1)                                                                   \
	X(VCPU_SPSR_EL1, spsr_el1)                                                                 \
	X(VCPU_CNTKCTL_EL1, cntkctl_el1)                                                           \
	X(VCPU_CNTV_CVAL_EL0, cntv_cval_el0)                                                       \
	X(VCPU_CNTV_CTL_EL0, cntv_ctl_el0)                                                         \
	X(VCPU_MPIDR_EL1, vmpidr_el2)

#define SAVE(number, name) vcpu->arch.registers[number] = REGISTER_READ(name);
#define LOAD(number, name) REGISTER_WRITE(name, vcpu->arch.registers[number]);

#define PSTATE_ALLOWED 0xf3f01fcful /* no AArch32 (bit 4) */
#define PSTATE_RESET 0x3c5ul        /* EL1h, DAIF masked */
#define SCTLR_RESET 0x30d00800ul    /* RES1 bits; MMU and caches off */
#define TIMER_ENABLED_UNMASKED(ctl) (((ctl)&3) == 1)
#define TIMER_DUE(ctl) (((ctl)&7) == 5) /* and ISTATUS: its line is up (Arm ARM D11.2.4) */

/* ID_AA64<x>_EL1 as VCPU_ID_PFR0 onwards numbers them. */
static uint64_t identification[VCPU_ID_END - VCPU_ID_PFR0];

void identification_boot(void)
{
	identification[VCPU_ID_PFR0 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64pfr0_el1);
	identification[VCPU_ID_PFR1 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64pfr1_el1);
	identification[VCPU_ID_DFR0 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64dfr0_el1);
	identification[VCPU_ID_ISAR0 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64isar0_el1);
	identification[VCPU_ID_ISAR1 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64isar1_el1);
	identification[VCPU_ID_ISAR2 - VCPU_ID_PFR0] = REGISTER_READ(S3_0_C0_C6_2);
	identification[VCPU_ID_MMFR0 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64mmfr0_el1);
	identification[VCPU_ID_MMFR1 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64mmfr1_el1);
	identification[VCPU_ID_MMFR2 - VCPU_ID_PFR0] = REGISTER_READ(id_aa64mmfr2_el1);
}

void arch_vcpu_init(struct vcpu *vcpu)
{
	struct arch_context *context = &vcpu->thread.context;

	context->pstate = PSTATE_RESET;
	context->sctlr = SCTLR_RESET;
	context->hcr = HCR_GUEST;
	context->vttbr = vcpu->vm->space.root | (uint64_t)vcpu->vm->space.identifier << 48;
	vcpu->arch.registers[VCPU_MPIDR_EL1] = 1ul << 31 | vcpu->index;
}

/*
 * The guest may have moved or stopped it since, without an exit: then a new one has to fire. What
 * is listed is the interrupt controller's to take back, as it may be pending for another reason.
 */
void vcpu_timer_look(volatile struct vcpu_interrupts *page)
{
	bool due = TIMER_DUE(REGISTER_READ(cntv_ctl_el0));

	page->timer_over = !due;
	if (!due)
		page->timer_held = 0;
}

static void guest_save(struct vcpu *vcpu)
{
	GUEST_REGISTERS(SAVE)
	vcpu->arch.csselr = REGISTER_READ(csselr_el1);
	vcpu->arch.vmcr = REGISTER_READ(ICH_VMCR);
	vcpu->arch.ap0r0 = REGISTER_READ(ICH_AP0R0);
	vcpu->arch.ap1r0 = REGISTER_READ(ICH_AP1R0);
	arch_vcpu_lists_take(vcpu);
	/* A sleeper's virtual timer must wake it though the hardware's is another's now. */
	if (vcpu->thread.state == THREAD_SLEEPING &&
	    TIMER_ENABLED_UNMASKED(vcpu->arch.registers[VCPU_CNTV_CTL_EL0]))
		timer_set(&vcpu->timer, cpu_this(), vcpu->arch.registers[VCPU_CNTV_CVAL_EL0]);
}

static void guest_load(struct vcpu *vcpu)
{
	GUEST_REGISTERS(LOAD)
	REGISTER_WRITE(csselr_el1, vcpu->arch.csselr);
	REGISTER_WRITE(ICH_VMCR, vcpu->arch.vmcr);
	REGISTER_WRITE(ICH_AP0R0, vcpu->arch.ap0r0);
	REGISTER_WRITE(ICH_AP1R0, vcpu->arch.ap1r0);
}

static void guest_switch(struct cpu *cpu, struct vcpu *vcpu)
{
	if (cpu->guest)
		guest_save(CONTAINER(cpu->guest, struct vcpu, thread));
	timer_cancel(&vcpu->timer);
	guest_load(vcpu);
	cpu->guest = &vcpu->thread;
}

void vcpu_release(struct cpu *cpu, struct thread *thread)
{
	if (cpu->guest != thread)
		return;
	guest_save(CONTAINER(thread, struct vcpu, thread));
	REGISTER_WRITE(cntv_ctl_el0, 0);
	REGISTER_WRITE(ICH_HCR, 0);
	cpu->guest = NULL;
	cpu->entered = NULL;
}

/*
 * Only the guest timer's own interrupt may be tied to a physical one, or a guest's end of interrupt
 * could end another driver's. Its active state follows the list registers, and what the interrupt
 * controller holds back: a level that nobody may take must not fire again at every instruction.
 */
static inline uint64_t list_allowed(uint64_t list, bool *timer)
{
	if (!(list & LIST_HW))
		return list;
	if ((list & LIST_PINTID) != (uint64_t)VTIMER_INTID << 32)
		return list & ~(LIST_HW | LIST_PINTID);
	*timer |= (list & LIST_STATE) != 0;
	return list;
}

static void lists_load(struct vcpu *vcpu)
{
	volatile struct vcpu_interrupts *page = (void *)vcpu->page_memory->base;
	bool timer = (vcpu->events & VCPU_EVENT_VTIMER) || page->timer_held;
	struct cpu *cpu = cpu_this();

	REGISTER_WRITE(ICH_LR0, list_allowed(page->list[0], &timer));
	REGISTER_WRITE(ICH_LR1, list_allowed(page->list[1], &timer));
	REGISTER_WRITE(ICH_LR2, list_allowed(page->list[2], &timer));
	REGISTER_WRITE(ICH_LR3, list_allowed(page->list[3], &timer));
	REGISTER_WRITE(ICH_HCR, ICH_HCR_EN | (page->underflow ? ICH_HCR_UIE : 0));
	if (timer || cpu->arch.timer_active)
		gic_guest_timer_active(cpu, timer);
	vcpu->lists_in_page = false;
}

void vcpu_enter(struct thread *thread)
{
	struct vcpu *vcpu = CONTAINER(thread, struct vcpu, thread);
	struct cpu *cpu = cpu_this();

	if (cpu->guest != thread)
		guest_switch(cpu, vcpu);
	if (vcpu->lists_in_page)
		lists_load(vcpu);
	REGISTER_WRITE(cptr_el2, cpu->fp_owner == thread ? CPTR_FIXED : CPTR_FIXED | CPTR_TFP);
	cpu->entered = thread;
}

/* Perhaps its timer was moved on: then it sleeps the next time, when that has been taken back. */
bool arch_vcpu_interrupt_pending(struct vcpu *vcpu)
{
	bool pending = (REGISTER_READ(ICH_LR0) | REGISTER_READ(ICH_LR1) | REGISTER_READ(ICH_LR2) |
			REGISTER_READ(ICH_LR3)) & LIST_PENDING;

	if (pending && cpu_this()->arch.timer_active && !TIMER_DUE(REGISTER_READ(cntv_ctl_el0)))
		vcpu_event(vcpu, VCPU_EVENT_KICK);
	return pending;
}

void arch_vcpu_refuse_hypercall(struct vcpu *vcpu)
{
	vcpu->thread.context.x[0] = ~0ul;
}

status_t arch_context_get(const struct arch_context *context, uint64_t number, uint64_t *value)
{
	const uint64_t all[] = { context->pc, context->pstate, context->sp_el0 };

	if (number > VCPU_SP_EL0)
		return STATUS_NOT_SUPPORTED;
	*value = number < VCPU_PC ? context->x[number] : all[number - VCPU_PC];
	return STATUS_OK;
}

static uint64_t *find_register(struct vcpu *vcpu, uint64_t number)
{
	struct arch_context *context = &vcpu->thread.context;

	if (number < 31)
		return &context->x[number];
	switch (number) {
	case VCPU_PC:
		return &context->pc;
	case VCPU_PSTATE:
		return &context->pstate;
	case VCPU_SP_EL0:
		return &context->sp_el0;
	case VCPU_TPIDR_EL0:
		return &context->tpidr_el0;
	case VCPU_SCTLR_EL1:
		return &context->sctlr;
	case VCPU_CPACR_EL1:
		return &context->cpacr;
	}
	return number < VCPU_REGISTERS ? &vcpu->arch.registers[number] : NULL;
}

status_t arch_vcpu_get(struct vcpu *vcpu, uint64_t number, uint64_t *value)
{
	uint64_t *from;

	if (number >= VCPU_ID_PFR0 && number < VCPU_ID_END) {
		*value = identification[number - VCPU_ID_PFR0];
		return STATUS_OK;
	}
	from = find_register(vcpu, number);
	if (!from)
		return STATUS_NOT_SUPPORTED;
	thread_evict(&vcpu->thread);
	*value = *from;
	return STATUS_OK;
}

status_t arch_vcpu_set(struct vcpu *vcpu, uint64_t number, uint64_t value)
{
	uint64_t *to = find_register(vcpu, number);

	if (!to)
		return STATUS_NOT_SUPPORTED;
	if (number == VCPU_PSTATE) {
		uint64_t mode = value & 0x1f;

		if (mode != 0 && mode != 4 && mode != 5)
			return STATUS_BAD_ARGUMENT;
		value &= PSTATE_ALLOWED;
	}
	thread_evict(&vcpu->thread);
	*to = value;
	return STATUS_OK;
}
