/* SPDX-License-Identifier: Apache-2.0 */
/* The console multiplexer when things go wrong: stuck hardware, losses, rebirths and lies. */
#include "tests/host/console_screen.h"
#include "tests/host/suite.h"

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
		settle();
	}
	CU_ASSERT_TRUE(mux.looks & 1u << ONE);
	CU_ASSERT_EQUAL(console_ring_used(console_output(&channels[ONE])), CONSOLE_OUTPUT_SIZE);
	while (mux_is_busy(&mux)) {
		mux_pump(&mux);
		settle();
		while (emit(&byte))
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
	live(true);
	CU_ASSERT_STRING_EQUAL(show(), "old");
	say(LOG, " line\n");
	mux.looks = 1;
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[blk] half line\r\nold");
	type("\0352\035");
	live(true);
	type("1");
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[console: two]\r\n[console: one]\r\n");
	CU_ASSERT_EQUAL(log_lines, 0);
}

/* What was in the driver's own buffer is lost; the rings go on where they are. */
static void test_damaged(void)
{
	start();
	say(ONE, "lost");
	say(TWO, "two\n");
	mux_pump(&mux);
	settle();
	type("\0352x");
	say(ONE, "after");
	mux_state()->focus = LOG;
	live(true);
	CU_ASSERT_EQUAL(log_lines, 1);
	CU_ASSERT_STRING_EQUAL(show(), "after");
	type("y");
	CU_ASSERT_STRING_EQUAL(typed(TWO), "x");
	CU_ASSERT_STRING_EQUAL(typed(ONE), "y");
	mux_track()->sent = 77;
	live(true);
	CU_ASSERT_EQUAL(log_lines, 2);
	say(ONE, "on");
	CU_ASSERT_STRING_EQUAL(show(), "on");
	log_lines = 0;
}

static void test_lies(void)
{
	start();
	channels[ONE].output_head = 0x40000000;
	channels[LOG].output_head = UINT32_MAX;
	channels[TWO].output_tail = 1;
	CU_ASSERT_STRING_EQUAL(show(), "");
	CU_ASSERT_EQUAL(mux.liars, 1u << ONE | 1u << LOG);
	CU_ASSERT_EQUAL(mux.lies, 2);
	CU_ASSERT_EQUAL(mux.signals, 1u << ONE | 1u << TWO);
	say(ONE, "x");
	say(LOG, "y\n");
	CU_ASSERT_STRING_EQUAL(show(), "[blk] y\r\nx");
	say(TWO, "z\n"); /* its tail is right again */
	CU_ASSERT_STRING_EQUAL(show(), "\r\n[two] z\r\nx");
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
		random = random_after(random);
		number = (uint32_t)(random >> 40) % SOURCES;
		channels[number].output_head += (uint32_t)(random >> 33) % 300;
		if (random >> 58 == 0)
			channels[number].output_tail = (uint32_t)random;
		if (random >> 58 == 2)
			channels[number].output_head = (uint32_t)random;
		if (random >> 58 == 1)
			channels[number].input_head = (uint32_t)random;
		memset(channels[number].output + random % 2000, (int)(random >> 50), 7);
		mux.looks |= UINT64_C(1) << number;
		mux_input(&mux, (uint8_t)(random >> 44));
		if (random >> 62 == 3)
			mux_pump(&mux);
		settle();
		if (random >> 56 == 0)
			live(true);
		while ((random >> 61 & 1) && emit(&byte))
			;
	}
	CU_ASSERT_TRUE(mux.lies > 0);
	CU_ASSERT_TRUE(mux_state()->head - mux_track()->sent <= MUX_TEXT);
}

static const struct suite_test tests[] = {
	{ "stuck hardware stops the text and loses none", test_stuck_hardware },
	{ "a log's loss is told", test_loss_is_told },
	{ "a reborn server goes on where it was", test_rebirth },
	{ "with a damaged state it begins anew at the rings' own indices", test_damaged },
	{ "lying ring indices are counted, and the ring works again", test_lies },
	{ "wild rings and keys stay inside", test_wild },
};

int main(void)
{
	return suite_run("console_hostile", tests, sizeof(tests) / sizeof(tests[0]));
}
