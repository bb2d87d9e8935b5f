/* SPDX-License-Identifier: Apache-2.0 */
/* Putting text into the multiplexer's buffer; what has no room is lost, the callers see to it. */
#ifndef UART_MUX_TEXT_H
#define UART_MUX_TEXT_H

#include "servers/uart/mux.h"

static inline uint32_t mux_room(const struct mux *mux)
{
	return MUX_TEXT - (mux->head - mux->tail);
}

static inline void mux_put(struct mux *mux, const uint8_t *bytes, uint32_t count)
{
	for (; count && mux_room(mux); count--)
		mux->text[mux->head++ % MUX_TEXT] = *bytes++;
}

static inline void mux_put_string(struct mux *mux, const char *string)
{
	for (; *string && mux_room(mux); string++)
		mux->text[mux->head++ % MUX_TEXT] = (uint8_t)*string;
}

/* Others' text must not move the cursor: of the control characters only tabs pass. */
static inline void mux_put_printable(struct mux *mux, const uint8_t *bytes, uint32_t count)
{
	for (; count; count--, bytes++)
		if (*bytes == '\t' || (*bytes >= ' ' && *bytes != 0x7f))
			mux_put(mux, bytes, 1);
}

/* To the beginning of a line that is not the focused console's. */
static inline void mux_line_leave(struct mux *mux)
{
	if (mux->in_line && !mux->displaced) {
		mux->displaced = true;
		mux_put_string(mux, "\r\n");
	}
}

static inline void mux_line_begin(struct mux *mux, const char *name)
{
	mux_line_leave(mux);
	mux_put_string(mux, "[");
	mux_put_string(mux, name);
	mux_put_string(mux, "] ");
}

#endif
