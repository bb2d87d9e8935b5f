/* SPDX-License-Identifier: Apache-2.0 */
/* The first version of the device that dies. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
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
