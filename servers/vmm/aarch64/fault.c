/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nobody answered becomes what real hardware gives for it: a synchronous external abort where
 * there is no device, an undefined instruction where there is no register, entered by hand (Arm
 * ARM D1.3.2, AArch64.TakeException).
 */
#include "ipc/aarch64.h"
#include "servers/vmm/aarch64/processor.h"
#include "servers/vmm/vmm.h"

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
static uint64_t handler_state(struct exception *exception, uint64_t pstate)
{
	uint64_t control = exception_get(exception, VCPU_SCTLR_EL1);
	bool pan = exception_get(exception, VCPU_ID_MMFR1) >> 20 & 0xf;
	bool ssbs = exception_get(exception, VCPU_ID_PFR1) >> 4 & 0xf;
	uint64_t state = pstate & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN);

	if (pan && !(control & SCTLR_SPAN))
		state |= PSTATE_PAN;
	if (ssbs && (control & SCTLR_DSSBS))
		state |= PSTATE_SSBS;
	return state | PSTATE_DAIF | PSTATE_EL1H;
}

void exception_make(struct exception *exception, const struct vcpu_fault *fault)
{
	uint64_t pstate = exception_get(exception, VCPU_PSTATE);
	uint64_t vectors = exception_get(exception, VCPU_VBAR_EL1);
	uint64_t state = handler_state(exception, pstate);

	exception_put(exception, VCPU_ESR_EL1, guest_syndrome(fault->syndrome, pstate));
	if (is_abort(ESR_CLASS(fault->syndrome)))
		exception_put(exception, VCPU_FAR_EL1, fault->virtual_address);
	exception_put(exception, VCPU_ELR_EL1, exception->pc);
	exception_put(exception, VCPU_SPSR_EL1, pstate);
	exception_put(exception, VCPU_PC, vectors + vector_offset(pstate));
	exception_put(exception, VCPU_PSTATE, state);
}

enum fault_kind fault_kind(const struct vcpu_fault *fault)
{
	switch (ESR_CLASS(fault->syndrome)) {
	case ESR_DATA_LOWER:
		return fault->syndrome & ESR_DATA_WRITE ? FAULT_WRITE : FAULT_READ;
	case ESR_FETCH_LOWER:
		return FAULT_FETCH;
	case ESR_REGISTER:
		return FAULT_REGISTER;
	}
	return FAULT_OTHER;
}
