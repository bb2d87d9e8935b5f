/* SPDX-License-Identifier: Apache-2.0 */
/* A server that has no durable state. */
#include "servers/rt/durable.h"

const struct durable_kind server_durable DURABLE_KIND = { .magic = DURABLE_MAGIC };

void server_settle(const struct message *message)
{
	(void)message;
}
