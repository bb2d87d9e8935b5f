/* SPDX-License-Identifier: Apache-2.0 */
/* A multiplexer with four sources, what they say and type, and the screen behind it. */
#ifndef TESTS_HOST_CONSOLE_SCREEN_H
#define TESTS_HOST_CONSOLE_SCREEN_H

#include <CUnit/CUnit.h>
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/uart/mux.h"

/* Sources: a log, then three guests. */
enum { LOG, ONE, TWO, THREE, SOURCES };

static struct mux mux;
static struct console_channel channels[SOURCES];
static char screen[1 << 20];

static void start(void)
{
	static const char *const names[] = { "blk", "one", "two", "three" };
	uint32_t number;

	memset(&mux, 0, sizeof(mux));
	memset(channels, 0, sizeof(channels));
	for (number = 0; number < SOURCES; number++)
		mux_add(&mux, &channels[number], names[number], number != LOG);
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

/* All that comes out, as one string. */
static inline const char *show(void)
{
	uint32_t length = 0, rounds;
	uint8_t byte;

	for (rounds = 0; rounds < 1000; rounds++) {
		mux_pump(&mux);
		while (length < sizeof(screen) - 1 && mux_next(&mux, &byte))
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
