/* SPDX-License-Identifier: Apache-2.0 */
/* The multiplexer's output: which source's text goes out next, and what it looks like. */
#include "servers/lib/console_ring.h"
#include "servers/rt/string.h"
#include "servers/uart/mux.h"
#include "servers/uart/mux_text.h"

/* The most that one step puts down: two lines, a prefix and line ends. */
#define STEP_MAXIMUM (2 * MUX_LINE + MUX_NAME + 64)

/* The most steps of one call, so that no source can keep the driver from its other work. */
#define PUMP_STEPS 256

/* Bytes in the source's ring; a ring that lies is emptied and its source remembered. */
static uint32_t source_used(struct mux *mux, uint32_t number)
{
	struct console_ring ring = console_output(mux->source[number].channel);
	uint32_t used = console_ring_used(ring);

	if (used <= ring.size)
		return used;
	console_ring_drop(ring);
	mux->lies++;
	mux->liars |= UINT64_C(1) << number;
	if (mux->source[number].guest)
		mux->signals |= UINT64_C(1) << number;
	return 0;
}

/*
 * Take bytes off the ring. Its writer may wait for room if the ring was nearly full: that is told
 * from a head read after our tail is out, so that either we see its last byte or it sees our tail.
 */
static void source_take(struct mux *mux, uint32_t number, uint32_t count)
{
	struct console_ring ring = console_output(mux->source[number].channel);

	console_ring_take(ring, count);
	if (mux->source[number].guest &&
	    console_ring_used(ring) + count > ring.size - CONSOLE_OUTPUT_FIFO)
		mux->signals |= UINT64_C(1) << number;
}

static void partial_remember(struct mux *mux, uint8_t byte)
{
	if (byte == '\n') {
		mux->partial_length = 0;
		mux->in_line = false;
		return;
	}
	if (mux->partial_length == MUX_LINE) {
		mux->partial_length = MUX_LINE / 2;
		memcpy(mux->partial, mux->partial + MUX_LINE / 2, MUX_LINE / 2);
	}
	mux->partial[mux->partial_length++] = byte;
	mux->in_line = true;
}

/* The focused console's half line, once others' lines have pushed it off. */
static void partial_restore(struct mux *mux)
{
	if (!mux->displaced)
		return;
	mux->displaced = false;
	mux_put(mux, mux->partial, mux->partial_length);
}

static bool step_focused(struct mux *mux, uint32_t number)
{
	uint32_t used = source_used(mux, number), count, place;
	uint8_t bytes[MUX_LINE];

	if (!used)
		return false;
	partial_restore(mux);
	count = console_ring_peek(console_output(mux->source[number].channel), used, bytes,
				  MUX_LINE);
	mux_put(mux, bytes, count);
	for (place = 0; place < count; place++)
		partial_remember(mux, bytes[place]);
	source_take(mux, number, count);
	return true;
}

/* What a log dropped when its ring was full, as far as it was not told before. */
static void losses_report(struct mux *mux, struct mux_source *source)
{
	uint32_t dropped = __atomic_load_n(&source->channel->dropped, __ATOMIC_RELAXED);

	if (source->guest || dropped == source->dropped)
		return;
	source->dropped = dropped;
	mux_line_begin(mux, source->name);
	mux_put_string(mux, "(some text is lost)\r\n");
}

static bool step_other(struct mux *mux, uint32_t number)
{
	struct mux_source *source = &mux->source[number];
	uint32_t used = source_used(mux, number), count, length = 0;
	uint8_t bytes[MUX_LINE];

	losses_report(mux, source);
	count = console_ring_peek(console_output(source->channel), used, bytes, MUX_LINE);
	while (length < count && bytes[length] != '\n')
		length++;
	if (length == count && count < MUX_LINE)
		return false;
	mux_line_begin(mux, source->name);
	mux_put_printable(mux, bytes, length);
	mux_put_string(mux, length < count ? "\r\n" : "\\\r\n");
	source_take(mux, number, length < count ? length + 1 : length);
	return true;
}

void mux_pump(struct mux *mux)
{
	uint32_t steps = 0, number;
	uint64_t round;

	while (mux->looks) {
		for (round = mux->looks; round; round &= round - 1) {
			if (steps++ == PUMP_STEPS || mux_room(mux) < STEP_MAXIMUM)
				return;
			number = (uint32_t)__builtin_ctzll(round);
			if (!(number == mux->focus ? step_focused : step_other)(mux, number))
				mux->looks &= ~(UINT64_C(1) << number);
		}
	}
	if (mux_room(mux) >= STEP_MAXIMUM)
		partial_restore(mux);
}

bool mux_next(struct mux *mux, uint8_t *byte)
{
	if (mux->head == mux->tail)
		return false;
	*byte = mux->text[mux->tail++ % MUX_TEXT];
	return true;
}

void mux_add(struct mux *mux, struct console_channel *channel, const char *name, bool guest)
{
	struct mux_source *source = &mux->source[mux->sources];
	uint32_t length;

	if (mux->sources == MUX_SOURCES)
		return;
	if (mux->sources == 0)
		mux->focus = MUX_NO_FOCUS;
	if (guest && mux->focus == MUX_NO_FOCUS)
		mux->focus = mux->sources;
	for (length = 0; name[length] && length < MUX_NAME - 1; length++)
		source->name[length] = name[length];
	source->channel = channel;
	source->guest = guest;
	mux->looks |= UINT64_C(1) << mux->sources++;
}
