/* SPDX-License-Identifier: Apache-2.0 */
/* What the VM manager's tests have to know of a riscv64 guest and its machine. */
#ifndef TESTS_HOST_RISCV64_VMM_MACHINE_H
#define TESTS_HOST_RISCV64_VMM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/riscv64.h"

#define MACHINE_REGISTERS VCPU_REGISTERS
#define MACHINE_BASE 0x80000000ull

#define MACHINE_CONTROLLER "riscv,plic0"
#define MACHINE_CONTROLLER_RANGES { { 0xc000000, 0x600000 } }
#define MACHINE_CONTROLLER_NODES 1
#define MACHINE_PROCESSOR_NODES 1
#define MACHINE_CLOCK_NODES 0
#define MACHINE_CONSOLE "ns16550a"
#define MACHINE_CONSOLE_KIND DEVICE_NS16550A
#define MACHINE_CONSOLE_ADDRESS 0x10000000
#define MACHINE_CONSOLE_INTERRUPT 1
#define MACHINE_STDOUT "/serial@10000000"
#define MACHINE_DISK_ADDRESS 0x10001000
#define MACHINE_DISK_NODE "/virtio_mmio@10001000"
#define MACHINE_DISK_INTERRUPT 2
#define MACHINE_INTERRUPT_LAST 63
#define MACHINE_BAD_INTERRUPTS { 0, 64, 1000, UINT32_MAX }

#define MACHINE_MAGIC "RSC\x05"

/* Where a vCPU's argument is, and an exception's return address. */
#define MACHINE_ARGUMENT 11
#define MACHINE_RETURN VCPU_SEPC

/* A load from no device, a register that traps, and the guest's state between two exits. */
#define MACHINE_BAD_LOAD CAUSE_LOAD_GUEST_PAGE
#define MACHINE_SYSREG 0x7c0

static inline void machine_guest(uint64_t *registers, uint64_t pc)
{
	registers[VCPU_PC] = pc;
	registers[VCPU_SSTATUS] = 2;
	registers[VCPU_STVEC] = 0xffffffff80010800;
}

static inline bool machine_can_set(uint64_t number)
{
	return number > 0 && number < VCPU_REGISTERS; /* x0 is zero */
}

/* The registers of a vCPU that starts. */
static inline uint64_t machine_reset_value(unsigned int number, uint32_t vcpu, uint64_t argument)
{
	switch (number) {
	case 10:
		return vcpu;
	case MACHINE_ARGUMENT:
		return argument;
	case VCPU_PRIVILEGE:
		return 1;
	case VCPU_SSTATUS:
		return 0x200000000;
	case VCPU_STIMECMP:
		return UINT64_MAX;
	case VCPU_SCOUNTEREN:
		return 7;
	}
	return 0;
}

/* Calls to the firmware, as a hypercall's words. */
#define MACHINE_TURN_ON(vcpu, entry, argument) { 0x48534d, 0, vcpu, entry, argument }
#define MACHINE_TURN_OFF { 0x48534d, 1 }
#define MACHINE_STATUS(vcpu) { 0x48534d, 2, vcpu }
#define MACHINE_SHUTDOWN { 0x53525354, 0, 0 }
#define MACHINE_RESET { 0x53525354, 0, 1 }

/* What MACHINE_STATUS was answered with. */
static inline bool machine_is_on(const uint64_t *words)
{
	return words[0] == 0 && words[1] == 0;
}

#endif
