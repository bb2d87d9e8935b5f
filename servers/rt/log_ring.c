/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines go into the ring that the UART server prints. */
#include "gen/console.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

static struct console_channel *channel;
static handle_t signal_handle;

void rt_log_open(void)
{
	channel = (struct console_channel *)rt_argument_or("log-channel", 0);
	signal_handle = rt_argument_or("log-signal", HANDLE_NONE);
}

/* All of it or nothing: half a line is worth less than none. */
void rt_log_write(const char *text, uint32_t length)
{
	uint32_t head, tail, index;

	if (!channel)
		return;
	head = channel->output_head;
	tail = __atomic_load_n(&channel->output_tail, __ATOMIC_ACQUIRE);
	if (head - tail > CONSOLE_OUTPUT_SIZE || length > CONSOLE_OUTPUT_SIZE - (head - tail)) {
		channel->dropped += length;
		return;
	}
	for (index = 0; index < length; index++)
		channel->output[(head + index) % CONSOLE_OUTPUT_SIZE] = (uint8_t)text[index];
	__atomic_store_n(&channel->output_head, head + length, __ATOMIC_RELEASE);
	if (signal_handle != HANDLE_NONE)
		rt_signal(signal_handle);
}
