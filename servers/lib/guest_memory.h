/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's memory as a device model sees it: one window. Guest-physical addresses become offsets into
 * it through one check; only offsets are kept, and each access forms its pointer anew.
 */
#ifndef SERVERS_LIB_GUEST_MEMORY_H
#define SERVERS_LIB_GUEST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "servers/lib/copy_once.h"

struct guest_memory {
	unsigned char *base; /* in this task, aligned to a page */
	/* guest-physical, aligned to a page; guest_base + size does not wrap */
	uint64_t guest_base;
	uint64_t size;
};

/* Whether [offset, offset + length) lies inside; an empty range lies nowhere. */
static inline bool guest_memory_holds(const struct guest_memory *memory, uint64_t offset,
				      uint64_t length)
{
	return offset < memory->size && length - 1 < memory->size - offset;
}

/* Guest-physical to offset; an address below the window wraps to an offset beyond its end. */
static inline bool guest_memory_offset(const struct guest_memory *memory, uint64_t address,
				       uint64_t length, uint64_t *offset)
{
	*offset = address - memory->guest_base;
	return guest_memory_holds(memory, *offset, length);
}

static inline bool guest_memory_read(const struct guest_memory *memory, uint64_t offset, void *copy,
				     uint64_t length)
{
	if (!guest_memory_holds(memory, offset, length))
		return false;
	copy_once(copy, memory->base + offset, length);
	return true;
}

static inline bool guest_memory_write(const struct guest_memory *memory, uint64_t offset,
				      const void *data, uint64_t length)
{
	if (!guest_memory_holds(memory, offset, length))
		return false;
	__builtin_memcpy(memory->base + offset, data, length);
	return true;
}

#endif
