/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many sources of text on one line: the guest console in focus goes out untouched, everybody
 * else's text by whole lines with a prefix, and half lines of two sources never mix.
 *
 * Text moves from the sources' rings into `text`, from where the driver takes what the hardware
 * has room for. A source's half line stays in its ring until it is whole or too long.
 */
#ifndef UART_MUX_H
#define UART_MUX_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/console.h"

#define MUX_SOURCES CONSOLE_CLIENT_MAXIMUM
#define MUX_TEXT 4096u /* a power of two */
#define MUX_LINE 256u  /* the longest line, and what is remembered of the focused one */
#define MUX_NAME 32u
#define MUX_NO_FOCUS MUX_SOURCES
#define MUX_ESCAPE 0x1du /* Ctrl-] */

struct mux_source {
	struct console_channel *channel;
	char name[MUX_NAME];
	bool guest; /* has a keyboard, can be in focus */
	uint32_t dropped; /* of channel->dropped, what has been told */
};

struct mux {
	struct mux_source source[MUX_SOURCES];
	uint32_t sources;
	uint32_t focus;
	uint64_t looks;   /* sources with text, as far as known */
	uint64_t signals; /* out: guest sources to signal */
	uint64_t liars;   /* out: sources whose ring was out of range */
	uint32_t lies;    /* how often in all */
	bool escape;      /* the last key was Ctrl-] */
	bool in_line;     /* the focused console's line is begun and not ended */
	bool displaced;   /* others' lines follow it on the screen: it has to be printed again */
	uint32_t partial_length;
	uint8_t partial[MUX_LINE]; /* the last bytes of that line */
	uint32_t head, tail;
	uint8_t text[MUX_TEXT];
};

/* Of a zeroed mux. The first guest added comes into focus; more than MUX_SOURCES are ignored. */
void mux_add(struct mux *mux, struct console_channel *channel, const char *name, bool guest);
/* Move text until there is none or no room; what stays is in `looks`. */
void mux_pump(struct mux *mux);
/* One byte for the hardware; false: none. */
bool mux_next(struct mux *mux, uint8_t *byte);
/* One key. */
void mux_input(struct mux *mux, uint8_t byte);

static inline bool mux_is_busy(const struct mux *mux)
{
	return mux->head != mux->tail || mux->looks;
}

#endif
