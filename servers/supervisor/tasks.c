/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the plan's tasks: image, stack, start page, handles, mappings. */
#include <libfdt.h>

#include "ipc/image.h"
#include "servers/rt/string.h"
#include "servers/supervisor/elf.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

#define TASKS 64

static char names[TASKS][START_NAME];
static uint64_t entries[TASKS];
static handle_t threads[TASKS];
static unsigned int task_count;

bool task_exists(uint64_t number)
{
	return number < task_count;
}

const char *task_name(uint64_t number)
{
	return task_exists(number) ? names[number] : "?";
}

uint64_t task_find(const char *name)
{
	uint64_t number = 0;

	while (number < task_count && strncmp(names[number], name, START_NAME) != 0)
		number++;
	return number;
}

static uint64_t whole_pages(uint64_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

static void close(handle_t slot)
{
	rt_syscall(SYSCALL_CLOSE, slot, 0, 0, 0, 0, 0, NULL);
}

/* What the task may write is its own copy; the rest is the bundle's page, shared and read-only. */
static void load_segment(handle_t task, const struct bundle_file *file,
			 const struct elf_segment *segment, const char *name)
{
	uint64_t size = whole_pages(segment->memory_size);
	struct bundle_file part = { file->offset + segment->offset, segment->memory_size };

	if (segment->writable) {
		memory_create(SLOT_SCRATCH, size, PAGE, name);
		map(SLOT_SELF_TASK, SLOT_SCRATCH, WINDOW_ADDRESS, 0, size, MAP_READ | MAP_WRITE,
		    name);
		memcpy((void *)WINDOW_ADDRESS, bundle.archive + part.offset, segment->file_size);
		unmap(WINDOW_ADDRESS, size);
		map(task, SLOT_SCRATCH, segment->address, 0, size, MAP_READ | MAP_WRITE, name);
	} else {
		image_create(SLOT_SCRATCH, &part, name);
		map(task, SLOT_SCRATCH, segment->address, 0, size,
		    MAP_READ | (segment->executable ? MAP_EXECUTE : 0), name);
	}
	close(SLOT_SCRATCH);
}

static void load(handle_t task, const char *binary, unsigned int number, const char *name)
{
	struct bundle_file file = file_find(binary);
	struct elf_image image;
	const char *why;
	unsigned int index;

	if (elf_read(bundle.archive + file.offset, file.size, &image, &why) != STATUS_OK)
		refuse("%s: %s", binary, why);
	entries[number] = image.entry;
	for (index = 0; index < image.count; index++)
		load_segment(task, &file, &image.segment[index], name);
}

static void copy_name(char *to, const char *from, size_t size, const char *what)
{
	size_t length = strlen(from);

	if (length >= size)
		refuse("system.dtb: the name %s is too long for %s", from, what);
	memcpy(to, from, length + 1);
}

/* Fills the cleared page(s) at WINDOW_ADDRESS, as far as `size` goes. */
static void write_start_page(const void *tree, int arguments, const char *name, uint64_t size)
{
	struct start_page *page = (struct start_page *)WINDOW_ADDRESS;
	uint64_t most = (size - sizeof(*page)) / sizeof(page->argument[0]);
	int property;

	page->magic = START_MAGIC;
	copy_name(page->task, name, START_NAME, "a task");
	fdt_for_each_property_offset(property, tree, arguments) {
		struct start_argument *argument = &page->argument[page->count];
		const char *key;
		int length;
		const uint32_t *value = fdt_getprop_by_offset(tree, property, &key, &length);

		if (!value || length < 8 || page->count == most ||
		    (length > 8 && ((const char *)value)[length - 1] != '\0'))
			refuse("system.dtb: %s has a broken argument", name);
		copy_name(argument->name, key, START_NAME, "an argument");
		/* seed<n> asks for a random number that no other task knows. */
		argument->value = strncmp(key, "seed", 4) == 0 ? seed_next() : cells(value);
		if (length > 8)
			copy_name(argument->text, (const char *)(value + 2), START_TEXT, name);
		page->count++;
	}
}

static void create_start_page(const void *tree, int node, handle_t task, const char *name)
{
	int arguments = tree_node(tree, node, "arguments"), property;
	uint64_t size = sizeof(struct start_page);

	fdt_for_each_property_offset(property, tree, arguments)
		size += sizeof(struct start_argument);
	size = whole_pages(size);
	memory_create(SLOT_SCRATCH, size, PAGE, name);
	map(SLOT_SELF_TASK, SLOT_SCRATCH, WINDOW_ADDRESS, 0, size, MAP_READ | MAP_WRITE, name);
	write_start_page(tree, arguments, name, size);
	unmap(WINDOW_ADDRESS, size);
	map(task, SLOT_SCRATCH, START_ADDRESS, 0, size, MAP_READ, name);
	close(SLOT_SCRATCH);
}

static void create_stack(handle_t task, uint64_t size, const char *name)
{
	size = whole_pages(size);
	memory_create(SLOT_SCRATCH, size, PAGE, name);
	map(task, SLOT_SCRATCH, STACK_END - size, 0, size, MAP_READ | MAP_WRITE, name);
	close(SLOT_SCRATCH);
}

static void grant(const void *tree, int node, handle_t task, const char *name)
{
	const uint32_t *record;
	unsigned int count;
	status_t status;

	record = tree_records(tree, node, "grants", 5, &count);
	for (; count; count--, record += 5) {
		status = rt_syscall(SYSCALL_GRANT, task, cell(record), cell(record + 1),
				    cell(record + 2), cells(record + 3), 0, NULL);
		if (status != STATUS_OK)
			refuse("cannot grant a handle to %s (status %ld)", name, status);
	}
	record = tree_records(tree, node, "maps", 8, &count);
	for (; count; count--, record += 8)
		map(task, cell(record), cells(record + 2), cells(record + 4), cells(record + 6),
		    cell(record + 1), name);
}

static void create(const void *tree, int node, unsigned int number, handle_t endpoint)
{
	const char *name = fdt_get_name(tree, node, NULL);
	handle_t slot = tree_number(tree, node, "slot");

	copy_name(names[number], name, START_NAME, "a task");
	if (rt_syscall(SYSCALL_CREATE_TASK, SLOT_ROOT_POOL, slot, 0, 0, 0, 0, NULL) != STATUS_OK ||
	    rt_syscall(SYSCALL_CREATE_THREAD, SLOT_ROOT_POOL, slot + 1, slot,
		       tree_number(tree, node, "priority"), endpoint, number, NULL) != STATUS_OK)
		refuse("cannot make the task %s", name);
	threads[number] = slot + 1;
	schedule(tree, node, slot + 1, name);
	load(slot, tree_text(tree, node, "binary"), number, name);
	create_start_page(tree, node, slot, name);
	create_stack(slot, tree_number(tree, node, "stack"), name);
	grant(tree, node, slot, name);
}

void tasks_create(const void *tree, int plan, handle_t endpoint)
{
	int node;

	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "tasks")) {
		if (task_count == TASKS)
			refuse("system.dtb: more than %u tasks", TASKS);
		create(tree, node, task_count++, endpoint);
	}
}

static status_t task_start(unsigned int number)
{
	return rt_syscall(SYSCALL_THREAD_START, threads[number], entries[number], STACK_END,
			  START_ADDRESS, 0, 0, NULL);
}

void tasks_start(void)
{
	unsigned int number;

	for (number = 0; number < task_count; number++) {
		status_t status = task_start(number);

		if (status != STATUS_OK)
			refuse("cannot start %s (status %ld)", names[number], status);
	}
}

void task_restart(uint64_t number)
{
	rt_syscall(SYSCALL_THREAD_STOP, threads[number], 0, 0, 0, 0, 0, NULL);
	task_start((unsigned int)number);
}
