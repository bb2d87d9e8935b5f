/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of a vCPU as SBI's hart_start and Linux's boot protocol ask for them: address
 * translation and interrupts off, a0 the hart's number, a1 the argument or the tree.
 */
#include "ipc/riscv64.h"
#include "servers/vmm/riscv64/processor.h"
#include "servers/vmm/vmm.h"

#define A0 10
#define A1 11
#define NEVER UINT64_MAX

const struct vcpu_layout vcpu_layout = { .pc = VCPU_PC, .first = 1, .end = VCPU_REGISTERS };

uint64_t vcpu_reset_value(uint32_t number, uint32_t index, uint64_t argument)
{
	switch (number) {
	case A0:
		return index;
	case A1:
		return argument;
	case VCPU_PRIVILEGE:
		return 1;
	case VCPU_SSTATUS:
		return SSTATUS_UXL_64;
	case VCPU_STIMECMP:
		return NEVER;
	case VCPU_SCOUNTEREN:
		/* Linux sets it with its PMU only, and its programs read the time. */
		return SCOUNTEREN_BASE;
	}
	return 0;
}
