/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that make objects, each paid for by a pool that the caller holds. */
#include "kernel/endpoint.h"
#include "kernel/irq.h"
#include "kernel/machine.h"
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/vm.h"

static bool power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

static status_t finish(struct task *task, uint64_t slot, struct object *object, uint32_t rights)
{
	if (!object)
		return STATUS_NO_MEMORY;
	handle_install(task, slot, object, rights, 0);
	return STATUS_OK;
}

static status_t create_pool(struct task *task, struct pool *from, const uint64_t *arguments)
{
	uint64_t size = arguments[2];
	struct pool *pool;
	void *content;

	if (size == 0 || (size & (PAGE_SIZE - 1)))
		return STATUS_BAD_ARGUMENT;
	content = pool_take(from, size, PAGE_SIZE);
	pool = content ? object_create(from, OBJECT_POOL, sizeof(*pool), 0) : NULL;
	if (!pool) {
		if (content)
			pool_give(from, 1);
		return STATUS_NO_MEMORY;
	}
	pool->base = pool->next = (uint64_t)content;
	pool->end = pool->base + size;
	return finish(task, arguments[1], &pool->object, RIGHT_MANAGE | RIGHT_GRANT);
}

static status_t create_memory(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	uint64_t size = arguments[2], alignment = arguments[3];
	struct memory *memory;
	void *content;

	if (size == 0 || (size & (PAGE_SIZE - 1)) || !power_of_two(alignment) ||
	    alignment < PAGE_SIZE)
		return STATUS_BAD_ARGUMENT;
	content = pool_take(pool, size, alignment);
	memory = content ? object_create(pool, OBJECT_MEMORY, sizeof(*memory), 0) : NULL;
	if (!memory) {
		if (content)
			pool_give(pool, 1);
		return STATUS_NO_MEMORY;
	}
	memory->base = (uint64_t)content;
	memory->size = size;
	return finish(task, arguments[1], &memory->object, RIGHTS_ALL);
}

static status_t create_window(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	uint64_t offset = arguments[3], size = arguments[4];
	struct memory *whole, *window;
	struct handle *handle;
	status_t status;

	/* A window holds the whole: it takes the right to end it. */
	whole = handle_find(task, arguments[2], OBJECT_MEMORY, RIGHT_MANAGE | RIGHT_GRANT, &handle,
			    &status);
	if (!whole)
		return status;
	if (((offset | size) & (PAGE_SIZE - 1)) || size == 0 || offset > whole->size ||
	    size > whole->size - offset)
		return STATUS_BAD_ARGUMENT;
	window = object_create(pool, OBJECT_MEMORY, sizeof(*window), 0);
	if (!window)
		return STATUS_NO_MEMORY;
	window->base = whole->base + offset;
	window->size = size;
	window->device = whole->device;
	window->whole = whole;
	whole->windows++;
	object_hold(&whole->object);
	return finish(task, arguments[1], &window->object, handle->rights);
}

static status_t create_task(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	struct task *made;

	if (!pool_clear(pool, TASK_SIZE, ARCH_TASK_ROOT_SIZE))
		return STATUS_RESTART;
	made = task_create(pool);
	return finish(task, arguments[1], made ? &made->object : NULL,
		      RIGHT_MANAGE | RIGHT_GRANT);
}

/* Nobody makes what is more urgent than itself: who holds a pool can starve nobody above. */
static bool priority_allowed(uint64_t priority)
{
	return priority <= cpu_this()->current->base_priority;
}

static status_t create_thread(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	struct endpoint *fault;
	struct handle *handle;
	struct thread *thread;
	struct task *target;
	status_t status;

	target = handle_find(task, arguments[2], OBJECT_TASK, RIGHT_MANAGE, &handle, &status);
	if (!target)
		return status;
	fault = handle_find(task, arguments[4], OBJECT_ENDPOINT, RIGHT_CALL, &handle, &status);
	if (!fault)
		return status;
	if (!priority_allowed(arguments[3]))
		return STATUS_BAD_ARGUMENT;
	thread = thread_create(pool, target, arguments[3], fault, arguments[5]);
	return finish(task, arguments[1], thread ? &thread->object : NULL,
		      RIGHT_MANAGE | RIGHT_GRANT);
}

static status_t create_vm(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	struct endpoint *fault;
	struct handle *handle;
	status_t status;
	struct vm *vm;

	fault = handle_find(task, arguments[2], OBJECT_ENDPOINT, RIGHT_CALL, &handle, &status);
	if (!fault)
		return status;
	if (!pool_clear(pool, VM_SIZE, ARCH_VM_ROOT_SIZE))
		return STATUS_RESTART;
	vm = vm_create(pool, fault, arguments[3]);
	return finish(task, arguments[1], vm ? &vm->object : NULL, RIGHT_MANAGE | RIGHT_GRANT);
}

static status_t create_vcpu(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	struct memory *page;
	struct handle *handle;
	struct vcpu *vcpu;
	status_t status;
	struct vm *vm;

	vm = handle_find(task, arguments[2], OBJECT_VM, RIGHT_MANAGE, &handle, &status);
	if (!vm)
		return status;
	page = handle_find(task, arguments[4], OBJECT_MEMORY, RIGHT_READ | RIGHT_WRITE, &handle,
			   &status);
	if (!page)
		return status;
	if (arguments[3] >= VM_VCPUS || !priority_allowed(arguments[5]) || page->device)
		return STATUS_BAD_ARGUMENT;
	if (vm->vcpus[arguments[3]])
		return STATUS_BUSY;
	vcpu = vcpu_create(pool, vm, arguments[3], page, arguments[5]);
	return finish(task, arguments[1], vcpu ? &vcpu->thread.object : NULL,
		      RIGHT_MANAGE | RIGHT_KICK | RIGHT_GRANT);
}

static status_t create_device(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	uint64_t base = arguments[3], size = arguments[4];
	struct memory *memory;

	if (((base | size) & (PAGE_SIZE - 1)) || size == 0 || base > ARCH_SPACE_SIZE ||
	    size > ARCH_SPACE_SIZE - base ||
	    !machine_allows_device(base, size))
		return STATUS_BAD_ARGUMENT;
	memory = object_create(pool, OBJECT_MEMORY, sizeof(*memory), 0);
	if (!memory)
		return STATUS_NO_MEMORY;
	memory->base = base;
	memory->size = size;
	memory->device = true;
	return finish(task, arguments[1], &memory->object,
		      RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE | RIGHT_GRANT);
}

static status_t create_irq(struct task *task, struct pool *pool, const uint64_t *arguments)
{
	struct endpoint *endpoint;
	struct handle *handle;
	status_t status;
	struct irq *irq;

	endpoint = handle_find(task, arguments[4], OBJECT_ENDPOINT, RIGHT_SIGNAL, &handle, &status);
	if (!endpoint)
		return status;
	status = irq_create(pool, arguments[3], endpoint, arguments[5], &irq);
	return status == STATUS_OK ? finish(task, arguments[1], &irq->object,
					    RIGHT_MANAGE | RIGHT_GRANT)
				   : status;
}

static status_t create(struct task *task, struct pool *pool, uint64_t number,
		       const uint64_t *arguments)
{
	struct endpoint *endpoint;

	switch (number) {
	case SYSCALL_CREATE_POOL:
		return create_pool(task, pool, arguments);
	case SYSCALL_CREATE_MEMORY:
		return create_memory(task, pool, arguments);
	case SYSCALL_CREATE_ENDPOINT:
		endpoint = endpoint_create(pool);
		return finish(task, arguments[1], endpoint ? &endpoint->object : NULL, RIGHTS_ALL);
	case SYSCALL_CREATE_TASK:
		return create_task(task, pool, arguments);
	case SYSCALL_CREATE_THREAD:
		return create_thread(task, pool, arguments);
	case SYSCALL_CREATE_VM:
		return create_vm(task, pool, arguments);
	case SYSCALL_CREATE_VCPU:
		return create_vcpu(task, pool, arguments);
	case SYSCALL_CREATE_DEVICE:
		return create_device(task, pool, arguments);
	case SYSCALL_CREATE_IRQ:
		return create_irq(task, pool, arguments);
	}
	return create_window(task, pool, arguments);
}

status_t syscall_create(struct task *task, uint64_t number, const uint64_t *arguments)
{
	bool machine = number == SYSCALL_CREATE_DEVICE || number == SYSCALL_CREATE_IRQ;
	struct handle *handle;
	struct pool *pool;
	status_t status;
	uint64_t next;

	if (machine && !handle_find(task, arguments[0], OBJECT_MACHINE, RIGHT_MANAGE, &handle,
				    &status))
		return status;
	pool = handle_find(task, arguments[machine ? 2 : 0], OBJECT_POOL, RIGHT_MANAGE, &handle,
			   &status);
	if (!pool)
		return status;
	status = handle_check_free(task, arguments[1]);
	if (status != STATUS_OK)
		return status;
	next = pool->next;
	status = create(task, pool, number, arguments);
	/* What a refused call took it gave back, so that is free to be handed out again. */
	if (status != STATUS_OK && pool->next != next)
		pool_back(pool, next);
	return status;
}
