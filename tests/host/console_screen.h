/* SPDX-License-Identifier: Apache-2.0 */
/* A multiplexer with five sources, what they say and type, and the screen behind it. */
#ifndef TESTS_HOST_CONSOLE_SCREEN_H
#define TESTS_HOST_CONSOLE_SCREEN_H

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/rt/rt.h"
#include "servers/uart/mux.h"
#include "tests/host/commits.h"

/* Sources: a log, then three guests, then the operator. */
enum { LOG, ONE, TWO, THREE, BOSS, SOURCES };

static struct mux mux;
static struct durable durable;
static struct console_channel channels[SOURCES];
static char screen[1 << 20];

static void create(void *state)
{
	mux_create(&mux, state);
}

static void rebuild(void *state)
{
	mux_rebuild(&mux, state);
}

static bool check(const void *state)
{
	return mux_check(&mux, state);
}

static const struct durable_kind kind = {
	.version = UART_STATE_VERSION,
	.oldest = 1,
	.size = sizeof(struct uart_state),
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

static uint32_t log_lines;

void rt_log(const char *format, ...)
{
	(void)format;
	log_lines++;
}

void rt_fail(const char *format, ...)
{
	(void)format;
	abort();
}

static void settle(void)
{
	rt_commit(NULL, STATUS_OK);
	mux_settle(&mux);
}

/* A life begins with these sources; true: the guests and the operator, too. */
static inline void live(bool all)
{
	static const char *const names[] = { "blk", "one", "two", "three", "supervisor" };
	uint32_t number;

	memset(&mux, 0, sizeof(mux));
	commits_forget();
	for (number = 0; number < (all ? SOURCES : 1); number++)
		mux_add(&mux, &channels[number], names[number],
			number == LOG ? MUX_LOG : number == BOSS ? MUX_OPERATOR : MUX_GUEST);
	rt_durable_open(&durable, &kind);
	settle();
}

static inline void start_with(bool all)
{
	memset(channels, 0, sizeof(channels));
	memset(&durable, 0, sizeof(durable));
	live(all);
	CU_ASSERT_EQUAL(mux.signals, all ? 1u << ONE | 1u << TWO | 1u << THREE | 1u << BOSS : 0);
	mux.signals = 0;
}

static inline void start(void)
{
	start_with(true);
}

static void say(uint32_t number, const char *text)
{
	bool wake;

	for (; *text; text++) {
		CU_ASSERT_TRUE(console_ring_put(console_output(&channels[number]), (uint8_t)*text,
						&wake));
		if (wake)
			mux.looks |= UINT64_C(1) << number;
	}
}

/* One byte goes out. */
static inline bool emit(uint8_t *byte)
{
	if (!mux_next(byte))
		return false;
	mux_track()->sent++;
	return true;
}

/* All that comes out, as one string. */
static inline const char *show(void)
{
	uint32_t length = 0, rounds;
	uint8_t byte;

	for (rounds = 0; rounds < 1000; rounds++) {
		mux_pump(&mux);
		settle();
		while (length < sizeof(screen) - 1 && emit(&byte))
			screen[length++] = (char)byte;
		if (!mux_is_busy(&mux))
			break;
	}
	screen[length] = '\0';
	return screen;
}

static void type(const char *keys)
{
	for (; *keys; keys++)
		mux_input(&mux, (uint8_t)*keys);
	settle();
}

static inline const char *typed(uint32_t number)
{
	static char text[CONSOLE_INPUT_SIZE + 1];
	struct console_ring ring = console_input(&channels[number]);
	uint32_t used = console_ring_used(ring);

	console_ring_peek(ring, used, (uint8_t *)text, CONSOLE_INPUT_SIZE);
	console_ring_take(ring, used);
	text[used] = '\0';
	return text;
}

#endif
