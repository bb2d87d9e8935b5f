/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compiler calls for -fsanitize=thread, before each store: a point at which the life may
 * end. A copy of a whole struct comes with one call before it; its words are looked at when the
 * next point is reached, and then each that it changed is a point, with the later ones put back.
 */
#include <string.h>

#include "tests/crash/crash.h"
#include "tests/crash/hooks.h"

#define HERE __builtin_return_address(0)

/* A struct that is being copied. */
static struct {
	uint8_t *at;
	size_t size; /* 0: none */
	uint8_t before[8192];
	const void *where;
} range;

static bool inside(const void *at, size_t size, const void *start, const void *end)
{
	return (uintptr_t)at >= (uintptr_t)start && (uintptr_t)at + size <= (uintptr_t)end;
}

/* What ends with the life. A cut before such a store is one before the next that anybody sees. */
static bool is_own(const void *at, size_t size)
{
	const struct place *place = machine.running;

	return inside(at, size, place->stack, place->stack + CRASH_STACK) ||
	       inside(at, size, place->image->variables, place->image->variables_end);
}

/* What else a server may write to; and its durable state only where it is touched. */
static void store_check(const struct place *place, const uint8_t *at, size_t size, const void *where)
{
	const struct durable *durable = place->durable;
	const uint8_t *touched = place->image->touched;
	uint64_t line;

	if (inside(at, size, durable->state, durable->committed)) {
		/* Making it touches all of it; what lies beside it is never listed. */
		if (!place->opened || at >= durable->committed - DURABLE_LINE)
			return;
		for (line = (uint64_t)(at - durable->state) / DURABLE_LINE;
		     line <= (uint64_t)(at + size - 1 - durable->state) / DURABLE_LINE; line++)
			if (!touched[line]) {
				machine.where[0] = machine.where[1] = where;
				crash_fail("a store without touch to byte %lu of the durable state",
					   (unsigned long)(at - durable->state));
			}
		return;
	}
	if (!inside(at, size, durable, durable + 1) &&
	    !inside(at, size, machine.world->memory,
		    (const uint8_t *)machine.world->memory + machine.world->size +
			    machine.world->unsaved)) {
		machine.where[0] = machine.where[1] = where;
		crash_fail("a store to %p, which is none of its memory", (const void *)at);
	}
}

/* The words that the copy changed, one point each. */
static void range_points(void)
{
	size_t size = range.size, place;

	range.size = 0;
	for (place = 8; place < size; place += 8) {
		size_t length = size - place < 8 ? size - place : 8;

		if (memcmp(range.at + place, range.before + place, length) == 0)
			continue;
		if (machine.points + 1 == machine.cut)
			memcpy(range.at + place, range.before + place, size - place);
		machine_point(range.where);
	}
}

static void point(const void *where)
{
	if (range.size)
		range_points();
	machine_point(where);
}

static void store(void *at, size_t size, const void *where)
{
	if (is_own(at, size))
		return;
	point(where);
	store_check(machine.running, at, size, where);
}

void crash_point(void)
{
	point(HERE);
}

void crash_opened(void)
{
	point(HERE);
	machine.running->opened = true;
}

void __tsan_init(void);
void __tsan_init(void)
{
}

#define WRITE(name, size)                                                                          \
	void __tsan_##name(void *at);                                                              \
	void __tsan_##name(void *at)                                                               \
	{                                                                                          \
		store(at, size, HERE);                                                             \
	}
WRITE(write1, 1)
WRITE(write2, 2)
WRITE(write4, 4)
WRITE(write8, 8)
WRITE(write16, 16)
WRITE(unaligned_write2, 2)
WRITE(unaligned_write4, 4)
WRITE(unaligned_write8, 8)
WRITE(unaligned_write16, 16)

void __tsan_write_range(void *at, size_t size);
void __tsan_write_range(void *at, size_t size)
{
	if (is_own(at, size))
		return;
	store(at, size, HERE);
	if (size > sizeof(range.before))
		crash_fail("a struct of %zu bytes is copied", size);
	memcpy(range.before, at, size);
	range.at = at;
	range.size = size;
	range.where = HERE;
}

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
	(void)order;
}

#define MODIFY(bits, name)                                                                         \
	uint##bits##_t __tsan_atomic##bits##_##name(uint##bits##_t *at, uint##bits##_t value,      \
						    int order);                                    \
	uint##bits##_t __tsan_atomic##bits##_##name(uint##bits##_t *at, uint##bits##_t value,      \
						    int order)                                     \
	{                                                                                          \
		(void)order;                                                                       \
		store(at, bits / 8, HERE);                                                         \
		return __atomic_##name(at, value, __ATOMIC_RELAXED);                               \
	}
#define __atomic_exchange __atomic_exchange_n

#define ATOMIC(bits)                                                                               \
	uint##bits##_t __tsan_atomic##bits##_load(const uint##bits##_t *at, int order);            \
	uint##bits##_t __tsan_atomic##bits##_load(const uint##bits##_t *at, int order)             \
	{                                                                                          \
		(void)order;                                                                       \
		return __atomic_load_n(at, __ATOMIC_RELAXED);                                      \
	}                                                                                          \
	void __tsan_atomic##bits##_store(uint##bits##_t *at, uint##bits##_t value, int order);     \
	void __tsan_atomic##bits##_store(uint##bits##_t *at, uint##bits##_t value, int order)      \
	{                                                                                          \
		(void)order;                                                                       \
		store(at, bits / 8, HERE);                                                         \
		__atomic_store_n(at, value, __ATOMIC_RELAXED);                                     \
	}                                                                                          \
	MODIFY(bits, exchange)                                                                     \
	MODIFY(bits, fetch_add)                                                                    \
	MODIFY(bits, fetch_sub)                                                                    \
	MODIFY(bits, fetch_and)                                                                    \
	MODIFY(bits, fetch_or)
ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)
