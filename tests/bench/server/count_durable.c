/* SPDX-License-Identifier: Apache-2.0 */
/* The count outlives the server. */
#include "servers/rt/durable.h"
#include "tests/bench/server/counter.h"

struct counter {
	uint64_t counted;
};

static void count(uint64_t value)
{
	struct counter *counter = rt_state();

	RT_TOUCH(counter->counted);
	counter->counted += value;
}

static void create(void *state)
{
	(void)state; /* it is 0 */
}

static bool check(const void *state)
{
	(void)state; /* every count is one */
	return true;
}

const struct durable_kind server_durable DURABLE_KIND = {
	.magic = DURABLE_MAGIC,
	.version = 1,
	.oldest = 1,
	.size = sizeof(struct counter),
	.create = create,
	.check = check,
	.rebuild = create,
};

void server_settle(const struct message *message)
{
	(void)message;
}
