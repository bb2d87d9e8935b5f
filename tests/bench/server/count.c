/* SPDX-License-Identifier: Apache-2.0 */
/* The count is gone with the server. */
#include "tests/bench/server/counter.h"

static volatile uint64_t counted;

static void count(uint64_t value)
{
	counted += value;
}
