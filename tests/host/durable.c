/* SPDX-License-Identifier: Apache-2.0 */
/* What a birth makes of a memory object: as it was left at each store, and damaged in each way. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "servers/rt/durable.h"
#include "servers/rt/rt.h"
#include "tests/host/suite.h"

#define LINES 5
#define WORDS (DURABLE_LINE / 8)
#define SIZE (LINES * DURABLE_LINE - 24) /* the last line is not whole */
#define ALL (LINES * WORDS)

#define CHANGED "the durable state is damaged: a line is not what was committed; it is made anew"

static struct durable durable, before;
static char line[100]; /* of the log; empty: there was none */

void rt_log(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
}

void rt_fail(const char *format, ...)
{
	(void)format;
	abort();
}

static uint64_t *state(void)
{
	return (uint64_t *)durable.state;
}

static void create(void *made)
{
	uint64_t *word = made, index;

	for (index = 0; index < SIZE / 8; index++)
		word[index] = (index + 1) * 0x9e3779b97f4a7c15;
}

static bool check(const void *found)
{
	(void)found;
	return true;
}

static const struct durable_kind kind = {
	.magic = DURABLE_MAGIC,
	.version = 1,
	.oldest = 1,
	.size = SIZE,
	.create = create,
	.check = check,
	.rebuild = create,
};

/* The next life; what it says. */
static const char *birth(void)
{
	memset(rt_line_touched, 0, sizeof(rt_line_touched));
	rt_lines_listed = 0;
	line[0] = '\0';
	rt_durable_open(&durable, &kind);
	return line;
}

static void begin(void)
{
	memset(&durable, 0, sizeof(durable));
	CU_ASSERT_STRING_EQUAL(birth(), "");
	before = durable;
}

/* Changed outside a transaction, it is found, once; then it is as before. */
static void found(const char *how)
{
	CU_ASSERT_STRING_EQUAL(birth(), how);
	CU_ASSERT_STRING_EQUAL(birth(), "");
	durable = before;
}

static void test_bits(void)
{
	uint64_t bit;

	begin();
	for (bit = 0; bit < ALL * 64; bit++) {
		state()[bit / 64] ^= 1ul << bit % 64;
		found(CHANGED);
		((uint64_t *)durable.committed)[bit / 64] ^= 1ul << bit % 64;
		found(CHANGED);
	}
}

/* The same flips in two words, among them those that turn into themselves. */
static void test_pairs(void)
{
	static const uint64_t flips[] = { 1, 1ul << 63, ~0ul, 0x5555555555555555, 0xff00ff00ff00ff00 };
	uint64_t one, other, index;

	begin();
	for (one = 0; one < ALL; one++)
		for (other = one + 1; other < ALL; other++) {
			for (index = 0; index < sizeof(flips) / sizeof(flips[0]); index++) {
				state()[one] ^= flips[index];
				state()[other] ^= flips[index];
				found(CHANGED);
			}
			state()[one] = ((uint64_t *)before.state)[other];
			state()[other] = ((uint64_t *)before.state)[one];
			if (memcmp(durable.state, before.state, sizeof(before.state)) != 0)
				found(CHANGED);
		}
}

/* Any of a line's words are new, the others old. */
static void test_torn(void)
{
	uint64_t at, set, word;

	begin();
	for (at = 0; at < LINES; at++)
		for (set = 1; set < 1ul << WORDS; set++) {
			for (word = 0; word < WORDS; word++)
				if (set >> word & 1)
					state()[at * WORDS + word] += 1 + set * word;
			found(CHANGED);
		}
}

static void test_head(void)
{
	begin();
	durable.listed = DURABLE_LINES + 1;
	found("the durable state is damaged: its list is out of range; it is made anew");
	durable.listed = 1;
	durable.list[0] = DURABLE_LINES;
	found("the durable state is damaged: its list is out of range; it is made anew");
	durable.layout.size = sizeof(durable.state) + 1;
	found("the durable state is damaged: its size is wrong; it is made anew");
	durable.layout.size = 8; /* or less would be compared */
	found("the durable state is damaged: its size is wrong; it is made anew");
	durable.word |= DURABLE_RECORD << 1;
	found("the durable state is damaged: its word is wrong; it is made anew");
	memcpy(&durable.magic, "durable1", 8); /* it had a log and sums */
	found("the durable state is damaged: its head is wrong; it is made anew");
}

static void change(uint64_t word, uint64_t value)
{
	rt_touch(&state()[word], 8);
	state()[word] = value;
}

static void transaction(void)
{
	change(3, 33);
	change(ALL - 4, 44);
	change(4, 55);
}

static const struct message message = { .sequence = 77, .words = { 7, 8, 9, 10 } };

/* The last commit is what it is said to be, and the next event can be taken back. */
static void settled(const struct durable *as, uint64_t sequence)
{
	struct message asked = { .sequence = sequence };
	status_t status = STATUS_OK;

	CU_ASSERT_STRING_EQUAL(birth(), "");
	CU_ASSERT(memcmp(durable.state, as->state, sizeof(as->state)) == 0);
	CU_ASSERT(memcmp(durable.committed, as->state, sizeof(as->state)) == 0);
	CU_ASSERT(rt_committed(&asked, &status));
	CU_ASSERT_EQUAL(status, sequence ? STATUS_BUSY : STATUS_OK);
	CU_ASSERT(memcmp(asked.words, message.words, sequence ? 4 * 8 : 0) == 0);
	change(ALL - 9, 66);
	CU_ASSERT_STRING_EQUAL(birth(), "");
	CU_ASSERT(memcmp(durable.state, as->state, sizeof(as->state)) == 0);
}

/* Cut before the commit, and again while it is taken back: some words are new, others are not. */
static void test_before(void)
{
	struct durable cut;
	uint64_t word;

	begin();
	transaction();
	CU_ASSERT_EQUAL(durable.listed, 2);
	cut = durable;
	for (word = 0; word <= ALL; word++) {
		durable = cut;
		memcpy(durable.state, before.state, word * 8);
		settled(&before, 0);
	}
}

/* Cut after the commit's store, and again while the next life copies. */
static void test_after(void)
{
	struct durable after;
	uint64_t word;

	begin();
	transaction();
	rt_commit(&message, STATUS_BUSY);
	CU_ASSERT_EQUAL(durable.listed, 0);
	after = durable;
	for (word = 0; word <= ALL; word++) {
		durable = after;
		durable.word |= DURABLE_SEALED;
		durable.listed = 2;
		memcpy(durable.committed + word * 8, before.committed + word * 8, (ALL - word) * 8);
		settled(&after, 77);
	}
	durable = after;
	durable.word |= DURABLE_SEALED; /* nothing is listed any more */
	settled(&after, 77);
}

static const struct suite_test tests[] = {
	{ "any bit that was changed outside a transaction is found", test_bits },
	{ "so are any two words", test_pairs },
	{ "and any part of a line", test_torn },
	{ "a list out of range is damage, and so is another format", test_head },
	{ "a life that was cut before its commit is taken back", test_before },
	{ "one that was cut after it goes on to its end", test_after },
};

int main(void)
{
	return suite_run("durable", tests, sizeof(tests) / sizeof(tests[0]));
}
