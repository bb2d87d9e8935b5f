/* SPDX-License-Identifier: Apache-2.0 */
/* Memory objects and mappings, made for others. */
#include "servers/rt/string.h"
#include "servers/supervisor/supervisor.h"

static void check(status_t status, const char *doing, const char *what)
{
	if (!made(status))
		refuse("cannot %s %s (status %ld)", doing, what, status);
}

status_t try_map(handle_t space, handle_t memory, uint64_t address, uint64_t offset, uint64_t size,
		 uint64_t access)
{
	status_t status;

	do
		status = rt_syscall(SYSCALL_MAP, space, memory, address, offset, size, access,
				    NULL);
	while (status == STATUS_AGAIN);
	return status;
}

void map(handle_t space, handle_t memory, uint64_t address, uint64_t offset, uint64_t size,
	 uint64_t access, const char *what)
{
	check(try_map(space, memory, address, offset, size, access), "map", what);
}

void unmap(handle_t space, uint64_t address, uint64_t size)
{
	while (rt_syscall(SYSCALL_UNMAP, space, address, size, 0, 0, 0, NULL) == STATUS_AGAIN)
		;
}

/* Only what one MAP put in can be taken out: a next life has to know how much that was. */
static void window_note(uint64_t size)
{
	RT_TOUCH(state()->window);
	state()->window = size;
	rt_commit(NULL, STATUS_OK);
}

void window_close(void)
{
	if (!state()->window)
		return;
	unmap(SLOT_SELF_TASK, WINDOW_ADDRESS, state()->window);
	window_note(0);
}

void window_open(handle_t slot, uint64_t size, const char *what)
{
	window_note(size);
	map(SLOT_SELF_TASK, slot, WINDOW_ADDRESS, 0, size, MAP_READ | MAP_WRITE, what);
}

/* The kernel hands memory on as it is: whoever holds the pool clears it. */
void memory_create(handle_t slot, uint64_t size, uint64_t alignment, const char *what)
{
	check(rt_syscall(SYSCALL_CREATE_MEMORY, SLOT_ROOT_POOL, slot, size, alignment, 0, 0, NULL),
	      "find memory for", what);
	window_open(slot, size, what);
	rt_clear_pages((void *)WINDOW_ADDRESS, size);
	window_close();
}

void image_create(handle_t slot, const struct bundle_file *file, const char *what)
{
	check(rt_syscall(SYSCALL_CREATE_WINDOW, SLOT_ROOT_POOL, slot, SLOT_BUNDLE,
			 file->offset, whole_pages(file->size), 0, NULL),
	      "use the image", what);
}

struct bundle_file file_find(const char *name)
{
	struct bundle_file file;
	status_t status = bundle_find(bundle.archive, bundle.size, name, &file);

	if (status == STATUS_NOT_FOUND)
		refuse("the bundle has no file %s", name);
	if (status != STATUS_OK)
		refuse("the bundle is truncated or corrupt (looking for %s)", name);
	return file;
}
