/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many sources of text on one line: the console in focus goes out untouched, everybody else's text
 * by whole lines with a prefix, and half lines of two sources never mix.
 *
 * Text moves from the sources' rings into the state's `text`, from where the driver takes what the
 * hardware has room for. A source's half line stays in its ring until it is whole or too long.
 *
 * The state has this side's own positions in the rings. mux_settle shows them to the other sides
 * when what was moved is committed: so text is in a ring or in `text`, and never lost between them.
 */
#ifndef UART_MUX_H
#define UART_MUX_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/console.h"
#include "gen/uart.h"
#include "servers/rt/durable.h"

#define MUX_SOURCES UART_SOURCES
#define MUX_TEXT UART_TEXT_SIZE
#define MUX_LINE UART_LINE_SIZE
#define MUX_NAME 32u
#define MUX_NO_FOCUS MUX_SOURCES
#define MUX_ESCAPE 0x1du /* Ctrl-] */

/* Logs have no keyboard; the operator's console is a log that has one. */
enum mux_kind {
	MUX_LOG,
	MUX_GUEST,
	MUX_OPERATOR,
};

struct mux_source {
	struct console_channel *channel;
	char name[MUX_NAME];
	enum mux_kind kind;
};

/* What each life finds out anew. */
struct mux {
	struct mux_source source[MUX_SOURCES];
	uint32_t sources;
	uint64_t looks;   /* sources with text, as far as known */
	uint64_t moved;   /* sources whose positions are to be shown */
	uint64_t signals; /* out: sources with a keyboard to signal */
	uint64_t liars;   /* out: sources whose ring was out of range */
	uint32_t lies;    /* how often in all */
};

/* Of a zeroed mux; more than MUX_SOURCES are ignored. */
void mux_add(struct mux *mux, struct console_channel *channel, const char *name,
	     enum mux_kind kind);

/* The state's beginning: the first guest is in focus. */
void mux_create(const struct mux *mux, struct uart_state *state);
/* Positions are where the channels say they were. */
void mux_rebuild(const struct mux *mux, struct uart_state *state);
bool mux_check(const struct mux *mux, const struct uart_state *state);

/* Move text until there is none or no room; what stays is in `looks`. A transaction. */
void mux_pump(struct mux *mux);
/* Shows the sources how far their rings were read and written, and looks at those again. */
void mux_settle(struct mux *mux);
/* The next byte for the hardware; false: none. */
bool mux_next(uint8_t *byte);
/* One key. Part of a transaction. */
void mux_input(struct mux *mux, uint8_t byte);

static inline struct uart_state *mux_state(void)
{
	return rt_state();
}

/* Volatile: a life may end between any two of its stores. */
static inline volatile struct uart_track *mux_track(void)
{
	return rt_beside();
}

static inline bool mux_is_busy(const struct mux *mux)
{
	return mux_state()->head != mux_track()->sent || mux->looks;
}

#endif
