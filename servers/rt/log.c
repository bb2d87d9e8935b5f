/* SPDX-License-Identifier: Apache-2.0 */
/* One line of log at a time, into the ring that the UART server prints. */
#include <stdarg.h>
#include <stdbool.h>

#include "gen/console.h"
#include "servers/rt/format.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/rt/string.h"

#define LINE 160

static struct console_channel *channel;
static handle_t signal_handle;

void rt_log_open(void)
{
	channel = (struct console_channel *)rt_argument_or("log-channel", 0);
	signal_handle = rt_argument_or("log-signal", HANDLE_NONE);
}

/* All of it or nothing: half a line is worth less than none. */
static void put(const char *text, uint32_t length)
{
	uint32_t head = channel->output_head, index;
	uint32_t tail = __atomic_load_n(&channel->output_tail, __ATOMIC_ACQUIRE);

	if (head - tail > CONSOLE_OUTPUT_SIZE || length > CONSOLE_OUTPUT_SIZE - (head - tail)) {
		channel->dropped += length;
		return;
	}
	for (index = 0; index < length; index++)
		channel->output[(head + index) % CONSOLE_OUTPUT_SIZE] = (uint8_t)text[index];
	__atomic_store_n(&channel->output_head, head + length, __ATOMIC_RELEASE);
}

void rt_log_line(const char *format, va_list arguments)
{
	char line[LINE];
	size_t length = format_text(line, LINE - 1, format, arguments);

	line[length] = '\n';
	if (!channel)
		return;
	put(line, (uint32_t)length + 1);
	if (signal_handle != HANDLE_NONE)
		rt_signal(signal_handle);
}

void rt_log(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	rt_log_line(format, arguments);
	va_end(arguments);
}

_Noreturn void rt_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	rt_log_line(format, arguments);
	va_end(arguments);
	rt_trap();
}
