/* SPDX-License-Identifier: Apache-2.0 */
/* The console multiplexer: what stands on the screen, and who gets the keys. */
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/uart/mux.h"
#include "tests/host/suite.h"

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
static const char *show(void)
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

static const char *typed(uint32_t number)
{
	static char text[CONSOLE_INPUT_SIZE + 1];
	struct console_ring ring = console_input(&channels[number]);
	uint32_t used = console_ring_used(ring);

	console_ring_peek(ring, used, (uint8_t *)text, CONSOLE_INPUT_SIZE);
	console_ring_take(ring, used);
	text[used] = '\0';
	return text;
}

static void test_untouched(void)
{
	start();
	say(ONE, "a\033[1mb\r\n\tc\001");
	CU_ASSERT_STRING_EQUAL(show(), "a\033[1mb\r\n\tc\001");
	say(ONE, "d");
	CU_ASSERT_STRING_EQUAL(show(), "d");
}

static void test_prefix(void)
{
	start();
	say(LOG, "first\nsec");
	CU_ASSERT_STRING_EQUAL(show(), "[blk] first\r\n");
	say(LOG, "ond\n");
	CU_ASSERT_STRING_EQUAL(show(), "[blk] second\r\n");
	say(TWO, "x\033[2Jy\r\n");
	CU_ASSERT_STRING_EQUAL(show(), "[two] x[2Jy\r\n");
}

static void test_half_line(void)
{
	start();
	say(ONE, "login: ");
	CU_ASSERT_STRING_EQUAL(show(), "login: ");
	say(LOG, "a\nb\n");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[blk] a\r\n[blk] b\r\nlogin: ");
	say(ONE, "root\n");
	CU_ASSERT_STRING_EQUAL(show(), "root\n");
	say(LOG, "c\n");
	CU_ASSERT_STRING_EQUAL(show(), "[blk] c\r\n");
}

static void test_long_half_line(void)
{
	char text[1001];
	uint32_t index;

	for (index = 0; index < 1000; index++)
		text[index] = (char)('a' + index % 26);
	text[1000] = '\0';
	start();
	say(ONE, text);
	CU_ASSERT_STRING_EQUAL(show(), text);
	say(LOG, "x\n");
	CU_ASSERT_NSTRING_EQUAL(show(), "\r\n[blk] x\r\n", 11);
	CU_ASSERT_TRUE(strlen(screen) > 11 + MUX_LINE / 2 && strlen(screen) <= 11 + MUX_LINE);
	CU_ASSERT_STRING_EQUAL(screen + 11, text + 1000 - strlen(screen + 11));
}

static void test_continuation(void)
{
	char text[601];

	memset(text, 'x', 600);
	text[600] = '\0';
	start();
	say(TWO, text);
	show();
	CU_ASSERT_EQUAL(strlen(screen), 2 * (6 + 256 + 3));
	CU_ASSERT_NSTRING_EQUAL(screen + 6 + 256, "\\\r\n[two] x", 10);
	say(TWO, "y\n");
	show();
	CU_ASSERT_EQUAL(strlen(screen), 6 + 88 + 3);
	CU_ASSERT_NSTRING_EQUAL(screen, "[two] xxx", 9);
	CU_ASSERT_STRING_EQUAL(screen + 6 + 88, "y\r\n");
}

static void test_focus(void)
{
	start();
	say(ONE, "$ ");
	say(TWO, "# ");
	CU_ASSERT_STRING_EQUAL(show(), "$ ");
	type("\0352");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[console: two]\r\n# ");
	say(ONE, "done\n");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[one] done\r\n# ");
	type("\0352");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[console: two]\r\n# ");
	type("\0359\035x");
	CU_ASSERT_STRING_EQUAL(show(), "");
	type("\0353");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[console: three]\r\n");
}

static void test_keys(void)
{
	start();
	type("ab\035\035c\r");
	CU_ASSERT_STRING_EQUAL(typed(ONE), "ab\035c\r");
	CU_ASSERT_EQUAL(mux.signals, 1u << ONE);
	type("\0353d\035qe");
	CU_ASSERT_STRING_EQUAL(typed(ONE), "");
	CU_ASSERT_STRING_EQUAL(typed(THREE), "de");
}

static void test_keys_without_room(void)
{
	uint32_t count;

	start();
	for (count = 0; count < 3000; count++)
		type("x");
	CU_ASSERT_EQUAL(strlen(typed(ONE)), CONSOLE_INPUT_SIZE);
	memset(&mux, 0, sizeof(mux));
	mux_add(&mux, &channels[LOG], "blk", false);
	type("x\0351");
	CU_ASSERT_EQUAL(mux.signals, 0);
	CU_ASSERT_EQUAL(channels[LOG].input_head, 0);
}

static void test_room_is_told(void)
{
	char text[CONSOLE_OUTPUT_SIZE + 1];

	memset(text, 'x', sizeof(text) - 1);
	text[CONSOLE_OUTPUT_SIZE] = '\0';
	start();
	say(ONE, text + 100);
	CU_ASSERT_STRING_EQUAL(show(), text + 100);
	CU_ASSERT_EQUAL(mux.signals, 0);
	say(ONE, text);
	CU_ASSERT_STRING_EQUAL(show(), text);
	CU_ASSERT_EQUAL(mux.signals, 1u << ONE);
	say(LOG, text);
	show();
	CU_ASSERT_EQUAL(mux.signals, 1u << ONE);
}

/* With nobody taking the text, rings fill, and nothing is lost but what comes after that. */
static void test_stuck_hardware(void)
{
	uint32_t round, count = 0;
	uint8_t byte;

	start();
	for (round = 0; round < 10; round++) {
		while (console_ring_used(console_output(&channels[ONE])) < CONSOLE_OUTPUT_SIZE)
			say(ONE, "x"), count++;
		mux.looks = UINT64_MAX >> (64 - SOURCES);
		mux_pump(&mux);
	}
	CU_ASSERT_TRUE(mux.looks & 1u << ONE);
	CU_ASSERT_EQUAL(console_ring_used(console_output(&channels[ONE])), CONSOLE_OUTPUT_SIZE);
	while (mux_is_busy(&mux)) {
		mux_pump(&mux);
		while (mux_next(&mux, &byte))
			count--;
	}
	CU_ASSERT_EQUAL(count, 0);
}

static void test_loss_is_told(void)
{
	start();
	channels[LOG].dropped = 7;
	say(LOG, "a\nb\n");
	CU_ASSERT_STRING_EQUAL(show(), "[blk] (some text is lost)\r\n[blk] a\r\n[blk] b\r\n");
}

static void test_rebirth(void)
{
	start();
	show();
	say(ONE, "old");
	say(LOG, "half");
	memset(&mux, 0, sizeof(mux));
	mux_add(&mux, &channels[LOG], "blk", false);
	mux_add(&mux, &channels[ONE], "one", true);
	CU_ASSERT_STRING_EQUAL(show(), "old");
	say(LOG, " line\n");
	mux.looks = 1;
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[blk] half line\r\nold");
}

static void test_lies(void)
{
	start();
	channels[ONE].output_head = 0x40000000;
	channels[LOG].output_tail = 1;
	CU_ASSERT_STRING_EQUAL(show(), "");
	CU_ASSERT_EQUAL(mux.liars, 1u << ONE | 1u << LOG);
	CU_ASSERT_EQUAL(mux.lies, 2);
	CU_ASSERT_EQUAL(mux.signals, 1u << ONE);
	say(ONE, "x");
	say(LOG, "y\n");
	CU_ASSERT_STRING_EQUAL(show(), "[blk] y\r\nx");
	channels[ONE].input_tail = 12345;
	type("k");
	CU_ASSERT_EQUAL(channels[ONE].input_head, 0);
}

static void test_wild(void)
{
	uint64_t random = 0x13198a2e03707344;
	uint32_t round, number;
	uint8_t byte;

	start();
	for (round = 0; round < 200000; round++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		number = (uint32_t)(random >> 40) % SOURCES;
		channels[number].output_head += (uint32_t)(random >> 33) % 300;
		if (random >> 58 == 0)
			channels[number].output_tail = (uint32_t)random;
		if (random >> 58 == 1)
			channels[number].input_head = (uint32_t)random;
		memset(channels[number].output + random % 2000, (int)(random >> 50), 7);
		mux.looks |= UINT64_C(1) << number;
		mux_input(&mux, (uint8_t)(random >> 44));
		if (random >> 62 == 3)
			mux_pump(&mux);
		while ((random >> 61 & 1) && mux_next(&mux, &byte))
			;
	}
	CU_ASSERT_TRUE(mux.lies > 0);
	CU_ASSERT_TRUE(mux.head - mux.tail <= MUX_TEXT);
}

static const struct suite_test tests[] = {
	{ "the focused console's bytes go out untouched", test_untouched },
	{ "other text comes by whole lines, with prefix, without control characters", test_prefix },
	{ "the focused half line is printed again after other lines", test_half_line },
	{ "of a long half line the last bytes are printed again", test_long_half_line },
	{ "an endless line comes in marked pieces", test_continuation },
	{ "the focus moves, with a notice and without mixing lines", test_focus },
	{ "keys go to the focused console only", test_keys },
	{ "keys without room or without a console are dropped", test_keys_without_room },
	{ "a guest whose ring was full hears of the room", test_room_is_told },
	{ "stuck hardware stops the text and loses none", test_stuck_hardware },
	{ "a log's loss is told", test_loss_is_told },
	{ "a reborn server prints what was left", test_rebirth },
	{ "lying ring indices are counted, and the ring works again", test_lies },
	{ "wild rings and keys stay inside", test_wild },
};

int main(void)
{
	return suite_run("console_mux", tests, sizeof(tests) / sizeof(tests[0]));
}
