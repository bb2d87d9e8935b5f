/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/guest/measured.h"

extern const uint8_t *guest_tree;

bool argument(const char *word)
{
	uint64_t size = (uint64_t)guest_tree[4] << 24 | guest_tree[5] << 16 | guest_tree[6] << 8 |
			guest_tree[7];
	uint64_t at, length;

	for (at = 0; at < size; at++) {
		for (length = 0; word[length] && at + length < size; length++)
			if (guest_tree[at + length] != (uint8_t)word[length])
				break;
		if (!word[length])
			return true;
	}
	return false;
}
