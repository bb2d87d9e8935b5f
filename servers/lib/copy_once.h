/* SPDX-License-Identifier: Apache-2.0 */
/* Reading memory that others may be writing: copy once, then check and use the copy. */
#ifndef SERVERS_LIB_COPY_ONCE_H
#define SERVERS_LIB_COPY_ONCE_H

#include <stdint.h>

/*
 * To the compiler the asm changes the copy. So it cannot read the source again for a later use of
 * the copy: what was checked is what is used.
 */
static inline void copy_once(void *copy, const void *source, uint64_t length)
{
	__builtin_memcpy(copy, source, length);
	__asm__ volatile("" : "+m"(*(char(*)[length])copy));
}

/* The same of an object that is aligned as its type asks: it needs no call. */
#define COPY_ONCE(copy, source)                                                                    \
	do {                                                                                       \
		*(copy) = *(source);                                                               \
		__asm__ volatile("" : "+m"(*(copy)));                                              \
	} while (0)

#endif
