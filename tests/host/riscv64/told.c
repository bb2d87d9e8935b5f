/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/host/riscv64/told.h"

#include <stdlib.h>
#include <string.h>

struct firmware firmware;
struct vcpu other;
bool pending, only_executable;
uint64_t memory, fetched, place;

static struct vm vm;

uint64_t satp_kernel;

uint64_t exit_pc(void)
{
	return REGISTER_READ(CSR_SEPC);
}

void host_relax(void)
{
	abort();
}

void fp_take(struct thread *of)
{
	told.fp = of;
	REGISTER_SET(CSR_SSTATUS, SSTATUS_FS);
}

void timer_set(struct timer *timer, struct cpu *at, uint64_t deadline)
{
	CU_ASSERT_PTR_EQUAL(timer, &vcpu.timer);
	CU_ASSERT_PTR_EQUAL(at, &cpus[0]);
	told.deadline = deadline;
}

bool arch_vcpu_interrupt_pending(struct vcpu *of)
{
	(void)of;
	return pending;
}

uint64_t instruction_fetch(uint64_t pc)
{
	CU_ASSERT_EQUAL(pc, PC);
	fetched++;
	if (memory != INSTRUCTION_GONE &&
	    (!only_executable || (REGISTER_READ(CSR_SSTATUS) & SSTATUS_MXR)))
		return memory;
	/* The fault that the kernel itself got. */
	REGISTER_WRITE(CSR_STVAL, pc);
	REGISTER_WRITE(CSR_HTVAL, 0);
	REGISTER_WRITE(CSR_HTINST, 0x3000);
	return INSTRUCTION_GONE;
}

int64_t firmware_call(uint64_t extension, uint64_t function, const uint64_t arguments[5])
{
	firmware.calls++;
	firmware.extension = extension;
	firmware.function = function;
	memcpy(firmware.arguments, arguments, sizeof(firmware.arguments));
	return 0;
}

struct thread *trap(struct thread *of, uint64_t cause, uint64_t value)
{
	exits_forget();
	fetched = 0;
	REGISTER_WRITE(CSR_SEPC, PC);
	REGISTER_WRITE(CSR_STVAL, value);
	REGISTER_WRITE(CSR_HTVAL, place);
	return trap_sync(of, &cpus[0], cause);
}

void start(void)
{
	host_registers_forget();
	exits_start(32);
	memset(&vm, 0, sizeof(vm));
	memset(&other, 0, sizeof(other));
	memset(&firmware, 0, sizeof(firmware));
	vcpu.vm = &vm;
	vm.vcpus[0] = &vcpu;
	vm.vcpus[2] = &other;
	other.vm = &vm;
	other.index = 2;
	cpus[0].guest = &vcpu.thread;
	cpus[0].identity = 3;
	REGISTER_WRITE(CSR_SSTATUS, SSTATUS_SPP | SSTATUS_FS);
	memory = INSTRUCTION_GONE;
	place = ADDRESS >> 2;
	pending = only_executable = false;
}
