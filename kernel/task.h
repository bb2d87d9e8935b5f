/* SPDX-License-Identifier: Apache-2.0 */
/* A task: an address space and a table of handles. */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include "kernel/space.h"

struct handle {
	struct object *object; /* NULL: free */
	uint64_t badge;
	uint32_t rights;
};

struct task {
	struct object object;
	struct space space;
	uint32_t threads; /* that live: the space must outlive them */
	struct handle handles[HANDLE_COUNT];
};

/*
 * The object behind `slot`, if it has this type and these rights, else NULL with the reason in
 * *status. The handle is in *handle.
 */
static inline void *handle_find(struct task *task, uint64_t slot, enum object_type type,
				uint32_t rights, struct handle **handle, status_t *status)
{
	struct handle *found = &task->handles[slot < HANDLE_COUNT ? slot : HANDLE_NONE];

	if (__builtin_expect(!found->object, 0))
		*status = STATUS_BAD_HANDLE;
	else if (__builtin_expect(found->object->type != type, 0))
		*status = STATUS_BAD_TYPE;
	else if (__builtin_expect((found->rights & rights) != rights, 0))
		*status = STATUS_BAD_RIGHTS;
	else if (__builtin_expect(found->object->dead, 0))
		*status = STATUS_DEAD;
	else {
		*handle = found;
		return found->object;
	}
	return NULL;
}

/* Puts the object, whose reference it takes over, into the free slot. */
void handle_install(struct task *task, uint64_t slot, struct object *object, uint32_t rights,
		    uint64_t badge);

/* STATUS_OK if the slot exists and is free. */
status_t handle_check_free(struct task *task, uint64_t slot);

status_t handle_close(struct task *task, uint64_t slot);

/* A copy of the caller's handle in another task's table, with no more rights. */
status_t handle_grant(struct task *from, uint64_t slot, struct task *to, uint64_t slot_there,
		      uint64_t rights, uint64_t badge);

/* What one takes of its pool: its root and itself. */
#define TASK_SIZE (ARCH_TASK_ROOT_SIZE + sizeof(struct task))
struct task *task_create(struct pool *pool);

/* STATUS_BUSY while it has threads. */
status_t task_destroy(struct task *task);

#endif
