/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel objects, and the pools that pay for them.
 *
 * The kernel has no heap: every object lies in memory of the pool that its creator named. A pool
 * hands out memory upwards and starts over when nothing of it is left. An object ends once, by
 * DESTROY; its memory goes back when the last reference to it (a handle, or a pointer of another
 * object) is gone too, so a stale handle finds a dead object and never somebody else's memory.
 */
#ifndef KERNEL_OBJECT_H
#define KERNEL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/include/arch.h"

#include "ipc/status.h"
#include "ipc/syscall.h"

#define PAGE_SIZE 4096u

/* No caller sees it: its system call is made again, as if for the first time, after interrupts. */
#define STATUS_RESTART 1

#define CONTAINER(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

struct pool;

struct object {
	uint32_t type; /* enum object_type */
	bool dead; /* its end has begun: nobody gets at it any more */
	uint32_t references;
	struct pool *pool;           /* that paid; NULL for the kernel's own */
	struct object *next, **link; /* among the pool's objects; link is NULL when it has ended */
};

struct pool {
	struct object object;
	uint64_t base, end; /* as the kernel addresses it */
	uint64_t next;      /* first byte not handed out */
	uint64_t clear, cleared; /* between them, and beyond next, all is zero */
	uint32_t held;      /* pieces handed out and not given back */
	struct object *objects;
};

struct mapping;

/* A physically contiguous run of whole pages. */
struct memory {
	struct object object;
	uint64_t base, size;            /* the base as the kernel has it, of a device physical */
	uint32_t device;        /* registers, not RAM: never executable, device attributes */
	struct memory *whole;   /* of a window: what it is a part of */
	uint32_t windows;       /* windows on this one */
	struct mapping *mappings;
};

/* Where devices see it. */
static inline uint64_t memory_physical(const struct memory *memory)
{
	return memory->device ? memory->base : arch_physical(memory->base);
}

/* `size` bytes, aligned (a power of two), or NULL. Not cleared. */
void *pool_take(struct pool *pool, uint64_t size, uint64_t alignment);

/*
 * Clears what the next `size` bytes will be, from a multiple of `alignment` on: CLEAR_BATCH of them
 * a call, since interrupts are off. True when that is done.
 */
bool pool_clear(struct pool *pool, uint64_t size, uint64_t alignment);

/* As pool_take, and cleared. */
void *pool_take_clear(struct pool *pool, uint64_t size, uint64_t alignment);

/* All from `next` on is free, and may hold anything. */
void pool_back(struct pool *pool, uint64_t next);

/* `pieces` of earlier pool_take are no longer used. */
void pool_give(struct pool *pool, uint32_t pieces);

/* `size` cleared bytes whose struct object, with one reference, lies at `offset`; or NULL. */
void *object_create(struct pool *pool, enum object_type type, size_t size, size_t offset);
void *object_create_aligned(struct pool *pool, enum object_type type, size_t size, size_t offset,
			    uint64_t alignment);

static inline void object_hold(struct object *object)
{
	object->references++;
}

void object_release(struct object *object);

/*
 * Ends the object: STATUS_BUSY if something still needs it, STATUS_AGAIN if there is more to do. It
 * is dead from the first AGAIN on, so nobody can give it more work than there was.
 */
status_t object_destroy(struct object *object);

#endif
