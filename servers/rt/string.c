/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/rt/string.h"

#include <stdint.h>

void *memset(void *to, int value, size_t size)
{
	uint64_t pattern = (uint8_t)value * 0x0101010101010101ul;
	char *at = to;

	for (; size && ((uintptr_t)at & 7); size--)
		*at++ = (char)value;
	for (; size >= 16; size -= 16, at += 16) {
		((uint64_t *)at)[0] = pattern;
		((uint64_t *)at)[1] = pattern;
	}
	while (size--)
		*at++ = (char)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	const char *source = from;
	char *at = to;

	for (; size >= 16; size -= 16, at += 16, source += 16) {
		uint64_t low = ((const uint64_t *)source)[0], high = ((const uint64_t *)source)[1];

		((uint64_t *)at)[0] = low;
		((uint64_t *)at)[1] = high;
	}
	while (size--)
		*at++ = *source++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	const char *source = from;
	char *at = to;

	if (at <= source || at >= source + size)
		return memcpy(to, from, size);
	while (size--)
		at[size] = source[size];
	return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
	const unsigned char *a = left, *b = right;

	for (; size; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr(const void *in, int value, size_t size)
{
	const unsigned char *at = in;

	for (; size; size--, at++)
		if (*at == (unsigned char)value)
			return (void *)at;
	return NULL;
}

size_t strnlen(const char *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length])
		length++;
	return length;
}

size_t strlen(const char *text)
{
	return strnlen(text, SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t most)
{
	for (; most; most--, left++, right++)
		if (*left != *right || !*left)
			return (unsigned char)*left - (unsigned char)*right;
	return 0;
}

int strcmp(const char *left, const char *right)
{
	return strncmp(left, right, SIZE_MAX);
}

char *strrchr(const char *text, int wanted)
{
	const char *found = NULL;

	for (; *text; text++)
		if (*text == (char)wanted)
			found = text;
	return (char *)(wanted ? found : text);
}
