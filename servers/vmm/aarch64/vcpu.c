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

static uint64_t reset_value(unsigned int number, uint64_t pc, uint64_t argument)
{
	switch (number) {
	case 0:
		return argument;
	case VCPU_PC:
		return pc;
	case VCPU_PSTATE:
		return PSTATE_EL1H | PSTATE_DAIF;
	case VCPU_SCTLR_EL1:
		return SCTLR_RESET;
	}
	return 0;
}

status_t vcpu_reset(handle_t vcpu, uint64_t pc, uint64_t argument)
{
	status_t status = STATUS_OK;
	unsigned int number;

	/* MPIDR_EL1 stays: it may be set before the first start only. */
	for (number = 0; number < VCPU_MPIDR_EL1 && status == STATUS_OK; number++)
		status = rt_vcpu_set(vcpu, number, reset_value(number, pc, argument));
	return status;
}
