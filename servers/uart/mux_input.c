/* SPDX-License-Identifier: Apache-2.0 */
/* The multiplexer's keyboard: keys go to the console in focus, Ctrl-] and a digit move it. */
#include "servers/lib/console_ring.h"
#include "servers/uart/mux.h"
#include "servers/uart/mux_text.h"

/* A key that finds no room is lost, as on any serial line. */
static void key_send(struct mux *mux, uint8_t byte)
{
	bool wake;

	if (mux->focus == MUX_NO_FOCUS)
		return;
	console_ring_put(console_input(mux->source[mux->focus].channel), byte, &wake);
	mux->signals |= UINT64_C(1) << mux->focus;
}

/* The guest console that is number `wanted` of them, from 0. */
static uint32_t console_find(const struct mux *mux, uint32_t wanted)
{
	uint32_t number;

	for (number = 0; number < mux->sources; number++)
		if (mux->source[number].guest && wanted-- == 0)
			return number;
	return MUX_NO_FOCUS;
}

static void focus_move(struct mux *mux, uint32_t focus)
{
	mux_line_leave(mux);
	mux_put_string(mux, "[console: ");
	mux_put_string(mux, mux->source[focus].name);
	mux_put_string(mux, "]\r\n");
	mux->looks |= UINT64_C(1) << focus;
	if (focus == mux->focus)
		return;
	mux->looks |= UINT64_C(1) << mux->focus;
	mux->focus = focus;
	mux->in_line = false;
	mux->displaced = false;
	mux->partial_length = 0;
}

void mux_input(struct mux *mux, uint8_t byte)
{
	uint32_t focus;

	if (!mux->escape && byte == MUX_ESCAPE) {
		mux->escape = true;
		return;
	}
	if (!mux->escape || byte == MUX_ESCAPE) {
		key_send(mux, byte);
	} else if (byte >= '1' && byte <= '9') {
		focus = console_find(mux, byte - '1');
		if (focus != MUX_NO_FOCUS)
			focus_move(mux, focus);
	}
	mux->escape = false;
}
