/* SPDX-License-Identifier: Apache-2.0 */
/* What libfdt needs of a C library beyond what the runtime has. */
#include <stddef.h>
#include <stdint.h>

#include "servers/rt/rt.h"

void *memchr(const void *start, int wanted, size_t size)
{
	const unsigned char *byte = start;

	for (; size; byte++, size--)
		if (*byte == (unsigned char)wanted)
			return (void *)byte;
	return NULL;
}

size_t strnlen(const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);

	return end ? (size_t)(end - text) : size;
}

char *strchr(const char *text, int wanted)
{
	for (; *text != (char)wanted; text++)
		if (!*text)
			return NULL;
	return (char *)text;
}

char *strrchr(const char *text, int wanted)
{
	const char *last = NULL;

	do {
		if (*text == (char)wanted)
			last = text;
	} while (*text++);
	return (char *)last;
}

/* The distribution's libfdt is built with a stack guard; there is no randomness to fill it from. */
uintptr_t __stack_chk_guard = 0x0a0dff00c0991ce5;

_Noreturn void __stack_chk_fail(void)
{
	rt_fail("vmm: stack overrun");
}
