/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/host/riscv64/told.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/syscall.h"

struct told told;
struct alone alone;
struct firmware firmware;
struct thread thread;
struct vcpu vcpu, other;
bool pending, only_executable;
uint64_t memory, fetched, place;

static struct task task;
static struct vm vm;

struct cpu cpus[CPU_COUNT];
unsigned int cpu_count = 1;
uint64_t satp_kernel;

struct cpu *host_cpu(void)
{
	return &cpus[0];
}

void host_relax(void)
{
	abort();
}

bool cpu_wait(struct cpu *of)
{
	CU_ASSERT_PTR_EQUAL(of, &cpus[0]);
	alone.waits++;
	alone.pc = REGISTER_READ(CSR_SEPC);
	return alone.stays;
}

struct thread *vcpu_exit_mmio(struct vcpu *of, uint64_t address, uint64_t width, bool write,
			      uint64_t value)
{
	(void)of;
	told.what = "mmio";
	told.address = address;
	told.width = width;
	told.write = write;
	told.value = value;
	return NULL;
}

struct thread *vcpu_exit_sysreg(struct vcpu *of, uint64_t number, uint64_t label, uint64_t value,
				uint64_t second)
{
	(void)of;
	told.what = "sysreg";
	told.number = number;
	told.label = label;
	told.value = value;
	told.second = second;
	return NULL;
}

struct thread *vcpu_exit_hypercall(struct vcpu *of)
{
	(void)of;
	told.what = "hypercall";
	return NULL;
}

struct thread *vcpu_exit_wait(struct vcpu *of)
{
	(void)of;
	told.what = "wait";
	return NULL;
}

struct thread *vcpu_exit_fault(struct vcpu *of, uint32_t kind, uint64_t address, status_t status)
{
	(void)of;
	told.what = "fault";
	told.number = kind;
	told.address = address;
	told.status = status;
	return NULL;
}

struct thread *thread_fault(struct thread *of, uint64_t address, uint64_t syndrome,
			    const uint64_t position[4])
{
	(void)of;
	told.what = "task fault";
	told.address = address;
	told.syndrome = syndrome;
	memcpy(told.position, position, sizeof(told.position));
	return NULL;
}

struct thread *syscall_handle(struct thread *caller, uint64_t number)
{
	told.what = "system call";
	told.number = number;
	return caller;
}

struct thread *thread_schedule(struct cpu *of)
{
	(void)of;
	return NULL;
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
	memset(&told, 0, sizeof(told));
	told.what = "nothing";
	fetched = 0;
	REGISTER_WRITE(CSR_SEPC, PC);
	REGISTER_WRITE(CSR_STVAL, value);
	REGISTER_WRITE(CSR_HTVAL, place);
	return trap_sync(of, &cpus[0], cause);
}

void start(void)
{
	unsigned int index;

	host_registers_forget();
	memset(&vcpu, 0, sizeof(vcpu));
	memset(&thread, 0, sizeof(thread));
	memset(&vm, 0, sizeof(vm));
	memset(&other, 0, sizeof(other));
	memset(cpus, 0, sizeof(cpus));
	memset(&firmware, 0, sizeof(firmware));
	thread.task = &task;
	vcpu.vm = &vm;
	vm.vcpus[0] = &vcpu;
	vm.vcpus[2] = &other;
	other.vm = &vm;
	other.index = 2;
	cpus[0].guest = &vcpu.thread;
	cpus[0].identity = 3;
	for (index = 0; index < 32; index++)
		vcpu.thread.context.x[index] = thread.context.x[index] = X(index);
	REGISTER_WRITE(CSR_SSTATUS, SSTATUS_SPP | SSTATUS_FS);
	memory = INSTRUCTION_GONE;
	place = ADDRESS >> 2;
	pending = only_executable = false;
	cpu_count = 1;
}
