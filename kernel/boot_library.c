/* SPDX-License-Identifier: Apache-2.0 */
/* What libfdt asks of a C library, for boot only: simple and slow. */
#include <stddef.h>
#include <stdint.h>

#include "kernel/boot.h"

uintptr_t __stack_chk_guard = 0x636f7070696365ul;

_Noreturn void __stack_chk_fail(void);
int memcmp(const void *left, const void *right, size_t size);
void *memchr(const void *in, int value, size_t size);
void *memmove(void *to, const void *from, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);
char *strrchr(const char *text, int wanted);

BOOT_CODE _Noreturn void __stack_chk_fail(void)
{
	boot_refuse("stack overrun while reading the device tree");
}

BOOT_CODE int memcmp(const void *left, const void *right, size_t size)
{
	const unsigned char *a = left, *b = right;

	for (; size; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

BOOT_CODE void *memchr(const void *in, int value, size_t size)
{
	const unsigned char *at = in;

	for (; size; size--, at++)
		if (*at == (unsigned char)value)
			return (void *)at;
	return NULL;
}

BOOT_CODE size_t strnlen(const char *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length])
		length++;
	return length;
}

BOOT_CODE size_t strlen(const char *text)
{
	return strnlen(text, SIZE_MAX);
}

BOOT_CODE char *strrchr(const char *text, int wanted)
{
	const char *found = NULL;

	for (; *text; text++)
		if (*text == (char)wanted)
			found = text;
	return (char *)found;
}

BOOT_CODE void *memmove(void *to, const void *from, size_t size)
{
	const char *source = from;
	char *at = to;

	if (at <= source)
		for (; size; size--)
			*at++ = *source++;
	else
		while (size--)
			at[size] = source[size];
	return to;
}
