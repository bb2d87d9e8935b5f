/* SPDX-License-Identifier: Apache-2.0 */
/* The two functions the compiler may call by itself, too. */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <stddef.h>

void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

#endif
