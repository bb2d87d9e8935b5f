/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/guest/machine.h"

void print(const char *name, uint64_t value)
{
	char digits[20];
	unsigned int count = 0;

	while (*name)
		console_put(*name++);
	console_put(' ');
	do
		digits[count++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	while (count)
		console_put(digits[--count]);
	console_put('\n');
}

bool tree_says(const uint8_t *tree, const char *word)
{
	uint64_t size = (uint64_t)tree[4] << 24 | tree[5] << 16 | tree[6] << 8 | tree[7];
	uint64_t at, length;

	for (at = 0; at < size; at++) {
		for (length = 0; word[length] && at + length < size; length++)
			if (tree[at + length] != (uint8_t)word[length])
				break;
		if (!word[length])
			return true;
	}
	return false;
}
