/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/host/exits.h"

#include <string.h>

#include "kernel/syscall.h"

struct told told;
struct alone alone;
struct thread thread;
struct vcpu vcpu;
struct cpu cpus[CPU_COUNT];
unsigned int cpu_count;

static struct task task;

struct cpu *host_cpu(void)
{
	return &cpus[0];
}

bool cpu_wait(struct cpu *of)
{
	CU_ASSERT_PTR_EQUAL(of, &cpus[0]);
	alone.waits++;
	alone.pc = exit_pc();
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

void exits_forget(void)
{
	memset(&told, 0, sizeof(told));
	told.what = "nothing";
}

void exits_start(unsigned int count)
{
	unsigned int index;

	memset(&vcpu, 0, sizeof(vcpu));
	memset(&thread, 0, sizeof(thread));
	memset(cpus, 0, sizeof(cpus));
	cpu_count = 1;
	thread.task = &task;
	for (index = 0; index < count; index++)
		vcpu.thread.context.x[index] = thread.context.x[index] = X(index);
}
