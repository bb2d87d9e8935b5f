/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address spaces of tasks and VMs: one second-stage table format for both, and a record of each
 * mapping, so that destroying a memory object takes it out of every space it is in.
 */
#ifndef KERNEL_SPACE_H
#define KERNEL_SPACE_H

#include "kernel/object.h"

#define MAPPING_COUNT 64

struct mapping {
	struct memory *memory; /* NULL: the record is free */
	struct space *space;
	struct mapping *next, **link; /* among the memory object's mappings */
	uint64_t address, size, offset;
	uint64_t done; /* bytes in the tables so far */
	uint32_t access;
};

struct space {
	uint64_t root; /* the root table, as the kernel addresses it */
	struct pool *pool;
	uint32_t tables; /* pages taken from the pool, beside the root */
	uint16_t identifier;
	bool vm; /* guests may execute what they can write */
	struct mapping mappings[MAPPING_COUNT];
};

/* Bit n: the number n, of some space's TLB entries, is taken; 0 always is. */
extern uint64_t space_identifiers[ARCH_SPACE_IDENTIFIERS / 64];

/*
 * The root, cleared, lies before the task or VM whose space it is: they come and go together.
 * False: there are as many spaces as there can be.
 */
bool space_create(struct space *space, struct pool *pool, void *root, bool vm);

/* Takes every mapping out: STATUS_AGAIN until none is left. */
status_t space_destroy(struct space *space);

/*
 * Maps [offset, offset + size) of `memory` at `address`, at most MAP_BATCH leaves a call:
 * STATUS_AGAIN asks for the same call again.
 */
status_t space_map(struct space *space, struct memory *memory, uint64_t address, uint64_t offset,
		   uint64_t size, uint64_t access);

/* Takes out what one space_map put in; the range must be the same. */
status_t space_unmap(struct space *space, uint64_t address, uint64_t size);

/* The same for a record: STATUS_OK when it is gone, STATUS_AGAIN when some of it is left. */
status_t mapping_remove(struct mapping *mapping);

#endif
