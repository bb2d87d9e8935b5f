/* SPDX-License-Identifier: Apache-2.0 */
/* A new binary with the state of the first version, and a mistake: it dies at each of its starts. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
	rt_fail("mortal: a mistake of the new version");
}

const struct durable_kind server_durable DURABLE_KIND = {
	.magic = DURABLE_MAGIC,
	.version = 1,
	.oldest = 1,
	.size = MORTAL_SIZE_1,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};
