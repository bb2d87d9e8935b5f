/* SPDX-License-Identifier: Apache-2.0 */
/* The next version: its state has one number more. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
}

/* What was added before nobody knows; it counts as one square. */
static void migrate(void *found, uint32_t from)
{
	struct mortal_state *there = found;

	(void)from;
	there->squares = there->sum * there->sum;
}

const struct durable_kind server_durable DURABLE_KIND = {
	.magic = DURABLE_MAGIC,
	.version = 2,
	.oldest = 1,
	.size = sizeof(struct mortal_state),
	.create = create,
	.check = check,
	.rebuild = rebuild,
	.migrate = migrate,
};
