/* SPDX-License-Identifier: Apache-2.0 */
/* A server's life: configuration, start, and then one event after the other. */
#include "ipc/image.h"
#include "servers/rt/durable.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/rt/string.h"

static const struct start_page *start;

static const struct start_argument *find(const char *name)
{
	uint64_t index;

	for (index = 0; start && index < start->count; index++)
		if (strcmp(start->argument[index].name, name) == 0)
			return &start->argument[index];
	return NULL;
}

uint64_t rt_argument(const char *name)
{
	const struct start_argument *found = find(name);

	if (!found)
		rt_fail("the configuration has no argument %s", name);
	return found->value;
}

uint64_t rt_argument_or(const char *name, uint64_t otherwise)
{
	const struct start_argument *found = find(name);

	return found ? found->value : otherwise;
}

const char *rt_argument_text(const char *name)
{
	const struct start_argument *found = find(name);

	return found ? found->text : "";
}

_Noreturn void rt_main(uint64_t page, uint64_t life)
{
	struct durable *durable;

	(void)life;
	start = (const struct start_page *)page;
	if (start->magic != START_MAGIC)
		rt_trap();
	rt_log_open();
	durable = (struct durable *)rt_argument("durable");
	durable->watch |= 1;
	server_start();
	if (server_durable.version)
		rt_durable_open(durable, &server_durable);
	rt_serve(rt_argument("endpoint"), &durable->watch);
}
