/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nobody answered becomes what a machine without a hypervisor gives for it: an access fault
 * where there is no device and no memory, an illegal instruction where there is no CSR, entered by
 * hand as a trap into VS-mode (Privileged Architecture, "Trap Entry").
 */
#include "ipc/riscv64.h"
#include "servers/rt/syscall.h"
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

static void put(struct exception *exception, uint64_t number, uint64_t value)
{
	exception->number[exception->count] = number;
	exception->value[exception->count++] = value;
}

status_t exception_make(handle_t vcpu, const struct vcpu_fault *fault, struct exception *exception)
{
	uint64_t cause = guest_cause(fault->syndrome), value = fault->virtual_address;
	uint64_t privilege = 0, status = 0, vector = 0;
	status_t error = rt_vcpu_get(vcpu, VCPU_PC, &exception->pc);

	if (error == STATUS_OK)
		error = rt_vcpu_get(vcpu, VCPU_PRIVILEGE, &privilege);
	if (error == STATUS_OK)
		error = rt_vcpu_get(vcpu, VCPU_SSTATUS, &status);
	if (error == STATUS_OK)
		error = rt_vcpu_get(vcpu, VCPU_STVEC, &vector);
	if (cause == CAUSE_ILLEGAL)
		value = SYNDROME_INSTRUCTION(fault->syndrome);
	exception->count = 0;
	put(exception, VCPU_SEPC, exception->pc);
	put(exception, VCPU_SCAUSE, cause);
	put(exception, VCPU_STVAL, value);
	put(exception, VCPU_SSTATUS, handler_status(status, privilege));
	put(exception, VCPU_PRIVILEGE, 1);
	put(exception, VCPU_PC, vector & ~STVEC_MODE);
	return error;
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
