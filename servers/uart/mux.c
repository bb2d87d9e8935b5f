/* SPDX-License-Identifier: Apache-2.0 */
/* The multiplexer's output: which source's text goes out next, and what it looks like. */
#include "servers/uart/mux.h"

#include "servers/lib/console_ring.h"
#include "servers/rt/string.h"
#include "servers/uart/mux_text.h"

/* The most that one step puts down: a line all of line ends, a notice, two prefixes. */
#define STEP_MAXIMUM (3 * MUX_LINE + 2 * MUX_NAME + 64)

/* The most steps of one call, so that no source can keep the driver from its other work. */
#define PUMP_STEPS 256

/* The source's text, from this side's own position. */
static struct console_ring source_ring(const struct mux *mux, struct uart_state *state,
				       uint32_t number)
{
	struct console_ring ring = console_output(mux->source[number].channel);

	ring.tail = &state->taken[number];
	return ring;
}

static void source_moved(struct mux *mux, struct uart_state *state, uint32_t number)
{
	RT_TOUCH(state->taken[number]);
	mux->moved |= UINT64_C(1) << number;
}

/*
 * Bytes in the source's ring; a ring that lies is emptied and its source remembered. A tail that is
 * not ours is put right.
 */
static uint32_t source_used(struct mux *mux, struct uart_state *state, uint32_t number)
{
	struct console_ring ring = source_ring(mux, state, number);
	uint32_t used = console_ring_used(ring);

	if (__atomic_load_n(&mux->source[number].channel->output_tail, __ATOMIC_RELAXED) !=
	    state->taken[number])
		mux->moved |= UINT64_C(1) << number;
	if (used <= ring.size)
		return used;
	source_moved(mux, state, number);
	console_ring_drop(ring);
	mux->lies++;
	mux->liars |= UINT64_C(1) << number;
	if (mux->source[number].kind == MUX_GUEST)
		mux->signals |= UINT64_C(1) << number;
	return 0;
}

static void source_take(struct mux *mux, struct uart_state *state, uint32_t number,
			uint32_t count)
{
	source_moved(mux, state, number);
	console_ring_take(source_ring(mux, state, number), count);
}

static void partial_remember(struct uart_state *state, uint8_t byte)
{
	if (byte == '\n') {
		state->partial_length = 0;
		state->in_line = false;
		return;
	}
	if (state->partial_length == MUX_LINE) {
		state->partial_length = MUX_LINE / 2;
		memcpy(state->partial, state->partial + MUX_LINE / 2, MUX_LINE / 2);
	}
	state->partial[state->partial_length++] = byte;
	state->in_line = true;
}

/* The focused console's half line, once others' lines have pushed it off. */
static void partial_restore(struct uart_state *state)
{
	if (!state->displaced)
		return;
	RT_TOUCH(state->displaced);
	state->displaced = false;
	mux_put(state, state->partial, state->partial_length);
}

/* What a log dropped when its ring was full, as far as it was not told before. */
static void losses_report(const struct mux *mux, struct uart_state *state, uint32_t number)
{
	const struct mux_source *source = &mux->source[number];
	uint32_t dropped = __atomic_load_n(&source->channel->dropped, __ATOMIC_RELAXED);

	if (source->kind == MUX_GUEST || dropped == state->dropped[number])
		return;
	RT_TOUCH(state->dropped[number]);
	state->dropped[number] = dropped;
	mux_line_begin(state, source->name);
	mux_put_string(state, "(some text is lost)\r\n");
}

static bool step_focused(struct mux *mux, struct uart_state *state, uint32_t number)
{
	uint32_t used = source_used(mux, state, number), count, place;
	bool log = mux->source[number].kind != MUX_GUEST;
	uint8_t bytes[MUX_LINE];

	losses_report(mux, state, number);
	if (!used)
		return false;
	partial_restore(state);
	RT_TOUCH(state->partial_length);
	RT_TOUCH(state->in_line);
	RT_TOUCH(state->partial);
	count = console_ring_peek(source_ring(mux, state, number), used, bytes, MUX_LINE);
	for (place = 0; place < count; place++) {
		if (log && bytes[place] == '\n')
			mux_put_byte(state, '\r'); /* no terminal driver has put it there */
		mux_put_byte(state, bytes[place]);
		partial_remember(state, bytes[place]);
	}
	source_take(mux, state, number, count);
	return true;
}

static bool step_other(struct mux *mux, struct uart_state *state, uint32_t number)
{
	const struct mux_source *source = &mux->source[number];
	uint32_t used = source_used(mux, state, number), count, length = 0;
	uint8_t bytes[MUX_LINE];

	losses_report(mux, state, number);
	count = console_ring_peek(source_ring(mux, state, number), used, bytes, MUX_LINE);
	while (length < count && bytes[length] != '\n')
		length++;
	if (length == count && count < MUX_LINE)
		return false;
	mux_line_begin(state, source->name);
	mux_put_printable(state, bytes, length);
	mux_put_string(state, length < count ? "\r\n" : "\\\r\n");
	source_take(mux, state, number, length < count ? length + 1 : length);
	return true;
}

void mux_pump(struct mux *mux)
{
	struct uart_state *state = mux_state();
	uint32_t steps = 0, number;
	uint64_t round;
	bool more;

	while (mux->looks) {
		for (round = mux->looks; round; round &= round - 1) {
			if (steps++ == PUMP_STEPS || mux_room(state) < STEP_MAXIMUM)
				return;
			number = (uint32_t)__builtin_ctzll(round);
			more = number == state->focus ? step_focused(mux, state, number)
						      : step_other(mux, state, number);
			if (!more)
				mux->looks &= ~(UINT64_C(1) << number);
		}
	}
	if (mux_room(state) >= STEP_MAXIMUM)
		partial_restore(state);
}

bool mux_next(uint8_t *byte)
{
	const struct uart_state *state = mux_state();
	uint32_t sent = mux_track()->sent;

	*byte = state->text[sent % MUX_TEXT];
	return sent != state->head;
}
