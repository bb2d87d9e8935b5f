/* SPDX-License-Identifier: Apache-2.0 */
/* The multiplexer's sources: who they are, and what they see of it. */
#include "servers/lib/console_ring.h"
#include "servers/uart/mux.h"

void mux_add(struct mux *mux, struct console_channel *channel, const char *name,
	     enum mux_kind kind)
{
	struct mux_source *source = &mux->source[mux->sources];
	uint32_t length;

	if (mux->sources == MUX_SOURCES)
		return;
	for (length = 0; name[length] && length < MUX_NAME - 1; length++)
		source->name[length] = name[length];
	source->channel = channel;
	source->kind = kind;
	/* A former life may not have shown what it did, or not have told of it. */
	mux->looks |= UINT64_C(1) << mux->sources;
	mux->moved |= UINT64_C(1) << mux->sources;
	if (kind != MUX_LOG)
		mux->signals |= UINT64_C(1) << mux->sources;
	mux->sources++;
}

void mux_create(const struct mux *mux, struct uart_state *state)
{
	for (state->focus = 0; state->focus < mux->sources; state->focus++)
		if (mux->source[state->focus].kind == MUX_GUEST)
			return;
	state->focus = MUX_NO_FOCUS;
}

void mux_rebuild(const struct mux *mux, struct uart_state *state)
{
	uint32_t number;

	for (number = 0; number < mux->sources; number++) {
		const struct console_channel *channel = mux->source[number].channel;

		state->taken[number] = channel->output_tail;
		state->typed[number] = channel->input_head;
		state->dropped[number] = channel->dropped;
	}
}

bool mux_check(const struct mux *mux, const struct uart_state *state)
{
	bool focus = state->focus == MUX_NO_FOCUS ||
		     (state->focus < mux->sources && mux->source[state->focus].kind != MUX_LOG);

	return focus && state->partial_length <= MUX_LINE && state->escape <= 1 &&
	       state->in_line <= 1 && state->displaced <= 1 &&
	       state->head - mux_track()->sent <= MUX_TEXT;
}

/*
 * A writer may wait for room if its ring was nearly full: that is told from a head read after our
 * tail is out, so that either we see its last byte or it sees our tail.
 */
static bool output_show(struct console_channel *channel, uint32_t taken)
{
	struct console_ring ring = console_output(channel);
	uint32_t shown = __atomic_load_n(ring.tail, __ATOMIC_RELAXED);

	__atomic_store_n(ring.tail, taken, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(ring.head, __ATOMIC_ACQUIRE) - shown >
	       ring.size - CONSOLE_OUTPUT_FIFO;
}

void mux_settle(struct mux *mux)
{
	const struct uart_state *state = mux_state();
	uint64_t left;

	for (left = mux->moved; left; left &= left - 1) {
		uint32_t number = (uint32_t)__builtin_ctzll(left);
		struct mux_source *source = &mux->source[number];

		if (output_show(source->channel, state->taken[number]) && source->kind == MUX_GUEST)
			mux->signals |= UINT64_C(1) << number;
		__atomic_store_n(&source->channel->input_head, state->typed[number],
				 __ATOMIC_RELEASE);
	}
	mux->looks |= mux->moved;
	mux->moved = 0;
}
