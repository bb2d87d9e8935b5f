/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping memory objects into spaces. */
#include "kernel/space.h"

#include "arch/include/arch.h"

#define INDEX_BITS 9
#define LEAF_LEVEL 3
#define LEVEL_SHIFT(level) (12 + INDEX_BITS * (LEAF_LEVEL - (level)))
#define BLOCK_SIZE (1ul << LEVEL_SHIFT(2))

uint64_t space_identifiers[ARCH_SPACE_IDENTIFIERS / 64] = { 1 };

/* A number for a space's TLB entries; 0: all are taken. */
static uint16_t identifier_take(void)
{
	unsigned int word, bit;

	for (word = 0; word < ARCH_SPACE_IDENTIFIERS / 64; word++)
		if (~space_identifiers[word]) {
			bit = __builtin_ctzl(~space_identifiers[word]);
			space_identifiers[word] |= 1ul << bit;
			return word * 64 + bit;
		}
	return 0;
}

/* No TLB holds anything under it any more. */
static void identifier_give(uint16_t identifier)
{
	space_identifiers[identifier / 64] &= ~(1ul << identifier % 64);
}

static uint64_t *table_entry(uint64_t table, unsigned int level, uint64_t address)
{
	uint64_t index = address >> LEVEL_SHIFT(level);

	if (level > ARCH_SPACE_ROOT_LEVEL)
		index &= (1u << INDEX_BITS) - 1;
	return (uint64_t *)table + index;
}

static uint64_t table_create(struct space *space)
{
	void *table = pool_take_clear(space->pool, PAGE_SIZE, PAGE_SIZE);

	if (!table)
		return 0;
	space->tables++;
	arch_table_publish();
	return (uint64_t)table;
}

/* The entry for `address` at `level`, with the tables above it; NULL without memory for them. */
static uint64_t *space_entry(struct space *space, uint64_t address, unsigned int level)
{
	uint64_t table = space->root;
	unsigned int at;

	for (at = ARCH_SPACE_ROOT_LEVEL; at < level; at++) {
		uint64_t *entry = table_entry(table, at, address);

		if (*entry == 0) {
			uint64_t below = table_create(space);

			if (!below)
				return NULL;
			arch_entry_write(entry, arch_entry_table(below));
		}
		table = arch_entry_address(*entry);
	}
	return table_entry(table, level, address);
}

/* A record maps by blocks wherever address, memory and what is left allow: the same each time. */
static bool maps_block(const struct mapping *mapping)
{
	uint64_t address = mapping->address + mapping->done;
	uint64_t content = mapping->memory->base + mapping->offset + mapping->done;

	return ((address | content) & (BLOCK_SIZE - 1)) == 0 &&
	       mapping->size - mapping->done >= BLOCK_SIZE;
}

/* The leaf of what comes next. */
static uint64_t mapping_leaf(const struct mapping *mapping, unsigned int level)
{
	const struct memory *memory = mapping->memory;

	return arch_entry_leaf(memory->base + mapping->offset + mapping->done, level,
			       mapping->access, memory->device);
}

/* How many of `pages` lie in one table, from the page at `place` in it on. */
static uint64_t pages_of_table(uint64_t place, uint64_t pages)
{
	uint64_t there = (BLOCK_SIZE - (place & (BLOCK_SIZE - 1))) / PAGE_SIZE;

	return pages < there ? pages : there;
}

/* Leaves of one table are next to each other: only the first of them takes a walk. */
static void fill_pages(const struct mapping *mapping, uint64_t *entry, uint64_t pages)
{
	uint64_t leaf = mapping_leaf(mapping, LEAF_LEVEL);

	for (; pages; pages--, leaf = arch_entry_next(leaf))
		arch_entry_write(entry++, leaf);
}

/* A block, or pages of one table, `left` at most; how many leaves, 0 without memory for tables. */
static uint64_t fill_some(struct mapping *mapping, uint64_t left)
{
	uint64_t address = mapping->address + mapping->done, pages;
	uint64_t *entry;

	if (maps_block(mapping)) {
		entry = space_entry(mapping->space, address, 2);
		/* Not where smaller pages left a table behind: that is used again. */
		if (entry && *entry == 0) {
			arch_entry_write(entry, mapping_leaf(mapping, 2));
			mapping->done += BLOCK_SIZE;
			return 1;
		}
	}
	entry = space_entry(mapping->space, address, LEAF_LEVEL);
	if (!entry)
		return 0;
	pages = pages_of_table(address, (mapping->size - mapping->done) / PAGE_SIZE);
	pages = pages < left ? pages : left;
	fill_pages(mapping, entry, pages);
	mapping->done += pages * PAGE_SIZE;
	return pages;
}

/* How many tables the next leaf needs that are not there. */
static unsigned int tables_missing(const struct mapping *mapping)
{
	unsigned int level = maps_block(mapping) ? LEAF_LEVEL - 1 : LEAF_LEVEL, at;
	uint64_t table = mapping->space->root;

	for (at = ARCH_SPACE_ROOT_LEVEL; at < level; at++) {
		uint64_t entry = *table_entry(table, at, mapping->address + mapping->done);

		if (entry == 0)
			break;
		table = arch_entry_address(entry);
	}
	return level - at;
}

/* Clears them, one a call; true: all. */
static bool tables_clear(const struct mapping *mapping)
{
	unsigned int missing = tables_missing(mapping), count;

	for (count = 1; count <= missing; count++)
		if (!pool_clear(mapping->space->pool, count * PAGE_SIZE, PAGE_SIZE))
			return false;
	return true;
}

static status_t mapping_fill(struct mapping *mapping)
{
	uint64_t left = MAP_BATCH, count;

	/* Up to a leaf whose tables are not there: they are cleared beforehand. */
	do {
		count = fill_some(mapping, left);
		left -= count;
	} while (count && left && mapping->done < mapping->size &&
		 !tables_missing(mapping));
	arch_space_grown(mapping->space);
	if (count == 0)
		return STATUS_NO_MEMORY;
	return mapping->done < mapping->size ? STATUS_AGAIN : STATUS_OK;
}

/* The last `left` leaves at most; how many they were. From the end, so `done` says what is left. */
static uint64_t remove_some(struct mapping *mapping, uint64_t left)
{
	uint64_t last = mapping->address + mapping->done - PAGE_SIZE, pages, count;
	uint64_t *entry = space_entry(mapping->space, last, 2);

	if (arch_entry_is_leaf(*entry, 2)) {
		arch_entry_write(entry, 0);
		mapping->done -= BLOCK_SIZE;
		return 1;
	}
	pages = (last & (BLOCK_SIZE - 1)) / PAGE_SIZE + 1;
	if (pages > mapping->done / PAGE_SIZE)
		pages = mapping->done / PAGE_SIZE;
	pages = pages < left ? pages : left;
	entry = space_entry(mapping->space, last, LEAF_LEVEL);
	for (count = 0; count < pages; count++)
		arch_entry_write(entry--, 0);
	mapping->done -= pages * PAGE_SIZE;
	return pages;
}

status_t mapping_remove(struct mapping *mapping)
{
	struct space *space = mapping->space;
	uint64_t left = MAP_BATCH;

	while (mapping->done && left)
		left -= remove_some(mapping, left);
	arch_space_flush(space);
	if (mapping->done)
		return STATUS_AGAIN;
	*mapping->link = mapping->next;
	if (mapping->next)
		mapping->next->link = mapping->link;
	object_release(&mapping->memory->object);
	mapping->memory = NULL;
	return STATUS_OK;
}

bool space_create(struct space *space, struct pool *pool, void *root, bool vm)
{
	space->identifier = identifier_take();
	if (!space->identifier)
		return false;
	space->pool = pool;
	space->vm = vm;
	space->root = (uint64_t)root;
	arch_space_init(space);
	arch_space_flush(space);
	return true;
}

status_t space_destroy(struct space *space)
{
	unsigned int index;

	for (index = 0; index < MAPPING_COUNT; index++)
		if (space->mappings[index].memory) {
			mapping_remove(&space->mappings[index]);
			return STATUS_AGAIN;
		}
	arch_space_flush(space);
	identifier_give(space->identifier);
	pool_give(space->pool, space->tables);
	return STATUS_OK;
}

static struct mapping *space_find(struct space *space, uint64_t address, uint64_t size)
{
	unsigned int index;

	for (index = 0; index < MAPPING_COUNT; index++) {
		struct mapping *mapping = &space->mappings[index];

		if (mapping->memory && mapping->address < address + size &&
		    address < mapping->address + mapping->size)
			return mapping;
	}
	return NULL;
}

static status_t mapping_create(const struct mapping *wanted)
{
	struct memory *memory = wanted->memory;
	unsigned int index;

	for (index = 0; index < MAPPING_COUNT; index++) {
		struct mapping *mapping = &wanted->space->mappings[index];

		if (mapping->memory)
			continue;
		*mapping = *wanted;
		mapping->next = memory->mappings;
		mapping->link = &memory->mappings;
		if (mapping->next)
			mapping->next->link = &mapping->next;
		memory->mappings = mapping;
		object_hold(&memory->object);
		return mapping_fill(mapping);
	}
	return STATUS_NO_MEMORY;
}

status_t space_map(struct space *space, struct memory *memory, uint64_t address, uint64_t offset,
		   uint64_t size, uint64_t access)
{
	struct mapping wanted = { .memory = memory, .space = space, .address = address,
		.size = size, .offset = offset, .access = access };
	struct mapping *there;

	if (((address | offset | size) & (PAGE_SIZE - 1)) || size == 0 ||
	    offset > memory->size || size > memory->size - offset ||
	    address > ARCH_SPACE_SIZE || size > ARCH_SPACE_SIZE - address)
		return STATUS_BAD_ARGUMENT;
	if (!(access & MAP_READ) || (access & ~7ul) || (memory->device && (access & MAP_EXECUTE)) ||
	    (!space->vm && (access & MAP_WRITE) && (access & MAP_EXECUTE)))
		return STATUS_BAD_ARGUMENT;
	there = space_find(space, address, size);
	if (there && (there->memory != memory || there->address != address || there->size != size ||
		      there->offset != offset || there->access != access || there->done == size))
		return STATUS_BUSY;
	if (!tables_clear(there ? there : &wanted))
		return STATUS_RESTART;
	return there ? mapping_fill(there) : mapping_create(&wanted);
}

status_t space_unmap(struct space *space, uint64_t address, uint64_t size)
{
	struct mapping *mapping;

	if (size == 0 || address > ARCH_SPACE_SIZE || size > ARCH_SPACE_SIZE - address)
		return STATUS_BAD_ARGUMENT;
	mapping = space_find(space, address, size);
	if (!mapping || mapping->address != address || mapping->size != size)
		return STATUS_NOT_FOUND;
	return mapping_remove(mapping);
}
