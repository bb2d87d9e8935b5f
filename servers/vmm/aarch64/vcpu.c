/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of a vCPU after power-on. */
#include "ipc/aarch64.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/aarch64/processor.h"
#include "servers/vmm/vmm.h"

/* All that is RES1 in Armv8.0; the MMU, caches and alignment checks are off. */
#define SCTLR_RESET 0x30d00800ull

status_t vcpu_identify(handle_t vcpu, uint32_t index)
{
	return rt_vcpu_set(vcpu, VCPU_MPIDR_EL1, MPIDR_RES1 | index);
}

static uint64_t reset_value(unsigned int number, uint64_t argument)
{
	switch (number) {
	case 0:
		return argument;
	case VCPU_PSTATE:
		return PSTATE_EL1H | PSTATE_DAIF;
	case VCPU_SCTLR_EL1:
		return SCTLR_RESET;
	}
	return 0;
}

/*
 * The pc of a vCPU that is off is 0. It is set last here and cleared below, so that who knows no
 * more than the kernel does finds a vCPU either off or complete.
 */
status_t vcpu_prepare(handle_t vcpu, uint64_t pc, uint64_t argument)
{
	status_t status = STATUS_OK;
	unsigned int number;

	/* MPIDR_EL1 stays: it is the vCPU's identity. */
	for (number = 0; number < VCPU_MPIDR_EL1 && status == STATUS_OK; number++)
		status = rt_vcpu_set(vcpu, number, reset_value(number, argument));
	return status == STATUS_OK ? rt_vcpu_set(vcpu, VCPU_PC, pc) : status;
}

bool vcpu_is_there(handle_t vcpu)
{
	uint64_t pc;

	return rt_vcpu_get(vcpu, VCPU_PC, &pc) == STATUS_OK;
}

void vcpu_turn_off(handle_t vcpu)
{
	rt_vcpu_stop(vcpu);
	rt_vcpu_set(vcpu, VCPU_PC, 0);
}

bool vcpu_take_over(handle_t vcpu)
{
	uint64_t pc;

	if (rt_vcpu_get(vcpu, VCPU_PC, &pc) != STATUS_OK || !pc)
		return false;
	rt_vcpu_start(vcpu); /* STATUS_BAD_STATE: it runs already */
	return true;
}
