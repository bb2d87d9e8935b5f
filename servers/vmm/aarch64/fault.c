/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nobody answered becomes what real hardware gives for it: a synchronous external abort where
 * there is no device, an undefined instruction where there is no register. The exception is
 * entered by hand (Arm ARM D1.3.2, AArch64.TakeException): the kernel runs the vCPU on from the
 * registers that stand there when this replies.
 *
 * Here they are only read. What is to be written becomes part of the state and is written in
 * settle: half done and begun anew, it would take the handler's pc for the faulting one.
 */
#include "ipc/aarch64.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/aarch64/processor.h"
#include "servers/vmm/vmm.h"

/* One pass over a vCPU's registers; keeps the first error. */
struct access {
	handle_t vcpu;
	status_t status;
};

static uint64_t get(struct access *access, unsigned int number)
{
	uint64_t value = 0;

	if (access->status == STATUS_OK)
		access->status = rt_vcpu_get(access->vcpu, number, &value);
	return value;
}

static void put(struct vmm_state *state, uint64_t number, uint64_t value)
{
	state->number[state->count] = number;
	state->value[state->count++] = value;
}

static bool is_abort(unsigned int class)
{
	return class == ESR_FETCH_LOWER || class == ESR_DATA_LOWER;
}

/* ESR_EL1 for a guest that was interrupted in `pstate`. */
static uint64_t guest_syndrome(uint64_t syndrome, uint64_t pstate)
{
	uint64_t class = ESR_CLASS(syndrome), specific = ESR_EXTERNAL;

	if (!is_abort((unsigned int)class))
		return ESR_IL; /* class 0: unknown reason */
	if (class == ESR_DATA_LOWER)
		specific |= syndrome & (ESR_DATA_CM | ESR_DATA_WRITE);
	if (pstate & PSTATE_EL1T) /* it was at EL1: the class for the same level is the next one */
		class++;
	/* IL: the length of the instruction; always set for a fetch, and without ISV. */
	return class << ESR_CLASS_SHIFT | ESR_IL | specific;
}

/* The entry of the vector table, by where the exception comes from (D1.3.1.4). */
static uint64_t vector_offset(uint64_t pstate)
{
	if (pstate & PSTATE_AARCH32)
		return 0x600;
	switch (pstate & PSTATE_MODE) {
	case PSTATE_EL1T:
		return 0x000;
	case PSTATE_EL1H:
		return 0x200;
	}
	return 0x400;
}

/* The state in which the handler begins; fields that the machine lacks stay 0. */
static uint64_t handler_state(struct access *access, uint64_t pstate)
{
	uint64_t control = get(access, VCPU_SCTLR_EL1);
	bool pan = get(access, VCPU_ID_MMFR1) >> 20 & 0xf;
	bool ssbs = get(access, VCPU_ID_PFR1) >> 4 & 0xf;
	uint64_t state = pstate & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN);

	if (pan && !(control & SCTLR_SPAN))
		state |= PSTATE_PAN;
	if (ssbs && (control & SCTLR_DSSBS))
		state |= PSTATE_SSBS;
	return state | PSTATE_DAIF | PSTATE_EL1H;
}

status_t fault_inject(const struct vm *vm, struct vmm_state *to, uint32_t index,
		      const struct vcpu_fault *fault)
{
	struct access access = { .vcpu = vm->vcpu[index] };
	uint64_t pc = get(&access, VCPU_PC);
	uint64_t pstate = get(&access, VCPU_PSTATE);
	uint64_t vectors = get(&access, VCPU_VBAR_EL1);
	uint64_t state = handler_state(&access, pstate);

	fault_report(vm, to, index, fault, pc);
	if (access.status != STATUS_OK)
		return access.status;
	RT_TOUCH(*to);
	to->act = VMM_ACT_REGISTERS;
	to->targets = 1u << index;
	to->count = 0;
	put(to, VCPU_ESR_EL1, guest_syndrome(fault->syndrome, pstate));
	if (is_abort(ESR_CLASS(fault->syndrome)))
		put(to, VCPU_FAR_EL1, fault->virtual_address);
	put(to, VCPU_ELR_EL1, pc);
	put(to, VCPU_SPSR_EL1, pstate);
	put(to, VCPU_PC, vectors + vector_offset(pstate));
	put(to, VCPU_PSTATE, state);
	return STATUS_OK;
}
