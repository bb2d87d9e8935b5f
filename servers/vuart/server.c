/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's console as a server: register accesses in, text into the ring, the line out. */
#include "gen/line_client.h"
#include "gen/vuart_events.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/vuart/vuart.h"

static struct console_channel *channel;
static handle_t console;
static handle_t line;
static bool told; /* in this life: `console` has been signalled, and `line` has `line_level` */
static bool line_level;

void server_start(void)
{
	channel = (struct console_channel *)rt_argument("channel");
	console = (handle_t)rt_argument("console-signal");
	line = (handle_t)rt_argument("line");
}

static void create(void *state)
{
	vuart_reset(state);
}

/* Positions that do not fit the channel's are nobody's: they begin where the channel is. */
static void rebuild(void *state)
{
	struct vuart_state *made = state;

	made->output_head = channel->output_head;
	made->input_tail = channel->input_tail;
}

static bool check(const void *state)
{
	const struct vuart_state *found = state;

	return found->transmit_raised <= 1 && found->transmit_above <= 1;
}

const struct durable_kind server_durable DURABLE_KIND = {
	VUART_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

/* A former life may have died before it told anybody. */
void server_settle(const struct message *message)
{
	const struct vuart_state *uart = rt_state();
	bool level = vuart_line(uart, channel);

	(void)message;
	if (vuart_settle(uart, channel) || !told)
		rt_signal(console);
	if (!told || level != line_level) {
		told = line_set(line, level) == STATUS_OK;
		line_level = level;
	}
}

status_t vuart_mmio_read(struct vuart_state *state, uint64_t badge, uint64_t offset,
			 uint64_t width, uint64_t *value)
{
	(void)badge;
	return vuart_read(state, channel, offset, width, value);
}

status_t vuart_mmio_write(struct vuart_state *state, uint64_t badge, uint64_t offset,
			  uint64_t width, uint64_t value)
{
	(void)badge;
	return vuart_write(state, channel, offset, width, value);
}

status_t vuart_device_reset(struct vuart_state *state, uint64_t badge)
{
	(void)badge;
	vuart_reset(state);
	vuart_look(state, channel);
	return STATUS_OK;
}

void vuart_signal_look(struct vuart_state *state, uint64_t bits)
{
	if (bits & CONSOLE_SIGNAL_LOOK)
		vuart_look(state, channel);
}

status_t server_message(struct message *message)
{
	return vuart_message(message);
}

void server_signal(uint64_t bits)
{
	vuart_signal(bits);
}
