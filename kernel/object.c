/* SPDX-License-Identifier: Apache-2.0 */
/* Pools and the life of objects. */
#include "kernel/object.h"

#include "kernel/endpoint.h"
#include "kernel/irq.h"
#include "kernel/space.h"
#include "kernel/string.h"
#include "kernel/task.h"
#include "kernel/vm.h"

/* What memset does with interrupts off; two tables of a page are in it. */
#define CLEAR_BATCH 8192

static uint64_t aligned(uint64_t address, uint64_t alignment)
{
	return (address + alignment - 1) & ~(alignment - 1);
}

void *pool_take(struct pool *pool, uint64_t size, uint64_t alignment)
{
	uint64_t start = aligned(pool->next, alignment);

	if (start < pool->next || start > pool->end || size > pool->end - start)
		return NULL;
	pool->next = start + size;
	pool->held++;
	return (void *)start;
}

bool pool_clear(struct pool *pool, uint64_t size, uint64_t alignment)
{
	uint64_t start = aligned(pool->next, alignment), from, to;

	if (start < pool->next || start > pool->end)
		return true;
	if (pool->cleared <= pool->next)
		pool->clear = pool->cleared = start;
	/* It only grows: who aligns in another way undoes nobody's part. */
	if (start < pool->clear) {
		from = pool->clear - start > CLEAR_BATCH ? pool->clear - CLEAR_BATCH : start;
		memset((void *)from, 0, pool->clear - from);
		pool->clear = from;
		return false;
	}
	from = pool->cleared;
	to = size < pool->end - start ? start + size : pool->end;
	if (from >= to)
		return true;
	pool->cleared = to - from > CLEAR_BATCH ? from + CLEAR_BATCH : to;
	memset((void *)from, 0, pool->cleared - from);
	return false;
}

void *pool_take_clear(struct pool *pool, uint64_t size, uint64_t alignment)
{
	uint64_t start = (uint64_t)pool_take(pool, size, alignment);
	uint64_t from = start >= pool->clear && start < pool->cleared ? pool->cleared : start;

	if (start && from < start + size)
		memset((void *)from, 0, start + size - from);
	return (void *)start;
}

void pool_back(struct pool *pool, uint64_t next)
{
	pool->next = next;
	pool->clear = pool->cleared = next;
}

void pool_give(struct pool *pool, uint32_t pieces)
{
	pool->held -= pieces;
	if (pool->held == 0)
		pool_back(pool, pool->base);
}

void *object_create_aligned(struct pool *pool, enum object_type type, size_t size, size_t offset,
			    uint64_t alignment)
{
	char *start = pool_take_clear(pool, size, alignment);
	struct object *object;

	if (!start)
		return NULL;
	object = (struct object *)(start + offset);
	object->type = type;
	object->references = 1;
	object->pool = pool;
	object->next = pool->objects;
	object->link = &pool->objects;
	if (object->next)
		object->next->link = &object->next;
	pool->objects = object;
	return start;
}

void *object_create(struct pool *pool, enum object_type type, size_t size, size_t offset)
{
	return object_create_aligned(pool, type, size, offset, 64);
}

void object_release(struct object *object)
{
	if (--object->references == 0 && object->dead && !object->link)
		pool_give(object->pool, 1);
}

static status_t pool_destroy(struct pool *pool)
{
	if (pool->held)
		return STATUS_BUSY;
	pool_give(pool->object.pool, 1);
	return STATUS_OK;
}

static status_t memory_destroy(struct memory *memory)
{
	if (memory->windows)
		return STATUS_BUSY;
	if (memory->mappings) {
		mapping_remove(memory->mappings);
		return STATUS_AGAIN;
	}
	if (memory->whole) {
		memory->whole->windows--;
		object_release(&memory->whole->object);
	} else if (!memory->device) {
		pool_give(memory->object.pool, 1);
	}
	return STATUS_OK;
}

status_t object_destroy(struct object *object)
{
	status_t status = STATUS_OK;

	if (!object->pool)
		return STATUS_BUSY;
	switch (object->type) {
	case OBJECT_POOL:
		status = pool_destroy((struct pool *)object);
		break;
	case OBJECT_MEMORY:
		status = memory_destroy((struct memory *)object);
		break;
	case OBJECT_ENDPOINT:
		status = endpoint_destroy((struct endpoint *)object);
		break;
	case OBJECT_TASK:
		status = task_destroy((struct task *)object);
		break;
	case OBJECT_THREAD:
	case OBJECT_VCPU:
		status = thread_destroy(CONTAINER(object, struct thread, object));
		break;
	case OBJECT_VM:
		status = vm_destroy((struct vm *)object);
		break;
	case OBJECT_IRQ:
		irq_destroy((struct irq *)object);
		break;
	}
	object->dead |= status != STATUS_BUSY;
	if (status != STATUS_OK)
		return status;
	*object->link = object->next;
	if (object->next)
		object->next->link = object->link;
	object->link = NULL;
	return STATUS_OK;
}
