/* SPDX-License-Identifier: Apache-2.0 */
/* The multiplexer's keyboard: keys go to the console in focus, Ctrl-] and a digit move it. */
#include "servers/lib/console_ring.h"
#include "servers/uart/mux.h"
#include "servers/uart/mux_text.h"

/* A key that finds no room is lost, as on any serial line. */
static void key_send(struct mux *mux, struct uart_state *state, uint8_t byte)
{
	struct console_ring ring;
	bool wake;

	if (state->focus == MUX_NO_FOCUS)
		return;
	ring = console_input(mux->source[state->focus].channel);
	ring.head = &state->typed[state->focus];
	RT_TOUCH(*ring.head);
	console_ring_put(ring, byte, &wake);
	mux->moved |= UINT64_C(1) << state->focus;
	mux->signals |= UINT64_C(1) << state->focus;
}

/* The console that is number `wanted`, from 0, of its kind. */
static uint32_t console_find(const struct mux *mux, enum mux_kind kind, uint32_t wanted)
{
	uint32_t number;

	for (number = 0; number < mux->sources; number++)
		if (mux->source[number].kind == kind && wanted-- == 0)
			return number;
	return MUX_NO_FOCUS;
}

static void focus_move(struct mux *mux, struct uart_state *state, uint32_t focus)
{
	mux_line_leave(state);
	mux_put_string(state, "[console: ");
	mux_put_string(state, mux->source[focus].name);
	mux_put_string(state, "]\r\n");
	mux->looks |= UINT64_C(1) << focus;
	if (focus == state->focus)
		return;
	if (state->focus != MUX_NO_FOCUS)
		mux->looks |= UINT64_C(1) << state->focus;
	RT_TOUCH(state->focus);
	RT_TOUCH(state->partial_length);
	RT_TOUCH(state->in_line);
	RT_TOUCH(state->displaced);
	state->focus = focus;
	state->in_line = false;
	state->displaced = false;
	state->partial_length = 0;
}

/* The key after Ctrl-]: 0 is the operator's console, 1 to 9 are guests'. */
static void escape_take(struct mux *mux, struct uart_state *state, uint8_t byte)
{
	uint32_t focus = MUX_NO_FOCUS;

	if (byte == '0')
		focus = console_find(mux, MUX_OPERATOR, 0);
	else if (byte >= '1' && byte <= '9')
		focus = console_find(mux, MUX_GUEST, byte - '1');
	if (focus != MUX_NO_FOCUS)
		focus_move(mux, state, focus);
}

void mux_input(struct mux *mux, uint8_t byte)
{
	struct uart_state *state = mux_state();
	bool escape = state->escape;

	if (byte == MUX_ESCAPE || escape) {
		RT_TOUCH(state->escape);
		state->escape = !escape;
	}
	if (escape && byte != MUX_ESCAPE)
		escape_take(mux, state, byte);
	else if (escape || byte != MUX_ESCAPE)
		key_send(mux, state, byte);
}
