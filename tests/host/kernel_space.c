/* SPDX-License-Identifier: Apache-2.0 */
/* Spaces: what the tables say after each map, unmap and revocation. */
#include "tests/host/kernel_harness.h"

#include <string.h>

#define BLOCK (2ul << 20)
#define ADDRESS 0x40000000ul

static uint64_t task_slot;
static struct space *space;

static void start(void)
{
	kernel_start();
	task_slot = make_task();
	space = &((struct task *)object_at(task_slot))->space;
}

/* The leaf that translates `address`, with its level; 0 if there is none. */
static uint64_t look_up(struct space *in, uint64_t address, unsigned int *level)
{
	uint64_t table = in->root, entry = 0;

	for (*level = 1; *level <= 3; ++*level) {
		entry = ((uint64_t *)table)[address >> (39 - 9 * *level) & 511];
		if (!(entry & FAKE_VALID) || !(entry & FAKE_TABLE))
			break;
		table = arch_entry_address(entry);
	}
	return entry;
}

/* Bytes of the memory object's range that the space translates rightly, with these many blocks. */
static bool translates(struct space *in, uint64_t address, uint64_t physical, uint64_t size,
		       uint32_t access, unsigned int blocks)
{
	uint64_t done;
	unsigned int level;

	for (done = 0; done < size; done += level == 2 ? BLOCK : PAGE_SIZE) {
		uint64_t leaf = look_up(in, address + done, &level);

		if (arch_entry_address(leaf) != physical + done ||
		    (leaf >> FAKE_ACCESS_SHIFT & 7) != access)
			return false;
		blocks -= level == 2;
	}
	return blocks == 0;
}

/* Leaves in all of the space's tables. */
static unsigned int leaves(uint64_t table, unsigned int level)
{
	unsigned int index, count = 0;

	for (index = 0; index < 512; index++) {
		uint64_t entry = ((uint64_t *)table)[index];

		if (entry & FAKE_TABLE)
			count += leaves(arch_entry_address(entry), level + 1);
		else
			count += entry & FAKE_VALID;
	}
	return count;
}

static status_t map(uint64_t memory, uint64_t address, uint64_t offset, uint64_t size, uint64_t access)
{
	status_t status;

	do
		status = CALL(boot, SYSCALL_MAP, task_slot, memory, address, offset, size, access);
	while (status == STATUS_AGAIN);
	return status;
}

static status_t unmap(uint64_t address, uint64_t size)
{
	status_t status;

	do
		status = CALL(boot, SYSCALL_UNMAP, task_slot, address, size);
	while (status == STATUS_AGAIN);
	return status;
}

static uint64_t base(uint64_t memory)
{
	return ((struct memory *)object_at(memory))->base;
}

static void test_pages(void)
{
	uint64_t memory;

	start();
	memory = make_memory(8 * PAGE_SIZE, PAGE_SIZE);
	NEED_STATUS(map(memory, ADDRESS, PAGE_SIZE, 3 * PAGE_SIZE, MAP_READ | MAP_WRITE), STATUS_OK);
	CU_ASSERT(translates(space, ADDRESS, base(memory) + PAGE_SIZE, 3 * PAGE_SIZE, 3, 0));
	CU_ASSERT_EQUAL(leaves(space->root, 1), 3);
	CHECK_KERNEL();
	CHECK_STATUS(unmap(ADDRESS, 3 * PAGE_SIZE), STATUS_OK);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	CHECK_STATUS(unmap(ADDRESS, 3 * PAGE_SIZE), STATUS_NOT_FOUND);
	CHECK_KERNEL();
}

static void test_blocks(void)
{
	uint64_t memory;

	start();
	memory = make_memory(3 * BLOCK, BLOCK);
	/* Pages up to the first block, two blocks, and pages again. */
	NEED_STATUS(map(memory, ADDRESS + BLOCK - PAGE_SIZE, BLOCK - PAGE_SIZE, BLOCK + 2 * PAGE_SIZE,
			MAP_READ), STATUS_OK);
	CU_ASSERT(translates(space, ADDRESS + BLOCK - PAGE_SIZE, base(memory) + BLOCK - PAGE_SIZE,
			     BLOCK + 2 * PAGE_SIZE, MAP_READ, 1));
	CU_ASSERT_EQUAL(leaves(space->root, 1), 3);
	CHECK_STATUS(unmap(ADDRESS + BLOCK - PAGE_SIZE, BLOCK + 2 * PAGE_SIZE), STATUS_OK);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	/* Not of equal offset within a block: pages only. */
	NEED_STATUS(map(memory, ADDRESS + PAGE_SIZE, 0, 2 * BLOCK, MAP_READ), STATUS_OK);
	CU_ASSERT(translates(space, ADDRESS + PAGE_SIZE, base(memory), 2 * BLOCK, MAP_READ, 0));
	CHECK_KERNEL();
}

static void test_left_behind(void)
{
	uint64_t memory;

	start();
	memory = make_memory(2 * BLOCK, BLOCK);
	NEED_STATUS(map(memory, ADDRESS, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	NEED_STATUS(unmap(ADDRESS, PAGE_SIZE), STATUS_OK);
	NEED_STATUS(map(memory, ADDRESS, 0, 2 * BLOCK, MAP_READ), STATUS_OK);
	CU_ASSERT(translates(space, ADDRESS, base(memory), 2 * BLOCK, MAP_READ, 1));
	CU_ASSERT_EQUAL(leaves(space->root, 1), 512 + 1);
	CHECK_KERNEL();
	NEED_STATUS(unmap(ADDRESS, 2 * BLOCK), STATUS_OK);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	CHECK_KERNEL();
}

static void test_access(void)
{
	uint64_t memory, vm, endpoint, device, access;

	start();
	device = slot_new();
	memory = make_memory(BLOCK, PAGE_SIZE);
	endpoint = make_endpoint();
	vm = make_vm(endpoint, 0);
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_DEVICE, SLOT_MACHINE, device, SLOT_ROOT_POOL, 0x9000000,
			 PAGE_SIZE), STATUS_OK);
	for (access = 0; access < 16; access++) {
		bool task = access == 1 || access == 3 || access == 5;
		bool guest = task || access == 7;

		CHECK_STATUS(map(memory, ADDRESS, 0, PAGE_SIZE, access),
			     task ? STATUS_OK : STATUS_BAD_ARGUMENT);
		CHECK_STATUS(unmap(ADDRESS, PAGE_SIZE), task ? STATUS_OK : STATUS_NOT_FOUND);
		CHECK_STATUS(CALL(boot, SYSCALL_MAP, vm, memory, ADDRESS, 0, PAGE_SIZE, access),
			     guest ? STATUS_OK : STATUS_BAD_ARGUMENT);
		CHECK_STATUS(CALL(boot, SYSCALL_UNMAP, vm, ADDRESS, PAGE_SIZE),
			     guest ? STATUS_OK : STATUS_NOT_FOUND);
	}
	CHECK_STATUS(map(device, ADDRESS, 0, PAGE_SIZE, MAP_READ | MAP_EXECUTE), STATUS_BAD_RIGHTS);
	CHECK_STATUS(map(memory, ADDRESS, 0, PAGE_SIZE, MAP_READ | 1ul << 32), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	CHECK_KERNEL();
}

static void test_ranges(void)
{
	static const uint64_t bad[][3] = { /* address, offset, size */
		{ ADDRESS + 1, 0, PAGE_SIZE }, { ADDRESS, 8, PAGE_SIZE }, { ADDRESS, 0, PAGE_SIZE - 1 },
		{ ADDRESS, 0, 0 }, { ADDRESS, 0, BLOCK + PAGE_SIZE }, { ADDRESS, BLOCK, PAGE_SIZE },
		{ ADDRESS, -4096ul, 8192 }, { ADDRESS, 0, -4096ul }, { -4096ul, 0, 8192 },
		{ ARCH_SPACE_SIZE, 0, PAGE_SIZE }, { ARCH_SPACE_SIZE - PAGE_SIZE, 0, 2 * PAGE_SIZE },
		{ -4096ul, 0, PAGE_SIZE },
	};
	unsigned int index;
	uint64_t memory;

	start();
	memory = make_memory(BLOCK, PAGE_SIZE);
	for (index = 0; index < sizeof(bad) / sizeof(bad[0]); index++)
		CHECK_STATUS(map(memory, bad[index][0], bad[index][1], bad[index][2], MAP_READ),
			     STATUS_BAD_ARGUMENT);
	CHECK_STATUS(map(memory, ARCH_SPACE_SIZE - PAGE_SIZE, BLOCK - PAGE_SIZE, PAGE_SIZE, MAP_READ),
		     STATUS_OK);
	CHECK_STATUS(unmap(ADDRESS, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(unmap(-4096ul, 8192), STATUS_BAD_ARGUMENT);
	CHECK_KERNEL();
}

static void test_overlap(void)
{
	uint64_t memory, other;

	start();
	memory = make_memory(4 * PAGE_SIZE, PAGE_SIZE);
	other = make_memory(4 * PAGE_SIZE, PAGE_SIZE);
	NEED_STATUS(map(memory, ADDRESS, 0, 2 * PAGE_SIZE, MAP_READ), STATUS_OK);
	CHECK_STATUS(map(memory, ADDRESS, 0, 2 * PAGE_SIZE, MAP_READ), STATUS_BUSY);
	CHECK_STATUS(map(other, ADDRESS + PAGE_SIZE, 0, 2 * PAGE_SIZE, MAP_READ), STATUS_BUSY);
	CHECK_STATUS(map(other, ADDRESS - PAGE_SIZE, 0, 4 * PAGE_SIZE, MAP_READ), STATUS_BUSY);
	CHECK_STATUS(map(other, ADDRESS + 2 * PAGE_SIZE, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	CHECK_STATUS(map(other, ADDRESS - PAGE_SIZE, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	CHECK_STATUS(unmap(ADDRESS, PAGE_SIZE), STATUS_NOT_FOUND);
	CHECK_STATUS(unmap(ADDRESS - PAGE_SIZE, 2 * PAGE_SIZE), STATUS_NOT_FOUND);
	CU_ASSERT(translates(space, ADDRESS, base(memory), 2 * PAGE_SIZE, MAP_READ, 0));
	CHECK_KERNEL();
}

/* Where the next leaf lacks a table: that is cleared by a call of its own. */
static void test_border(void)
{
	uint64_t memory, at = ADDRESS + BLOCK - PAGE_SIZE;

	start();
	memory = make_memory(3 * PAGE_SIZE, PAGE_SIZE);
	NEED_STATUS(map(memory, ADDRESS, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
#define MAP_BOTH() CALL(boot, SYSCALL_MAP, task_slot, memory, at, PAGE_SIZE, 2 * PAGE_SIZE, MAP_READ)
	CHECK_STATUS(MAP_BOTH(), STATUS_AGAIN);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 2);
	CHECK_STATUS(MAP_BOTH(), STATUS_OK);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 3);
	CHECK_KERNEL();
}

static void test_batches(void)
{
	uint64_t memory, size = (2 * MAP_BATCH + 8) * PAGE_SIZE;

	start();
	memory = make_memory(size, PAGE_SIZE);
#define MAP_ALL() CALL(boot, SYSCALL_MAP, task_slot, memory, ADDRESS + PAGE_SIZE, 0, size, MAP_READ)
#define UNMAP_ALL() CALL(boot, SYSCALL_UNMAP, task_slot, ADDRESS + PAGE_SIZE, size)
	CHECK_STATUS(MAP_ALL(), STATUS_AGAIN);
	CU_ASSERT_EQUAL(leaves(space->root, 1), MAP_BATCH);
	CHECK_STATUS(CALL(boot, SYSCALL_MAP, task_slot, memory, ADDRESS + PAGE_SIZE, 0, size,
			  MAP_READ | MAP_WRITE), STATUS_BUSY);
	CHECK_STATUS(MAP_ALL(), STATUS_AGAIN);
	CHECK_STATUS(UNMAP_ALL(), STATUS_AGAIN);
	CU_ASSERT_EQUAL(leaves(space->root, 1), MAP_BATCH);
	CHECK_KERNEL();
	/* Change of mind: it goes on from where it is. */
	CHECK_STATUS(MAP_ALL(), STATUS_AGAIN);
	CHECK_STATUS(MAP_ALL(), STATUS_OK);
	CHECK_STATUS(MAP_ALL(), STATUS_BUSY);
	CU_ASSERT(translates(space, ADDRESS + PAGE_SIZE, base(memory), size, MAP_READ, 0));
	CHECK_STATUS(UNMAP_ALL(), STATUS_AGAIN);
	CHECK_STATUS(UNMAP_ALL(), STATUS_AGAIN);
	CHECK_STATUS(UNMAP_ALL(), STATUS_OK);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	CHECK_KERNEL();
}

static void test_no_memory(void)
{
	uint64_t pool, memory, slot;
	struct space *small;

	start();
	pool = make_pool(16 * PAGE_SIZE);
	slot = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_TASK, pool, slot), STATUS_OK);
	small = &((struct task *)object_at(slot))->space;
	memory = make_memory(64ul << 20, PAGE_SIZE);
	/* A table for each 2 MiB: the pool has not as many. */
	CHECK_STATUS(CALL(boot, SYSCALL_MAP, slot, memory, ADDRESS, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	task_slot = slot;
	CHECK_STATUS(map(memory, ADDRESS + BLOCK + PAGE_SIZE, 0, 62ul << 20, MAP_READ),
		     STATUS_NO_MEMORY);
	CU_ASSERT(leaves(small->root, 1) > 1);
	CHECK_KERNEL();
	CHECK_STATUS(unmap(ADDRESS + BLOCK + PAGE_SIZE, 62ul << 20), STATUS_OK);
	CU_ASSERT_EQUAL(leaves(small->root, 1), 1);
	CHECK_KERNEL();
	destroy(slot);
	destroy(pool);
	CHECK_KERNEL();
}

static void test_records(void)
{
	uint64_t memory;
	unsigned int index;

	start();
	memory = make_memory(PAGE_SIZE, PAGE_SIZE);
	for (index = 0; index < MAPPING_COUNT; index++)
		NEED_STATUS(map(memory, ADDRESS + index * PAGE_SIZE, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	CHECK_STATUS(map(memory, ADDRESS + index * PAGE_SIZE, 0, PAGE_SIZE, MAP_READ), STATUS_NO_MEMORY);
	CHECK_STATUS(unmap(ADDRESS + 7 * PAGE_SIZE, PAGE_SIZE), STATUS_OK);
	CHECK_STATUS(map(memory, ADDRESS + index * PAGE_SIZE, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	CHECK_KERNEL();
}

static void test_revocation(void)
{
	uint64_t memory, other;
	struct space *second;

	start();
	other = make_task();
	second = &((struct task *)object_at(other))->space;
	memory = make_memory(BLOCK, PAGE_SIZE);
	NEED_STATUS(map(memory, ADDRESS, 0, BLOCK, MAP_READ), STATUS_OK);
	NEED_STATUS(map(memory, ADDRESS + BLOCK, 0, PAGE_SIZE, MAP_READ | MAP_WRITE), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_MAP, other, memory, ADDRESS, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, memory), STATUS_AGAIN);
	/* Once its end has begun nobody maps it anew. */
	CHECK_STATUS(CALL(boot, SYSCALL_MAP, other, memory, 0, 0, PAGE_SIZE, MAP_READ), STATUS_DEAD);
	CHECK_KERNEL();
	destroy(memory);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	CU_ASSERT_EQUAL(leaves(second->root, 1), 0);
	CHECK_KERNEL();
}

static void test_windows(void)
{
	uint64_t memory, window = 0, inner = 0;
	struct memory *made;

	start();
	memory = make_memory(8 * PAGE_SIZE, PAGE_SIZE);
	window = slot_new();
	inner = slot_new();
#define WINDOW(of, offset, size) \
	CALL(boot, SYSCALL_CREATE_WINDOW, SLOT_ROOT_POOL, window, of, offset, size)
	CHECK_STATUS(WINDOW(memory, 0, 9 * PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(WINDOW(memory, -4096ul, 8192), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(WINDOW(memory, 0, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(WINDOW(memory, 1, PAGE_SIZE), STATUS_BAD_ARGUMENT);
	NEED_STATUS(WINDOW(memory, 2 * PAGE_SIZE, 4 * PAGE_SIZE), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_WINDOW, SLOT_ROOT_POOL, inner, window, PAGE_SIZE, PAGE_SIZE),
		    STATUS_OK);
	made = (struct memory *)object_at(inner);
	CU_ASSERT_EQUAL(made->base, base(memory) + 3 * PAGE_SIZE);
	CHECK_STATUS(map(window, ADDRESS, 0, 5 * PAGE_SIZE, MAP_READ), STATUS_BAD_ARGUMENT);
	NEED_STATUS(map(inner, ADDRESS, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	CU_ASSERT(translates(space, ADDRESS, base(memory) + 3 * PAGE_SIZE, PAGE_SIZE, MAP_READ, 0));
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, memory), STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, window), STATUS_BUSY);
	CHECK_KERNEL();
	destroy(inner);
	CU_ASSERT_EQUAL(leaves(space->root, 1), 0);
	destroy(window);
	destroy(memory);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "pages are translated as mapped, and no longer after unmap", test_pages },
	{ "2 MiB blocks are used where address and memory allow", test_blocks },
	{ "a block over a table that pages left behind is mapped by pages", test_left_behind },
	{ "a task never gets memory writable and executable; a guest may", test_access },
	{ "ranges outside the memory object or the space are refused", test_ranges },
	{ "mappings do not overlap, and only a whole one is unmapped", test_overlap },
	{ "a mapping goes on beyond its tables with the next call", test_border },
	{ "long ranges are mapped and unmapped in batches", test_batches },
	{ "a mapping that ran out of memory is unmapped again", test_no_memory },
	{ "a space has so many mappings and no more", test_records },
	{ "destroying a memory object takes it out of every space", test_revocation },
	{ "windows show their part, and hold the whole", test_windows },
};

int main(void)
{
	return suite_run("kernel spaces", tests, sizeof(tests) / sizeof(tests[0]));
}
