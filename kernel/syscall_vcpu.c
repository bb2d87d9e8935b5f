/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls on spaces, VMs and vCPUs. */
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/vm.h"

static status_t route(struct task *task, const uint64_t *arguments)
{
	struct endpoint *endpoint;
	struct handle *handle;
	status_t status;
	struct vm *vm;

	vm = handle_find(task, arguments[0], OBJECT_VM, RIGHT_MANAGE, &handle, &status);
	if (!vm)
		return status;
	endpoint = handle_find(task, arguments[4], OBJECT_ENDPOINT, RIGHT_CALL, &handle, &status);
	if (!endpoint)
		return status;
	return vm_route(vm, arguments[1], arguments[2], arguments[3], endpoint, arguments[5],
			arguments[5] >> 32);
}

/* Does it wait for a server, at this CPU? Then nobody else changes its registers. */
static bool waits_here(const struct vcpu *vcpu)
{
	return vcpu->thread.cpu == cpu_this() && vcpu->thread.state == THREAD_CALLING;
}

status_t syscall_vcpu(struct task *task, uint64_t number, const uint64_t *arguments,
		      uint64_t *results, bool shared)
{
	uint32_t right = number == SYSCALL_VCPU_KICK ? RIGHT_KICK : RIGHT_MANAGE;
	struct object *object;
	struct handle *handle;
	struct vcpu *vcpu;
	status_t status;

	if (number == SYSCALL_ROUTE)
		return route(task, arguments);
	object = handle_find(task, arguments[0], OBJECT_VCPU, right, &handle, &status);
	if (!object)
		return status;
	vcpu = CONTAINER(object, struct vcpu, thread.object);
	if (shared && number != SYSCALL_VCPU_KICK && !waits_here(vcpu))
		return STATUS_AGAIN;
	switch (number) {
	case SYSCALL_VCPU_GET:
		return arch_vcpu_get(vcpu, arguments[1], &results[1]);
	case SYSCALL_VCPU_SET:
		return arch_vcpu_set(vcpu, arguments[1], arguments[2]);
	case SYSCALL_VCPU_START:
		return vcpu_start(vcpu);
	case SYSCALL_VCPU_STOP:
		thread_stop(&vcpu->thread);
		return STATUS_OK;
	case SYSCALL_VCPU_HOLD:
		return vcpu_hold(vcpu, arguments[1]);
	}
	vcpu_event(vcpu, VCPU_EVENT_KICK);
	return STATUS_OK;
}

static struct space *find_space(struct task *task, uint64_t slot, status_t *status)
{
	struct handle *handle;
	struct task *target;
	struct vm *vm;

	vm = handle_find(task, slot, OBJECT_VM, RIGHT_MANAGE, &handle, status);
	if (vm || *status != STATUS_BAD_TYPE)
		return vm ? &vm->space : NULL;
	target = handle_find(task, slot, OBJECT_TASK, RIGHT_MANAGE, &handle, status);
	return target ? &target->space : NULL;
}

status_t syscall_memory(struct task *task, uint64_t number, const uint64_t *arguments)
{
	struct memory *memory;
	struct handle *handle;
	struct space *space;
	status_t status;

	space = find_space(task, arguments[0], &status);
	if (!space)
		return status;
	if (number == SYSCALL_UNMAP)
		return space_unmap(space, arguments[1], arguments[2]);
	/* MAP_READ, MAP_WRITE and MAP_EXECUTE are the rights of the same value. */
	memory = handle_find(task, arguments[1], OBJECT_MEMORY, arguments[5] & 7, &handle, &status);
	if (!memory)
		return status;
	return space_map(space, memory, arguments[2], arguments[3], arguments[4], arguments[5]);
}
