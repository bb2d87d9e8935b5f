/* SPDX-License-Identifier: Apache-2.0 */
/* Names with a number at their end: arguments (vcpu3) and nodes (pl011@9000000). */
#include "servers/vmm/vmm.h"

const char *name_number(char name[NAME_SIZE], const char *stem, uint64_t number, unsigned int base)
{
	char digits[20];
	unsigned int count = 0, length = 0;

	for (; *stem && length < NAME_SIZE - sizeof(digits) - 1; stem++)
		name[length++] = *stem;
	do {
		digits[count++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (count)
		name[length++] = digits[--count];
	name[length] = '\0';
	return name;
}
