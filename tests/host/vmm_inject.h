/* SPDX-License-Identifier: Apache-2.0 */
/* A guest of one vCPU that gets an exception for what nobody answered. */
#ifndef TESTS_HOST_VMM_INJECT_H
#define TESTS_HOST_VMM_INJECT_H

#include <string.h>

#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

static struct vm vm;
static uint64_t *registers;

/* Its registers are zeros, but for the pc. */
static inline void guest_make(uint64_t pc)
{
	fake_reset(NULL);
	memset(&vm, 0, sizeof(vm));
	vm.name = "linux";
	vm.vcpus = 1;
	vm.vcpu[0] = FAKE_VCPU;
	registers = fake.registers[0];
	registers[VCPU_PC] = pc;
}

static inline void inject_at(uint64_t syndrome, uint64_t virtual_address)
{
	uint64_t pc = registers[VCPU_PC];
	struct vcpu_fault fault = {
		.address = 0xc00f00f,
		.syndrome = syndrome,
		.virtual_address = virtual_address,
		.status = STATUS_NOT_FOUND,
	};

	CU_ASSERT_EQUAL(fault_inject(&vm, vm_state(), 0, &fault), STATUS_OK);
	CU_ASSERT_EQUAL(registers[VCPU_PC], pc); /* nothing is written before the commit */
	rt_commit(NULL, STATUS_OK);
	vm_settle(&vm, vm_state());
	rt_commit(NULL, STATUS_OK);
	CU_ASSERT_EQUAL(vm_state()->act, VMM_ACT_NONE);
}

#endif
