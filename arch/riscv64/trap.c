/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions of tasks and guests: what happened, who answers, who runs next. */
#include "arch/riscv64/hardware.h"
#include "gen/sysreg.h"
#include "kernel/syscall.h"

/* BASE's answer to 'which SBI implementation is this?': the kernel's own, as the quickest call. */
#define BASE_IMPLEMENTATION 1
#define IMPLEMENTATION 0x70706f63ul
#define TIME_SET 0

/* CSRRW, CSRRS, CSRRC and, with bit 2 of funct3, their forms with an immediate (Zicsr). */
#define CSR_OPCODE 0x73
#define CSR_OPERATION(instruction) ((instruction) >> 12 & 3)
#define CSR_IMMEDIATE(instruction) ((instruction) >> 14 & 1)
#define CSR_SOURCE(instruction) ((instruction) >> 15 & 31)
#define CSR_TARGET(instruction) ((instruction) >> 7 & 31)
#define CSR_NUMBER(instruction) ((instruction) >> 20)
#define CSR_PRIVILEGE(number) ((number) >> 8 & 3)
#define CSR_WRITES 1
#define CSR_SETS 2

static inline void skip_instruction(void)
{
	REGISTER_WRITE(CSR_SEPC, REGISTER_READ(CSR_SEPC) + 4);
}

void arch_syscall_again(bool again)
{
	REGISTER_WRITE(CSR_SEPC, REGISTER_READ(CSR_SEPC) + (again ? -4 : 4));
}

static inline void exit_note(struct vcpu *vcpu, uint64_t cause, uint32_t instruction)
{
	vcpu->exit.syndrome = cause | (uint64_t)instruction << 32;
}

static struct thread *guest_fault(struct vcpu *vcpu, uint64_t cause, uint32_t instruction)
{
	uint64_t address = 0;

	if (cause == CAUSE_FETCH_GUEST_PAGE)
		address = REGISTER_READ(CSR_HTVAL) << 2 | (vcpu->exit.virtual_address & 3);
	exit_note(vcpu, cause, instruction);
	return vcpu_exit_fault(vcpu, EXIT_KINDS, address, STATUS_OK);
}

/*
 * Each that fails leaves its own stval, htval and htinst behind: the exit's are looked at before.
 *
 * QEMU 7.2 reads with HLVX only what may be read, so not what may only be executed. MXR is nothing
 * to HLVX anywhere else (8.2.4).
 */
static __attribute__((noinline)) uint64_t fetch_again(void)
{
	uint64_t status = REGISTER_READ(CSR_SSTATUS), fetched;

	REGISTER_WRITE(CSR_SSTATUS, status | SSTATUS_MXR);
	fetched = instruction_fetch(REGISTER_READ(CSR_SEPC));
	REGISTER_WRITE(CSR_SSTATUS, status);
	return fetched;
}

static inline uint64_t guest_fetch(void)
{
	uint64_t fetched = instruction_fetch(REGISTER_READ(CSR_SEPC));

	return __builtin_expect(fetched == INSTRUCTION_GONE, 0) ? fetch_again() : fetched;
}

/*
 * A load or store where the VM has no memory. If the instruction is gone, or another one by now,
 * the guest tries what is there.
 */
static struct thread *guest_device(struct vcpu *vcpu, uint64_t cause, uint64_t address)
{
	uint64_t instruction = guest_fetch(), value = 0;
	struct access *access = &vcpu->arch.access;

	if (instruction == INSTRUCTION_GONE)
		return &vcpu->thread;
	exit_note(vcpu, cause, instruction);
	if (!instruction_decode(instruction, access))
		return vcpu_exit_fault(vcpu, EXIT_MMIO, address, STATUS_OK);
	if (access->write != (cause == CAUSE_STORE_GUEST_PAGE))
		return &vcpu->thread;
	if (access->write && access->number)
		value = vcpu->thread.context.x[access->number] & ~0ul >> (64 - 8 * access->width);
	return vcpu_exit_mmio(vcpu, address, access->width, access->write, value);
}

static __attribute__((noinline)) struct thread *guest_access(struct vcpu *vcpu, uint64_t cause)
{
	uint64_t virtual = REGISTER_READ(CSR_STVAL), transformed = REGISTER_READ(CSR_HTINST);
	uint64_t place = REGISTER_READ(CSR_HTVAL), address = place << 2 | (virtual & 3);

	vcpu->exit.virtual_address = virtual;
	if (__builtin_expect(place && (transformed == 0 || (transformed & 1)), 1))
		return guest_device(vcpu, cause, address);
	/*
	 * A pseudoinstruction, with bit 0 clear (8.6.3): the guest's page tables were to be read or
	 * written there. No device has them, and no instruction is found by them either. Or it is
	 * hardware that does not say where (8.2.8), and not the device at 0 was meant.
	 */
	exit_note(vcpu, cause, 0);
	return vcpu_exit_fault(vcpu, EXIT_MMIO, address, STATUS_OK);
}

/* A CSR that a guest does not have, or that a server has for it. */
static struct thread *guest_csr(struct vcpu *vcpu, uint64_t cause, uint32_t instruction)
{
	uint32_t operation = CSR_OPERATION(instruction), source = CSR_SOURCE(instruction);
	uint32_t number = CSR_NUMBER(instruction);
	uint64_t value = source;

	if (!CSR_IMMEDIATE(instruction) && source)
		value = vcpu->thread.context.x[source];
	exit_note(vcpu, cause, instruction);
	if (operation == CSR_WRITES && CSR_TARGET(instruction) == 0)
		return vcpu_exit_sysreg(vcpu, number, SYSREG_LABEL_WRITE, value, 0);
	if (operation != CSR_WRITES && source == 0)
		return vcpu_exit_sysreg(vcpu, number, SYSREG_LABEL_READ, 0, 0);
	return vcpu_exit_sysreg(vcpu, number, SYSREG_LABEL_UPDATE,
				operation == CSR_WRITES ? ~0ul : operation == CSR_SETS ? 0 : value,
				operation == CSR_WRITES || operation == CSR_SETS ? value : 0);
}

/* Its own timer, by Sstc, cannot wake a guest that does not run. */
static struct thread *guest_wait(struct vcpu *vcpu)
{
	uint64_t deadline = REGISTER_READ(CSR_VSTIMECMP);

	skip_instruction();
	if ((REGISTER_READ(CSR_HIE) & VCPU_TIMER) && deadline != TIMER_OFF &&
	    !arch_vcpu_interrupt_pending(vcpu))
		timer_set(&vcpu->timer, cpu_this(), deadline);
	return vcpu_exit_wait(vcpu);
}

/* Illegal, or virtual: what a hypervisor has to do, or nobody. */
static __attribute__((noinline)) struct thread *guest_instruction(struct vcpu *vcpu,
								  uint64_t cause)
{
	uint64_t status = REGISTER_READ(CSR_SSTATUS);
	uint64_t instruction = (uint32_t)vcpu->exit.virtual_address;
	bool supervisor = status & SSTATUS_SPP;

	if (cause == CAUSE_ILLEGAL && !(status & SSTATUS_FS)) {
		fp_take(&vcpu->thread);
		return &vcpu->thread;
	}
	/* stval need not have it (3.1.16); an instruction of zeros, illegal, is one, too. */
	if (instruction == 0)
		instruction = guest_fetch();
	if (instruction == INSTRUCTION_GONE)
		return &vcpu->thread;
	if (instruction == INSTRUCTION_WFI && cause == CAUSE_VIRTUAL_INSTRUCTION && supervisor)
		return guest_wait(vcpu);
	if ((instruction & 0x7f) == CSR_OPCODE && CSR_OPERATION(instruction) &&
	    CSR_PRIVILEGE(CSR_NUMBER(instruction)) <= supervisor)
		return guest_csr(vcpu, cause, (uint32_t)instruction);
	return guest_fault(vcpu, cause, (uint32_t)instruction);
}

static struct thread *call_answer(struct vcpu *vcpu, int64_t error)
{
	vcpu->thread.context.x[10] = (uint64_t)error;
	vcpu->thread.context.x[11] = 0;
	return &vcpu->thread;
}

/* A timer and fences are hardware of this CPU's and of others': nobody else can reach them. */
static __attribute__((noinline)) struct thread *guest_call(struct vcpu *vcpu)
{
	uint64_t *x = vcpu->thread.context.x;

	skip_instruction();
	if (x[17] == SBI_BASE && x[16] == BASE_IMPLEMENTATION) {
		x[10] = SBI_SUCCESS;
		x[11] = IMPLEMENTATION;
		return &vcpu->thread;
	}
	if (x[17] == SBI_TIME && x[16] == TIME_SET) {
		REGISTER_WRITE(CSR_VSTIMECMP, x[10]);
		return call_answer(vcpu, SBI_SUCCESS);
	}
	if (x[17] == SBI_RFENCE)
		return call_answer(vcpu, fence_call(vcpu, x));
	return vcpu_exit_hypercall(vcpu);
}

static __attribute__((noinline)) struct thread *guest_exit(struct vcpu *vcpu, uint64_t cause)
{
	if (cause == CAUSE_CALL_GUEST)
		return guest_call(vcpu);
	vcpu->exit.virtual_address = REGISTER_READ(CSR_STVAL);
	if (cause == CAUSE_ILLEGAL || cause == CAUSE_VIRTUAL_INSTRUCTION)
		return guest_instruction(vcpu, cause);
	return guest_fault(vcpu, cause, 0);
}

static __attribute__((noinline)) struct thread *task_exit(struct thread *thread, uint64_t cause)
{
	uint64_t value = REGISTER_READ(CSR_STVAL), instruction = 0;
	const uint64_t *x = thread->context.x;
	uint64_t position[4] = { REGISTER_READ(CSR_SEPC), x[2], x[8], x[1] };

	if (cause == CAUSE_ILLEGAL) {
		if (!(REGISTER_READ(CSR_SSTATUS) & SSTATUS_FS)) {
			fp_take(thread);
			return thread;
		}
		/* stval has the instruction, not an address. */
		instruction = (uint32_t)value;
		value = 0;
	}
	return thread_fault(thread, value, cause | instruction << 32, position);
}

static inline struct thread *dispatch(struct thread *thread, uint64_t cause)
{
	struct vcpu *vcpu = CONTAINER(thread, struct vcpu, thread);

	if (thread->task) {
		if (__builtin_expect(cause != CAUSE_CALL_USER, 0))
			return task_exit(thread, cause);
		skip_instruction();
		return syscall_handle(thread, thread->context.x[5]);
	}
	if (cause == CAUSE_LOAD_GUEST_PAGE || cause == CAUSE_STORE_GUEST_PAGE)
		return guest_access(vcpu, cause);
	return guest_exit(vcpu, cause);
}

/*
 * Somebody is alone in the kernel, and may take the thread away, to be saved as it is: what it
 * trapped with has not happened yet.
 */
static __attribute__((noinline)) struct thread *sync_slowly(struct thread *thread, uint64_t cause)
{
	struct cpu *cpu = cpu_this();

	return cpu_wait(cpu) ? dispatch(thread, cause) : thread_schedule(cpu);
}

/* What nearly always happens needs no stack. */
struct thread *trap_sync(struct thread *thread, struct cpu *cpu, uint64_t cause)
{
	if (__builtin_expect(!cpu_step_inside(cpu), 0))
		return sync_slowly(thread, cause);
	return dispatch(thread, cause);
}
