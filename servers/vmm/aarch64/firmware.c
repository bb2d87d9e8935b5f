/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's firmware: PSCI 1.1 (DEN 0022) and the SMC Calling Convention 1.1 (DEN 0028), over
 * HVC or SMC. What is unknown is answered with NOT_SUPPORTED; x1 to x3 keep the caller's values.
 */
#include "servers/vmm/vmm.h"

/* Function numbers; PSCI_64 makes the 64-bit variant of one that takes addresses. */
#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_SUSPEND 0x84000001u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON 0x84000003u
#define PSCI_AFFINITY_INFO 0x84000004u
#define PSCI_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES 0x8400000au
#define SMCCC_VERSION 0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u
#define PSCI_64 0x40000000u

#define VERSION_1_1 0x10001

#define SUCCESS 0
#define NOT_SUPPORTED (-1)
#define INVALID_PARAMETERS (-2)
#define ALREADY_ON (-4)
#define INTERNAL_FAILURE (-6)
#define INVALID_ADDRESS (-9)

#define AFFINITY_ON 0
#define AFFINITY_OFF 1
#define MIGRATE_NOT_NEEDED 2

/* Of CPU_SUSPEND's power_state: the state is a power-down, not a standby. */
#define POWER_STATE_DOWN 0x10000u

static int64_t cpu_on(const struct vm *vm, struct vmm_state *state, uint64_t target,
		      uint64_t entry, uint64_t context)
{
	switch (vm_vcpu_on(vm, state, target, entry, 4, context)) {
	case STATUS_OK:
		return SUCCESS;
	case STATUS_NOT_FOUND:
		return INVALID_PARAMETERS;
	case STATUS_BAD_ARGUMENT:
		return INVALID_ADDRESS;
	case STATUS_BUSY:
		return ALREADY_ON;
	}
	return INTERNAL_FAILURE;
}

/* The calling vCPU is stopped before the answer, and never sees it. */
static int64_t cpu_off(struct vmm_state *state, uint32_t index)
{
	vm_vcpu_off(state, index);
	return SUCCESS;
}

static int64_t affinity_info(const struct vm *vm, const struct vmm_state *state, uint64_t target,
			     uint64_t lowest_level)
{
	if (target >= vm->vcpus || lowest_level != 0)
		return INVALID_PARAMETERS;
	return vcpu_is_on(state, (uint32_t)target) ? AFFINITY_ON : AFFINITY_OFF;
}

static int64_t system_stop(const struct vm *vm, struct vmm_state *state, enum vmm_condition next)
{
	vm_stop(vm, state, next);
	return SUCCESS;
}

static int64_t psci_features(uint32_t function)
{
	switch (function) {
	case PSCI_VERSION:
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | PSCI_64:
	case PSCI_CPU_OFF:
	case PSCI_CPU_ON:
	case PSCI_CPU_ON | PSCI_64:
	case PSCI_AFFINITY_INFO:
	case PSCI_AFFINITY_INFO | PSCI_64:
	case PSCI_MIGRATE_INFO_TYPE:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
	case SMCCC_VERSION:
		return SUCCESS;
	}
	return NOT_SUPPORTED;
}

static int64_t smccc_features(uint32_t function)
{
	return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ? SUCCESS
									     : NOT_SUPPORTED;
}

void firmware_call(struct vm *vm, struct vmm_state *state, uint32_t index, uint64_t words[8])
{
	uint32_t function = (uint32_t)words[0];
	uint64_t a1 = words[1], a2 = words[2], a3 = words[3];
	int64_t result = NOT_SUPPORTED;

	if (!(function & PSCI_64)) {
		a1 = (uint32_t)a1;
		a2 = (uint32_t)a2;
		a3 = (uint32_t)a3;
	}
	switch (function) {
	case PSCI_VERSION:
	case SMCCC_VERSION:
		result = VERSION_1_1;
		break;
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | PSCI_64:
		/* A standby may end at any time, so also at once. */
		result = a1 & POWER_STATE_DOWN ? INVALID_PARAMETERS : SUCCESS;
		break;
	case PSCI_CPU_OFF:
		result = cpu_off(state, index);
		break;
	case PSCI_CPU_ON:
	case PSCI_CPU_ON | PSCI_64:
		result = cpu_on(vm, state, a1, a2, a3);
		break;
	case PSCI_AFFINITY_INFO:
	case PSCI_AFFINITY_INFO | PSCI_64:
		result = affinity_info(vm, state, a1, a2);
		break;
	case PSCI_MIGRATE_INFO_TYPE:
		result = MIGRATE_NOT_NEEDED;
		break;
	case PSCI_SYSTEM_OFF:
		result = system_stop(vm, state, VMM_CONDITION_TURNING_OFF);
		break;
	case PSCI_SYSTEM_RESET:
		result = system_stop(vm, state, VMM_CONDITION_RESETTING);
		break;
	case PSCI_FEATURES:
		result = psci_features((uint32_t)a1);
		break;
	case SMCCC_ARCH_FEATURES:
		result = smccc_features((uint32_t)a1);
		break;
	}
	words[0] = (uint64_t)result;
}
