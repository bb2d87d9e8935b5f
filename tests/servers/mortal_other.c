/* SPDX-License-Identifier: Apache-2.0 */
/* A version whose state is laid out anew: it knows none of the former ones. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
}

const struct durable_kind server_durable DURABLE_KIND = {
	.magic = DURABLE_MAGIC,
	.version = 3,
	.oldest = 3,
	.size = sizeof(struct mortal_state),
	.create = create,
	.check = check,
	.rebuild = rebuild,
};
