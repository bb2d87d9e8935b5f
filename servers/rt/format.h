/* SPDX-License-Identifier: Apache-2.0 */
/* Text from a printf format: %s %c %d %u %x %p with l, width and 0-fill. Pure, host-tested. */
#ifndef RT_FORMAT_H
#define RT_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Writes at most `size` - 1 characters and a NUL; returns the characters written. */
size_t format_text(char *to, size_t size, const char *format, va_list arguments);

#endif
