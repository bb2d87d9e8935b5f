/* SPDX-License-Identifier: Apache-2.0 */
/* The console multiplexer: what stands on the screen, and who gets the keys. */
#include "tests/host/console_screen.h"
#include "tests/host/suite.h"

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
	start_with(false);
	type("x\0350\0351");
	CU_ASSERT_EQUAL(mux.signals, 0);
	CU_ASSERT_EQUAL(channels[LOG].input_head, 0);
}

/* The operator's keys do not disturb a guest, nor does the guest get any of them. */
static void test_operator(void)
{
	start();
	say(ONE, "$ ");
	say(BOSS, "up\n> ");
	CU_ASSERT_STRING_EQUAL(show(), "$ \r\n[supervisor] up\r\n$ ");
	type("a\0350tasks\r");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[console: supervisor]\r\n> ");
	CU_ASSERT_STRING_EQUAL(typed(ONE), "a");
	CU_ASSERT_STRING_EQUAL(typed(BOSS), "tasks\r");
	CU_ASSERT_EQUAL(mux.signals, 1u << ONE | 1u << BOSS);
	say(BOSS, "tasks\nuart\n> ");
	CU_ASSERT_STRING_EQUAL(show(), "tasks\r\nuart\r\n> ");
	say(ONE, "ls\n");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[one] ls\r\n> ");
	channels[BOSS].dropped = 1;
	say(BOSS, "x");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[supervisor] (some text is lost)\r\n> x");
	type("\0351b");
	CU_ASSERT_STRING_EQUAL(typed(ONE), "b");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[console: one]\r\n");
}

/* Without a guest nobody has the keyboard, until the operator takes it. */
static void test_operator_alone(void)
{
	memset(channels, 0, sizeof(channels));
	memset(&durable, 0, sizeof(durable));
	memset(&mux, 0, sizeof(mux));
	mux_add(&mux, &channels[LOG], "blk", MUX_LOG);
	mux_add(&mux, &channels[BOSS], "supervisor", MUX_OPERATOR);
	rt_durable_open(&durable, &kind);
	type("a\0351b");
	CU_ASSERT_EQUAL(channels[BOSS].input_head, 0);
	type("\0350c");
	CU_ASSERT_STRING_EQUAL(show(), "[console: supervisor]\r\n");
	CU_ASSERT_STRING_EQUAL(typed(BOSS), "c");
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

static const struct suite_test tests[] = {
	{ "the focused console's bytes go out untouched", test_untouched },
	{ "other text comes by whole lines, with prefix, without control characters", test_prefix },
	{ "the focused half line is printed again after other lines", test_half_line },
	{ "of a long half line the last bytes are printed again", test_long_half_line },
	{ "an endless line comes in marked pieces", test_continuation },
	{ "the focus moves, with a notice and without mixing lines", test_focus },
	{ "keys go to the focused console only", test_keys },
	{ "keys without room or without a console are dropped", test_keys_without_room },
	{ "Ctrl-] 0 is the operator, a log with a keyboard", test_operator },
	{ "the operator alone takes the keyboard", test_operator_alone },
	{ "a guest whose ring was full hears of the room", test_room_is_told },
};

int main(void)
{
	return suite_run("console_mux", tests, sizeof(tests) / sizeof(tests[0]));
}
