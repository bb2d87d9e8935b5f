/* SPDX-License-Identifier: Apache-2.0 */
/* One line of log at a time; rt_log_write takes it from here. */
#include <stdarg.h>

#include "servers/rt/format.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"

#define LINE 160

static void log_line(const char *format, va_list arguments)
{
	char line[LINE];
	size_t length = format_text(line, LINE - 1, format, arguments);

	line[length] = '\n';
	rt_log_write(line, (uint32_t)length + 1);
}

void rt_log(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
}

_Noreturn void rt_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
	rt_trap();
}
