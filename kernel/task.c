/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/task.h"

#include "arch/include/arch.h"
#include "kernel/endpoint.h"

void handle_install(struct task *task, uint64_t slot, struct object *object, uint32_t rights,
		    uint64_t badge)
{
	task->handles[slot] = (struct handle){ object, badge, rights };
}

status_t handle_check_free(struct task *task, uint64_t slot)
{
	if (slot == HANDLE_NONE || slot >= HANDLE_COUNT)
		return STATUS_BAD_HANDLE;
	return task->handles[slot].object ? STATUS_BUSY : STATUS_OK;
}

status_t handle_close(struct task *task, uint64_t slot)
{
	if (slot >= HANDLE_COUNT || !task->handles[slot].object)
		return STATUS_BAD_HANDLE;
	if (task->handles[slot].object->type == OBJECT_ENDPOINT)
		endpoint_handle_closed((struct endpoint *)task->handles[slot].object, task, slot);
	object_release(task->handles[slot].object);
	task->handles[slot].object = NULL;
	return STATUS_OK;
}

status_t handle_grant(struct task *from, uint64_t slot, struct task *to, uint64_t slot_there,
		      uint64_t rights, uint64_t badge)
{
	struct handle *handle;
	status_t status;

	if (slot >= HANDLE_COUNT || !from->handles[slot].object)
		return STATUS_BAD_HANDLE;
	handle = &from->handles[slot];
	if (!(handle->rights & RIGHT_GRANT) || (rights & ~(uint64_t)handle->rights))
		return STATUS_BAD_RIGHTS;
	if (handle->badge && badge != handle->badge)
		return STATUS_BAD_ARGUMENT;
	status = handle_check_free(to, slot_there);
	if (status != STATUS_OK)
		return status;
	object_hold(handle->object);
	handle_install(to, slot_there, handle->object, rights, badge);
	return STATUS_OK;
}

struct task *task_create(struct pool *pool)
{
	struct task *task;
	char *root = object_create_aligned(pool, OBJECT_TASK, TASK_SIZE, ARCH_TASK_ROOT_SIZE,
					   ARCH_TASK_ROOT_SIZE);

	if (!root)
		return NULL;
	task = (struct task *)(root + ARCH_TASK_ROOT_SIZE);
	if (!space_create(&task->space, pool, root, false)) {
		object_destroy(&task->object);
		object_release(&task->object);
		return NULL;
	}
	return task;
}

/* How many handles one call closes. */
#define CLOSE_BATCH 16

status_t task_destroy(struct task *task)
{
	unsigned int slot, closed = 0;

	if (task->threads)
		return STATUS_BUSY;
	for (slot = 0; slot < HANDLE_COUNT; slot++)
		if (handle_close(task, slot) == STATUS_OK && ++closed == CLOSE_BATCH)
			return STATUS_AGAIN;
	return task->space.root ? space_destroy(&task->space) : STATUS_OK;
}
