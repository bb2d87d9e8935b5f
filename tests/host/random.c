/* SPDX-License-Identifier: Apache-2.0 */
/* The random number stream against RFC 8439's own example, and its parts against the whole. */
#include <string.h>

#include "servers/lib/random.h"
#include "tests/host/suite.h"

/* RFC 8439 2.3.2: key 00 01 .. 1f, nonce 00 00 00 09 00 00 00 4a 00 00 00 00, block counter 1. */
static void test_example(void)
{
	static const uint8_t expected[16] = { 0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15,
					      0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4 };
	uint8_t key[32], block[64];
	struct random random;
	unsigned int index;

	for (index = 0; index < sizeof(key); index++)
		key[index] = (uint8_t)index;
	random_start(&random, key, 0);
	random.nonce[0] = 0x09000000;
	random.nonce[1] = 0x4a000000;
	random_fill(&random, block, sizeof(block));
	random_fill(&random, block, sizeof(block));
	CU_ASSERT_EQUAL(memcmp(block, expected, sizeof(expected)), 0);
}

static void test_streams(void)
{
	uint8_t key[32] = { 1 }, whole[200], part[200], other[200];
	struct random random;

	random_start(&random, key, 7);
	random_fill(&random, whole, sizeof(whole));
	random_start(&random, key, 7);
	random_fill(&random, part, 64);
	random_fill(&random, part + 64, 136);
	CU_ASSERT_EQUAL(memcmp(whole, part, sizeof(whole)), 0);
	random_start(&random, key, 8);
	random_fill(&random, other, sizeof(other));
	CU_ASSERT_NOT_EQUAL(memcmp(whole, other, sizeof(whole)), 0);
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "the block function gives the standard's example", test_example },
		{ "a stream is the same in parts, and another for another nonce", test_streams },
	};

	return suite_run("random", tests, sizeof(tests) / sizeof(*tests));
}
