/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/rt/log_ring.h"

#include "servers/rt/syscall.h"

/* All of it or nothing: half a line is worth less than none. */
static int put(struct console_channel *channel, const char *text, uint32_t length)
{
	uint32_t head = channel->output_head, index;
	uint32_t tail = __atomic_load_n(&channel->output_tail, __ATOMIC_ACQUIRE);

	if (head - tail > CONSOLE_OUTPUT_SIZE || length > CONSOLE_OUTPUT_SIZE - (head - tail)) {
		channel->dropped += length;
		return 0;
	}
	for (index = 0; index < length; index++)
		channel->output[(head + index) % CONSOLE_OUTPUT_SIZE] = (uint8_t)text[index];
	__atomic_store_n(&channel->output_head, head + length, __ATOMIC_RELEASE);
	return 1;
}

void log_ring_put(struct console_channel *channel, handle_t reader, const char *text,
		  uint32_t length)
{
	if (put(channel, text, length) && reader != HANDLE_NONE)
		rt_signal(reader);
}
