/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nobody answered becomes what a machine without a hypervisor gives for it: an access fault
 * where there is no device and no memory, an illegal instruction where there is no CSR, entered by
 * hand as a trap into VS-mode (Privileged Architecture, "Trap Entry").
 */
#include "ipc/riscv64.h"
#include "servers/vmm/riscv64/processor.h"
#include "servers/vmm/vmm.h"

/* scause for the guest. A cause that is no exception of VS-mode's own is an illegal instruction. */
static uint64_t guest_cause(uint64_t syndrome)
{
	switch (SYNDROME_CAUSE(syndrome)) {
	case CAUSE_FETCH_GUEST_PAGE:
		return CAUSE_FETCH_ACCESS;
	case CAUSE_LOAD_GUEST_PAGE:
		return CAUSE_LOAD_ACCESS;
	case CAUSE_STORE_GUEST_PAGE:
		return CAUSE_STORE_ACCESS;
	case CAUSE_FETCH_MISALIGNED:
	case CAUSE_FETCH_ACCESS:
	case CAUSE_BREAKPOINT:
	case CAUSE_LOAD_MISALIGNED:
	case CAUSE_LOAD_ACCESS:
	case CAUSE_STORE_MISALIGNED:
	case CAUSE_STORE_ACCESS:
	case CAUSE_FETCH_PAGE:
	case CAUSE_LOAD_PAGE:
	case CAUSE_STORE_PAGE:
		return SYNDROME_CAUSE(syndrome);
	}
	return CAUSE_ILLEGAL;
}

/* The interrupt enable goes one place down the stack, the mode beside it. */
static uint64_t handler_status(uint64_t status, uint64_t privilege)
{
	uint64_t stacked = status & ~(SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP);

	if (status & SSTATUS_SIE)
		stacked |= SSTATUS_SPIE;
	if (privilege)
		stacked |= SSTATUS_SPP;
	return stacked;
}

void exception_make(struct exception *exception, const struct vcpu_fault *fault)
{
	uint64_t cause = guest_cause(fault->syndrome), value = fault->virtual_address;
	uint64_t privilege = exception_get(exception, VCPU_PRIVILEGE);
	uint64_t status = exception_get(exception, VCPU_SSTATUS);
	uint64_t vector = exception_get(exception, VCPU_STVEC);

	if (cause == CAUSE_ILLEGAL)
		value = SYNDROME_INSTRUCTION(fault->syndrome);
	exception_put(exception, VCPU_SEPC, exception->pc);
	exception_put(exception, VCPU_SCAUSE, cause);
	exception_put(exception, VCPU_STVAL, value);
	exception_put(exception, VCPU_SSTATUS, handler_status(status, privilege));
	exception_put(exception, VCPU_PRIVILEGE, 1);
	exception_put(exception, VCPU_PC, vector & ~STVEC_MODE);
}

enum fault_kind fault_kind(const struct vcpu_fault *fault)
{
	switch (guest_cause(fault->syndrome)) {
	case CAUSE_LOAD_ACCESS:
		return FAULT_READ;
	case CAUSE_STORE_ACCESS:
		return FAULT_WRITE;
	case CAUSE_FETCH_ACCESS:
		return FAULT_FETCH;
	case CAUSE_ILLEGAL:
		return IS_CSR_ACCESS(SYNDROME_INSTRUCTION(fault->syndrome)) ? FAULT_REGISTER
									     : FAULT_INSTRUCTION;
	}
	return FAULT_OTHER;
}
