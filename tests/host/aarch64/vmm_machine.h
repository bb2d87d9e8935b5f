/* SPDX-License-Identifier: Apache-2.0 */
/* What the VM manager's tests have to know of an aarch64 guest and its machine. */
#ifndef TESTS_HOST_AARCH64_VMM_MACHINE_H
#define TESTS_HOST_AARCH64_VMM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/aarch64.h"

#define MACHINE_REGISTERS VCPU_ID_END /* that can be read */
#define MACHINE_BASE 0x40000000ull

#define MACHINE_CONTROLLER "arm,gic-v3"
#define MACHINE_CONTROLLER_RANGES { { 0x8000000, 0x10000 }, { 0x80a0000, 0x200000 } }
#define MACHINE_CONTROLLER_NODES 2 /* with the timer */
#define MACHINE_PROCESSOR_NODES 2  /* with psci */
#define MACHINE_CLOCK_NODES 1 /* of a pl011 */
#define MACHINE_CONSOLE "arm,pl011"
#define MACHINE_CONSOLE_KIND DEVICE_PL011
#define MACHINE_CONSOLE_ADDRESS 0x9000000
#define MACHINE_CONSOLE_INTERRUPT 33
#define MACHINE_STDOUT "/pl011@9000000"
#define MACHINE_DISK_ADDRESS 0xa003e00
#define MACHINE_DISK_NODE "/virtio_mmio@a003e00"
#define MACHINE_DISK_INTERRUPT 79
#define MACHINE_INTERRUPT_LAST 1019
#define MACHINE_BAD_INTERRUPTS { 0, 15, 1020, UINT32_MAX }

#define MACHINE_MAGIC "ARM\x64"

/* Where a vCPU's argument is, and an exception's return address. */
#define MACHINE_ARGUMENT 0
#define MACHINE_RETURN VCPU_ELR_EL1

/* A load from no device, a register that traps, and the guest's state between two exits. */
#define MACHINE_BAD_LOAD (0x24ull << 26 | 1 << 25 | 7)
#define MACHINE_SYSREG SYSREG(3, 0, 0, 7, 0)

static inline void machine_guest(uint64_t *registers, uint64_t pc)
{
	registers[VCPU_PC] = pc;
	registers[VCPU_PSTATE] = 5;
	registers[VCPU_VBAR_EL1] = 0xffff800008010800;
}

static inline bool machine_can_set(uint64_t number)
{
	return number < VCPU_REGISTERS;
}

/* The registers of a vCPU that starts. */
static inline uint64_t machine_reset_value(unsigned int number, uint32_t vcpu, uint64_t argument)
{
	switch (number) {
	case MACHINE_ARGUMENT:
		return argument;
	case VCPU_PSTATE:
		return 0x3c5;
	case VCPU_SCTLR_EL1:
		return 0x30d00800;
	case VCPU_MPIDR_EL1:
		return 0x80000000 | vcpu;
	}
	return 0;
}

/* Calls to the firmware, as a hypercall's words. */
#define MACHINE_TURN_ON(vcpu, entry, argument) { 0xc4000003, vcpu, entry, argument }
#define MACHINE_TURN_OFF { 0x84000002 }
#define MACHINE_STATUS(vcpu) { 0xc4000004, vcpu }
#define MACHINE_SHUTDOWN { 0x84000008 }
#define MACHINE_RESET { 0x84000009 }

/* What MACHINE_STATUS was answered with. */
static inline bool machine_is_on(const uint64_t *words)
{
	return words[0] == 0;
}

#endif
