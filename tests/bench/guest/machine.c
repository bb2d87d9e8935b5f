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
