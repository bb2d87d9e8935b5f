/* SPDX-License-Identifier: Apache-2.0 */
/* Putting text into the multiplexer's buffer; what has no room is lost, the callers see to it. */
#ifndef UART_MUX_TEXT_H
#define UART_MUX_TEXT_H

#include "servers/uart/mux.h"

/* What is sent was committed before, so a life that is cut leaves it unwritten. */
static inline uint32_t mux_room(const struct uart_state *state)
{
	return MUX_TEXT - (state->head - mux_track()->sent);
}

static inline void mux_put_byte(struct uart_state *state, uint8_t byte)
{
	uint8_t *at = &state->text[state->head % MUX_TEXT];

	if (!mux_room(state))
		return;
	RT_TOUCH(*at);
	RT_TOUCH(state->head);
	*at = byte;
	state->head++;
}

static inline void mux_put(struct uart_state *state, const uint8_t *bytes, uint32_t count)
{
	for (; count; count--)
		mux_put_byte(state, *bytes++);
}

static inline void mux_put_string(struct uart_state *state, const char *string)
{
	for (; *string; string++)
		mux_put_byte(state, (uint8_t)*string);
}

/* Others' text must not move the cursor: of the control characters only tabs pass. */
static inline void mux_put_printable(struct uart_state *state, const uint8_t *bytes,
				     uint32_t count)
{
	for (; count; count--, bytes++)
		if (*bytes == '\t' || (*bytes >= ' ' && *bytes != 0x7f))
			mux_put_byte(state, *bytes);
}

/* To the beginning of a line that is not the focused console's. */
static inline void mux_line_leave(struct uart_state *state)
{
	if (!state->in_line || state->displaced)
		return;
	RT_TOUCH(state->displaced);
	state->displaced = true;
	mux_put_string(state, "\r\n");
}

static inline void mux_line_begin(struct uart_state *state, const char *name)
{
	mux_line_leave(state);
	mux_put_string(state, "[");
	mux_put_string(state, name);
	mux_put_string(state, "] ");
}

#endif
