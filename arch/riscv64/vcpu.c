/* SPDX-License-Identifier: Apache-2.0 */
/* The guest state that stays in the hardware until another vCPU takes the CPU. */
#include "arch/riscv64/hardware.h"

/* CSRs that move with the guest, by their ipc/riscv64.h number (8.2). */
#define GUEST_REGISTERS(X)                                                                         \
	X(VCPU_SSTATUS, CSR_VSSTATUS)                                                              \
	X(VCPU_SIE, CSR_VSIE)                                                                      \
	X(VCPU_STVEC, CSR_VSTVEC)                                                                  \
	X(VCPU_SSCRATCH, CSR_VSSCRATCH)                                                            \
	X(VCPU_SEPC, CSR_VSEPC)                                                                    \
	X(VCPU_SCAUSE, CSR_VSCAUSE)                                                                \
	X(VCPU_STVAL, CSR_VSTVAL)                                                                  \
	X(VCPU_SATP, CSR_VSATP)                                                                    \
	X(VCPU_STIMECMP, CSR_VSTIMECMP)

#define SAVE(number, name) vcpu->arch.registers[number] = REGISTER_READ(name);
#define LOAD(number, name) REGISTER_WRITE(name, vcpu->arch.registers[number]);

/* Of the interrupt page, what is the interrupt controller's to say. */
#define HVIP_ALLOWED ((uint64_t)(VCPU_SOFTWARE | VCPU_EXTERNAL))

void arch_vcpu_init(struct vcpu *vcpu)
{
	struct arch_context *context = &vcpu->thread.context;
	struct space *space = &vcpu->vm->space;

	context->sstatus = SSTATUS_GUEST;
	context->hstatus = HSTATUS_GUEST;
	context->satp = satp_kernel;
	vcpu->arch.hgatp = ATP_MODE_39 | (uint64_t)space->identifier << HGATP_VMID_SHIFT |
			   arch_physical(space->root) >> 12;
	vcpu->arch.registers[VCPU_SSTATUS] = SSTATUS_UXL_64;
	vcpu->arch.registers[VCPU_STIMECMP] = TIMER_OFF;
}

static void guest_save(struct vcpu *vcpu)
{
	GUEST_REGISTERS(SAVE)
	arch_vcpu_lists_take(vcpu);
}

/*
 * TLB entries have the VM's identifier and not the vCPU's: another one of its may have run here, or
 * this one elsewhere meanwhile, where it flushed.
 */
static void guest_load(struct vcpu *vcpu)
{
	REGISTER_WRITE(CSR_VSATP, 0); /* no guest's own tables in another one's memory */
	REGISTER_WRITE(CSR_HGATP, vcpu->arch.hgatp);
	GUEST_REGISTERS(LOAD)
	FENCE_GUEST_OWN();
	BARRIER_INSTRUCTIONS();
}

static void guest_switch(struct cpu *cpu, struct vcpu *vcpu)
{
	if (cpu->guest)
		guest_save(CONTAINER(cpu->guest, struct vcpu, thread));
	timer_cancel(&vcpu->timer);
	/* Before the fences: who does not see it wrote before. Pairs with harts_holding. */
	__atomic_store_n(&cpu->guest, &vcpu->thread, __ATOMIC_RELAXED);
	BARRIER_ALL();
	guest_load(vcpu);
}

void vcpu_release(struct cpu *cpu, struct thread *thread)
{
	if (cpu->guest != thread)
		return;
	guest_save(CONTAINER(thread, struct vcpu, thread));
	REGISTER_WRITE(CSR_VSTIMECMP, TIMER_OFF);
	REGISTER_WRITE(CSR_HVIP, 0);
	REGISTER_WRITE(CSR_VSATP, 0);
	REGISTER_WRITE(CSR_HGATP, 0);
	cpu->guest = NULL;
	cpu->entered = NULL;
}

void vcpu_enter(struct thread *thread)
{
	struct vcpu *vcpu = CONTAINER(thread, struct vcpu, thread);
	struct cpu *cpu = cpu_this();

	if (cpu->guest != thread)
		guest_switch(cpu, vcpu);
	if (vcpu->lists_in_page) {
		const volatile struct vcpu_interrupts *page = (void *)vcpu->page_memory->base;

		REGISTER_WRITE(CSR_HVIP, page->pending & HVIP_ALLOWED);
		vcpu->lists_in_page = false;
	}
	cpu->entered = thread;
}

/* Its timer may have expired this very moment, which hip need not show yet. */
bool arch_vcpu_interrupt_pending(struct vcpu *vcpu)
{
	uint64_t enabled = REGISTER_READ(CSR_HIE);

	(void)vcpu;
	return (REGISTER_READ(CSR_HIP) & enabled & INTERRUPTS_SHOWN) ||
	       ((enabled & VCPU_TIMER) && arch_clock() >= REGISTER_READ(CSR_VSTIMECMP));
}

void arch_vcpu_refuse_hypercall(struct vcpu *vcpu)
{
	vcpu->thread.context.x[10] = (uint64_t)SBI_NOT_SUPPORTED;
	vcpu->thread.context.x[11] = 0;
}

status_t arch_context_get(const struct arch_context *context, uint64_t number, uint64_t *value)
{
	if (number > VCPU_PC)
		return STATUS_NOT_SUPPORTED;
	if (number == VCPU_PC)
		*value = context->pc;
	else
		*value = number ? context->x[number] : 0;
	return STATUS_OK;
}

/* The vectors switch two of them with the rest of the context. */
static uint64_t *guest_register(struct vcpu *vcpu, uint64_t number)
{
	if (number == VCPU_SENVCFG)
		return &vcpu->thread.context.senvcfg;
	if (number == VCPU_SCOUNTEREN)
		return &vcpu->thread.context.scounteren;
	return &vcpu->arch.registers[number];
}

status_t arch_vcpu_get(struct vcpu *vcpu, uint64_t number, uint64_t *value)
{
	const struct arch_context *context = &vcpu->thread.context;

	if (number >= VCPU_REGISTERS)
		return STATUS_NOT_SUPPORTED;
	thread_evict(&vcpu->thread);
	if (number <= VCPU_PC)
		return arch_context_get(context, number, value);
	*value = number == VCPU_PRIVILEGE ? !!(context->sstatus & SSTATUS_SPP)
					  : *guest_register(vcpu, number);
	return STATUS_OK;
}

/* Guests have no other width than 64 bits; what else a CSR does not take, the hardware drops. */
status_t arch_vcpu_set(struct vcpu *vcpu, uint64_t number, uint64_t value)
{
	struct arch_context *context = &vcpu->thread.context;

	if (number == VCPU_X0 || number >= VCPU_REGISTERS)
		return STATUS_NOT_SUPPORTED;
	if (number == VCPU_PRIVILEGE && value > 1)
		return STATUS_BAD_ARGUMENT;
	thread_evict(&vcpu->thread);
	if (number < VCPU_PC)
		context->x[number] = value;
	else if (number == VCPU_PC)
		context->pc = value;
	else if (number == VCPU_PRIVILEGE)
		context->sstatus = (context->sstatus & ~SSTATUS_SPP) | (value ? SSTATUS_SPP : 0);
	else if (number == VCPU_SSTATUS)
		vcpu->arch.registers[number] = (value & ~(3ul << 32)) | SSTATUS_UXL_64;
	else
		*guest_register(vcpu, number) = value;
	return STATUS_OK;
}
