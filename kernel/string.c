/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/string.h"

#include <stdint.h>

#define CHUNK 64 /* words: page tables and handle tables are cleared so */

void *memset(void *to, int value, size_t size)
{
	uint64_t pattern = (uint8_t)value * 0x0101010101010101ul;
	unsigned int index;
	char *at = to;

	for (; size >= 8 * CHUNK; size -= 8 * CHUNK, at += 8 * CHUNK)
#pragma GCC unroll 64
		for (index = 0; index < CHUNK; index++)
			((uint64_t *)at)[index] = pattern;
	for (; size >= 8; size -= 8, at += 8)
		*(uint64_t *)at = pattern;
	while (size--)
		*at++ = (char)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	const char *source = from;
	char *at = to;

	for (; size >= 8; size -= 8, at += 8, source += 8)
		*(uint64_t *)at = *(const uint64_t *)source;
	while (size--)
		*at++ = *source++;
	return to;
}
