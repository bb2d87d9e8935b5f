/* SPDX-License-Identifier: Apache-2.0 */
/* A server's log lines go to the UART server. The supervisor has a sink of its own instead. */
#include "servers/rt/internal.h"
#include "servers/rt/log_ring.h"
#include "servers/rt/rt.h"

static struct console_channel *channel;
static handle_t reader;

void rt_log_open(void)
{
	channel = (struct console_channel *)rt_argument_or("log-channel", 0);
	reader = (handle_t)rt_argument_or("log-signal", HANDLE_NONE);
}

void rt_log_write(const char *text, uint32_t length)
{
	if (channel)
		log_ring_put(channel, reader, text, length);
}
