/* SPDX-License-Identifier: Apache-2.0 */
/* Linked into each image; IMAGE is its name, and all that others see of it. */
#include "tests/crash/crash.h"
#include "tests/crash/hooks.h"

extern uint8_t variables_start[], variables_end[];
_Noreturn void rt_main(uint64_t page, uint64_t life);

/* Called in place of rt_durable_open. */
void crash_durable_open(struct durable *durable, const struct durable_kind *kind);

void crash_durable_open(struct durable *durable, const struct durable_kind *kind)
{
	rt_durable_open(durable, kind);
	crash_opened();
}

const struct image IMAGE = {
	.main = rt_main,
	.kind = &server_durable,
	.variables = variables_start,
	.variables_end = variables_end,
	.touched = rt_line_touched,
};
