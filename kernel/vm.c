/* SPDX-License-Identifier: Apache-2.0 */
/* VMs and the table that says which server owns which exits. */
#include "kernel/vm.h"

struct vm *vm_create(struct pool *pool, struct endpoint *fault, uint64_t badge)
{
	struct vm *vm;
	char *root = object_create_aligned(pool, OBJECT_VM, VM_SIZE, ARCH_VM_ROOT_SIZE,
					   ARCH_VM_ROOT_SIZE);

	if (!root)
		return NULL;
	vm = (struct vm *)(root + ARCH_VM_ROOT_SIZE);
	vm->fault_endpoint = fault;
	vm->fault_badge = badge;
	object_hold(&fault->object);
	if (!space_create(&vm->space, pool, root, true)) {
		object_destroy(&vm->object);
		object_release(&vm->object);
		return NULL;
	}
	return vm;
}

status_t vm_destroy(struct vm *vm)
{
	status_t status;
	uint32_t index;

	for (index = 0; index < VM_VCPUS; index++)
		if (vm->vcpus[index])
			return STATUS_BUSY;
	status = vm->space.root ? space_destroy(&vm->space) : STATUS_OK;
	if (status != STATUS_OK)
		return status;
	for (index = 0; index < vm->route_start[EXIT_KINDS]; index++)
		object_release(&vm->routes[index].endpoint->object);
	object_release(&vm->fault_endpoint->object);
	return STATUS_OK;
}

status_t vm_route(struct vm *vm, uint64_t kind, uint64_t first, uint64_t last,
		  struct endpoint *endpoint, uint32_t badge, uint32_t flags)
{
	uint32_t count = vm->route_start[EXIT_KINDS], at, index;

	if (kind == EXIT_INTERRUPT)
		flags |= ROUTE_INTERRUPTS;
	if (kind >= EXIT_KINDS || first > last || (flags & ~ROUTE_INTERRUPTS))
		return STATUS_BAD_ARGUMENT;
	if (count == ROUTE_COUNT)
		return STATUS_NO_MEMORY;
	for (at = vm->route_start[kind]; at < vm->route_start[kind + 1]; at++)
		if (vm->routes[at].last >= first)
			break;
	if (at < vm->route_start[kind + 1] && vm->routes[at].first <= last)
		return STATUS_BUSY;
	for (index = count; index > at; index--)
		vm->routes[index] = vm->routes[index - 1];
	object_hold(&endpoint->object);
	for (index = 0; index < VM_VCPUS; index++)
		if (vm->vcpus[index])
			vm->vcpus[index]->route = &route_none; /* the routes have moved */
	vm->routes[at] = (struct route){ first, last, endpoint, badge, flags };
	for (index = kind + 1; index <= EXIT_KINDS; index++)
		vm->route_start[index]++;
	return STATUS_OK;
}
