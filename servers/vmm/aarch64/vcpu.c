/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of a vCPU after power-on. */
#include "ipc/aarch64.h"
#include "servers/vmm/aarch64/processor.h"
#include "servers/vmm/vmm.h"

/* All that is RES1 in Armv8.0; the MMU, caches and alignment checks are off. */
#define SCTLR_RESET 0x30d00800ull

const struct vcpu_layout vcpu_layout = { .pc = VCPU_PC, .first = 0, .end = VCPU_REGISTERS };

uint64_t vcpu_reset_value(uint32_t number, uint32_t index, uint64_t argument)
{
	switch (number) {
	case 0:
		return argument;
	case VCPU_PSTATE:
		return PSTATE_EL1H | PSTATE_DAIF;
	case VCPU_SCTLR_EL1:
		return SCTLR_RESET;
	case VCPU_MPIDR_EL1:
		return MPIDR_RES1 | index;
	}
	return 0;
}
