/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions of tasks and guests: what happened, who answers, who runs next. */
#include "arch/aarch64/hardware.h"
#include "gen/sysreg.h"
#include "kernel/syscall.h"
#include "kernel/vm.h"

/* 'Which hypervisor is this?' (SMCCC vendor-specific UID): answered here, by the kernel itself. */
#define HYPERCALL_UID 0x8600ff01u

static const uint32_t uid[4] = { 0x70706f63u, 0x2d656369u, 0x52a1b7e4u, 0x7e3c91d8u };

/* The faulting intermediate physical address: HPFAR has its page, FAR the rest. */
static inline uint64_t fault_address(uint64_t far)
{
	return REGISTER_READ(hpfar_el2) << 8 | (far & 0xfff);
}

static __attribute__((noinline)) struct thread *guest_abort(struct vcpu *vcpu, uint64_t esr)
{
	uint64_t far = REGISTER_READ(far_el2), value = 0;
	uint32_t width = ABORT_WIDTH(esr), source = ABORT_REGISTER(esr);
	bool write = esr & ABORT_WRITE;

	vcpu->exit.syndrome = esr;
	vcpu->exit.virtual_address = far;
	if (__builtin_expect(!ABORT_IS_MMIO(esr), 0))
		return vcpu_exit_fault(vcpu, EXIT_MMIO, fault_address(far), STATUS_OK);
	if (write && source != 31)
		value = vcpu->thread.context.x[source] & ~0ul >> (64 - 8 * width);
	return vcpu_exit_mmio(vcpu, fault_address(far), width, write, value);
}

static struct thread *guest_sysreg(struct vcpu *vcpu, uint64_t esr)
{
	uint32_t source = SYSREG_REGISTER(esr);

	vcpu->exit.syndrome = esr;
	vcpu->exit.virtual_address = 0;
	return vcpu_exit_sysreg(vcpu, SYSREG_NUMBER(esr),
				SYSREG_READ(esr) ? SYSREG_LABEL_READ : SYSREG_LABEL_WRITE,
				source == 31 ? 0 : vcpu->thread.context.x[source], 0);
}

static inline struct thread *guest_hypercall(struct vcpu *vcpu)
{
	uint64_t *x = vcpu->thread.context.x;

	if ((uint32_t)x[0] != HYPERCALL_UID)
		return vcpu_exit_hypercall(vcpu);
	x[0] = uid[0];
	x[1] = uid[1];
	x[2] = uid[2];
	x[3] = uid[3];
	return &vcpu->thread;
}

static inline void skip_instruction(void)
{
	REGISTER_WRITE(elr_el2, REGISTER_READ(elr_el2) + 4);
}

void arch_syscall_again(bool again)
{
	REGISTER_WRITE(elr_el2, REGISTER_READ(elr_el2) + (again ? -4 : 4));
}

static __attribute__((noinline)) struct thread *guest_exit(struct vcpu *vcpu, uint64_t esr)
{
	uint64_t address = 0;

	switch (ESR_CLASS(esr)) {
	case CLASS_SMC:
		skip_instruction(); /* unlike HVC's, its return address is its own */
		/* fall through */
	case CLASS_HVC:
		return guest_hypercall(vcpu);
	case CLASS_SYSREG:
		return guest_sysreg(vcpu, esr);
	case CLASS_WFX:
		skip_instruction();
		return vcpu_exit_wait(vcpu);
	case CLASS_FP:
		fp_take(&vcpu->thread);
		return &vcpu->thread;
	case CLASS_INSTRUCTION_ABORT:
		address = fault_address(REGISTER_READ(far_el2));
		break;
	}
	vcpu->exit.syndrome = esr;
	vcpu->exit.virtual_address = REGISTER_READ(far_el2);
	return vcpu_exit_fault(vcpu, EXIT_KINDS, address, STATUS_OK);
}

static __attribute__((noinline)) struct thread *task_exit(struct thread *thread, uint64_t esr)
{
	uint64_t position[4] = { REGISTER_READ(elr_el2), REGISTER_READ(sp_el0),
				 thread->context.x[29], thread->context.x[30] };

	/* CPACR_EL1's trap looks like an unknown instruction while TGE is 1: FP is tried. */
	if (ESR_CLASS(esr) == CLASS_FP || (ESR_CLASS(esr) == CLASS_UNKNOWN &&
					   !(REGISTER_READ(cpacr_el1) & CPACR_FP))) {
		fp_take(thread);
		return thread;
	}
	/* FAR belongs to aborts and odd PCs alone: what else is in it is an earlier fault's. */
	return thread_fault(thread, CLASS_HAS_ADDRESS(ESR_CLASS(esr)) ? REGISTER_READ(far_el2) : 0,
			    esr, position);
}

static inline struct thread *dispatch(struct thread *thread, uint64_t esr)
{
	if (thread->task)
		return ESR_CLASS(esr) == CLASS_SVC ? syscall_handle(thread, thread->context.x[12])
						   : task_exit(thread, esr);
	if (ESR_CLASS(esr) == CLASS_DATA_ABORT)
		return guest_abort(CONTAINER(thread, struct vcpu, thread), esr);
	return guest_exit(CONTAINER(thread, struct vcpu, thread), esr);
}

/*
 * Somebody is alone in the kernel, and may take the thread away, to be saved as it is. So what
 * it trapped with must not have happened yet: SVC and HVC left their own address behind.
 */
static __attribute__((noinline)) struct thread *sync_slowly(struct thread *thread, uint64_t esr)
{
	bool behind = ESR_CLASS(esr) == CLASS_SVC || ESR_CLASS(esr) == CLASS_HVC;
	struct cpu *cpu = cpu_this();

	if (behind)
		arch_syscall_again(true);
	if (!cpu_wait(cpu))
		return thread_schedule(cpu);
	if (behind)
		arch_syscall_again(false);
	return dispatch(thread, esr);
}

/* What nearly always happens needs no stack. */
struct thread *trap_sync(struct thread *thread, struct cpu *cpu)
{
	uint64_t esr = REGISTER_READ(esr_el2);

	if (__builtin_expect(!cpu_step_inside(cpu), 0))
		return sync_slowly(thread, esr);
	return dispatch(thread, esr);
}

/* An asynchronous external abort: of whoever ran, as far as anybody can tell. */
struct thread *trap_error(struct thread *thread, struct cpu *cpu)
{
	uint64_t esr = REGISTER_READ(esr_el2);

	if (!cpu_enter(cpu))
		return thread_schedule(cpu);
	if (thread->task)
		return task_exit(thread, esr);
	CONTAINER(thread, struct vcpu, thread)->exit.syndrome = esr;
	return vcpu_exit_fault(CONTAINER(thread, struct vcpu, thread), EXIT_KINDS, 0, STATUS_OK);
}
