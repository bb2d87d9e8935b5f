/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the plan's tasks: image, stack, start page, handles, mappings. */
#include <libfdt.h>

#include "ipc/image.h"
#include "servers/rt/string.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

unsigned int task_count;
struct place places[SUPERVISOR_TASKS];
handle_t places_memory;

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
	window_open(SLOT_SCRATCH, size, name);
	write_start_page(tree, arguments, name, size);
	window_close();
	map(task, SLOT_SCRATCH, START_ADDRESS, 0, size, MAP_READ, name);
	rt_syscall_one(SYSCALL_CLOSE, SLOT_SCRATCH);
}

static void grant(const void *tree, int node, handle_t task, const char *name)
{
	const uint32_t *record;
	unsigned int count;

	record = tree_records(tree, node, "grants", 5, &count);
	for (; count; count--, record += 5) {
		status_t status = rt_syscall(SYSCALL_GRANT, task, cell(record), cell(record + 1),
					     cell(record + 2), cells(record + 3), 0, NULL);

		if (!made(status))
			refuse("cannot grant a handle to %s (status %ld)", name, status);
	}
	record = tree_records(tree, node, "maps", 8, &count);
	for (; count; count--, record += 8)
		map(task, cell(record), cells(record + 2), cells(record + 4), cells(record + 6),
		    cell(record + 1), name);
}

static void create(const void *tree, int node, unsigned int number)
{
	const struct place *place = &places[number];
	const char *name = place->name;

	if (!made(rt_syscall(SYSCALL_CREATE_TASK, SLOT_ROOT_POOL, place->task, 0, 0, 0, 0, NULL)) ||
	    !made(rt_syscall(SYSCALL_CREATE_THREAD, SLOT_ROOT_POOL, place->thread, place->task,
			     tree_number(tree, node, "priority"), endpoint,
			     BADGE_FAULT | number, NULL)))
		refuse("cannot make the task %s", name);
	schedule(tree, node, place->thread, name);
	create_start_page(tree, node, place->task, name);
	map(place->task, places_memory, STACK_END - STACK_SIZE, number * PLACE_SIZE + PLACE_STACK,
	    STACK_SIZE, MAP_READ | MAP_WRITE, name);
	grant(tree, node, place->task, name);
	if (image_change(number) != STATUS_OK)
		refuse("cannot load the task %s", name);
}

static void read_place(const void *tree, int node, struct place *place)
{
	place->name = fdt_get_name(tree, node, NULL);
	place->task = tree_number(tree, node, "slot");
	place->thread = place->task + 1;
	place->binaries = tree_text(tree, node, "binary");
	place->images = (unsigned int)fdt_stringlist_count(tree, node, "binary");
	place->vms = tree_number64(tree, node, "vms", 0);
	if ((int)place->images < 1 || place->images >= SUPERVISOR_NO_IMAGE)
		refuse("system.dtb: %s has no usable binary", place->name);
}

void tasks_read(const void *tree, int plan)
{
	int node;

	places_memory = tree_number(tree, plan, "places");
	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "tasks")) {
		if (task_count == SUPERVISOR_TASKS)
			refuse("system.dtb: more than %u tasks", SUPERVISOR_TASKS);
		read_place(tree, node, &places[task_count++]);
	}
}

void tasks_create(const void *tree, int plan)
{
	unsigned int number = 0;
	int node;

	map(SLOT_SELF_TASK, places_memory, PLACES_ADDRESS, 0, task_count * PLACE_SIZE, MAP_READ,
	    "the tasks' places");
	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "tasks"))
		create(tree, node, number++);
}
