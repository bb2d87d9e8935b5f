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

MORTAL_VERSION_IS(2, 1, sizeof(struct mortal_state), .migrate = migrate);
