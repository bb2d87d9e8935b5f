/* SPDX-License-Identifier: Apache-2.0 */
/* The console server's lives: cut anywhere, its guest and its reader see what they would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "servers/vuart/server.c"
#include "tests/host/life.h"

#define CONSOLE 5
#define LINE 6
#define TYPED "shoot\r"
#define MOST 64 /* events */

static struct console_channel ring;
static struct life life;

/* What the guest does: a word for each access; the reader reads where it is told to. */
static const struct access {
	uint32_t offset;
	bool write;
	uint32_t value;
} script[] = {
	{ PL011_LCR_H, true, PL011_LCR_H_FEN },
	{ PL011_IMSC, true, PL011_TX | PL011_RX | PL011_RT },
	{ PL011_DR, true, 'o' },
	{ PL011_DR, false, 0 },
	{ PL011_DR, true, 'a' },
	{ PL011_RIS, false, 0 },
	{ PL011_ICR, true, PL011_TX },
	{ PL011_DR, false, 0 },
	{ PL011_DR, true, 'k' },
	{ PL011_DR, false, 0 },
	{ PL011_DR, true, '\n' },
	{ PL011_DR, false, 0 },
	{ PL011_FR, false, 0 },
	{ PL011_DR, false, 0 },
	{ PL011_DR, false, 0 },
	{ PL011_DR, false, 0 },
	{ PL011_MIS, false, 0 },
};
#define SCRIPT (sizeof(script) / sizeof(script[0]))

/* All that anybody outside has seen. */
struct seen {
	uint64_t read[SCRIPT];
	uint32_t answers, events;
	char text[MOST];
	uint32_t text_length;
	uint64_t level;
	bool refused;
};
static struct seen seen;
static bool reader_awake;

/* Sleeps when it has read all; then only a signal wakes it. */
static void reader_runs(void)
{
	while (reader_awake && ring.output_tail != ring.output_head && seen.text_length < MOST)
		seen.text[seen.text_length++] = (char)ring.output[ring.output_tail++];
	reader_awake = false;
}

static bool next(struct message *message)
{
	const struct access *access;

	if (seen.events == SCRIPT)
		return false;
	access = &script[seen.events++];
	message->label = access->write ? MMIO_LABEL_WRITE : MMIO_LABEL_READ;
	message->words[0] = access->offset;
	message->words[1] = 4;
	message->words[2] = access->value;
	return true;
}

static void answered(const struct message *message, status_t status)
{
	seen.refused |= status != STATUS_OK;
	if (message->label == MMIO_LABEL_READ)
		seen.read[seen.answers] = message->words[0];
	seen.answers++;
	reader_runs();
}

static status_t call(handle_t endpoint, struct message *message)
{
	if (endpoint != LINE || message->label != LINE_LABEL_SET)
		return STATUS_BAD_HANDLE;
	seen.level = message->words[0];
	return STATUS_OK;
}

static status_t signalled(enum syscall number, uint64_t a0)
{
	if (number != SYSCALL_SIGNAL || a0 != CONSOLE)
		return STATUS_BAD_HANDLE;
	reader_awake = true;
	return STATUS_OK;
}

static void forget(void)
{
	channel = NULL;
	console = line = 0;
	told = line_level = false;
}

static void run(uint64_t cut, uint64_t cut_again)
{
	static const struct life_argument arguments[] = {
		{ "channel", 0 }, { "console-signal", CONSOLE }, { "line", LINE }, { NULL, 0 },
	};
	struct life_argument here[4];

	memcpy(here, arguments, sizeof(here));
	here[0].number = (uint64_t)(uintptr_t)&ring;
	life = (struct life){
		.arguments = here, .forget = forget, .next = next, .answered = answered,
		.call = call, .syscall = signalled, .cut = cut, .cut_again = cut_again,
	};
	life_run(&life);
	reader_runs();
}

static void power_on(void)
{
	memset(&life_durable, 0, sizeof(life_durable));
	memset(&ring, 0, sizeof(ring));
	memset(&seen, 0, sizeof(seen));
	reader_awake = false;
	memcpy(ring.input, TYPED, sizeof(TYPED) - 1);
	ring.input_head = sizeof(TYPED) - 1;
}

/* Runs uncut, and returns how many points there are. */
static uint64_t run_whole(void)
{
	power_on();
	run(0, 0);
	CU_ASSERT_EQUAL(life.lives, 1);
	CU_ASSERT_STRING_EQUAL(seen.text, "oak\n");
	CU_ASSERT_EQUAL(seen.read[3], 's');
	CU_ASSERT_EQUAL(seen.read[14], '\r');
	CU_ASSERT_EQUAL(seen.answers, SCRIPT);
	return life.points;
}

static void test_every_cut(void)
{
	uint64_t points = run_whole(), cut;
	struct seen whole = seen;

	CU_ASSERT_TRUE(points > 4 * SCRIPT);
	for (cut = 1; cut <= points; cut++) {
		power_on();
		run(cut, 0);
		CU_ASSERT_EQUAL(life.lives, 2);
		CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
		CU_ASSERT_EQUAL(life.line[0], '\0');
	}
}

static void test_every_two_cuts(void)
{
	uint64_t points = run_whole(), cut, again;
	struct seen whole = seen;

	for (cut = 1; cut <= points; cut++) {
		for (again = 1; again <= 12; again++) {
			power_on();
			run(cut, again);
			CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
		}
	}
}

/* The positions are the other side's to see after the commit, and not before. */
static void test_shown_by_settle(void)
{
	struct vuart_state *state;
	uint64_t value = 0;

	power_on();
	run(1, 0);
	state = (struct vuart_state *)rt_state();
	ring.input[ring.input_head++ % CONSOLE_INPUT_SIZE] = 'x';
	CU_ASSERT_EQUAL(vuart_write(state, &ring, PL011_DR, 4, 'y'), STATUS_OK);
	CU_ASSERT_EQUAL(vuart_read(state, &ring, PL011_DR, 4, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 'x');
	CU_ASSERT_EQUAL(ring.output_head, 4);
	CU_ASSERT_EQUAL(ring.input_tail, 6);
	CU_ASSERT_TRUE(vuart_settle(state, &ring));
	CU_ASSERT_EQUAL(ring.output_head, 5);
	CU_ASSERT_EQUAL(ring.input_tail, 7);
	CU_ASSERT_FALSE(vuart_settle(state, &ring));
}

/* `count` characters settled at once, the last one being `last`: is the reader woken? */
static bool wakes(uint32_t unread, uint32_t count, char last)
{
	struct vuart_state *state = (struct vuart_state *)rt_state();

	ring.output_tail = ring.output_head = state->output_head;
	for (; unread; unread--)
		vuart_write(state, &ring, PL011_DR, 4, '-');
	vuart_settle(state, &ring);
	for (; count > 1; count--)
		vuart_write(state, &ring, PL011_DR, 4, '-');
	vuart_write(state, &ring, PL011_DR, 4, (uint32_t)last);
	return vuart_settle(state, &ring);
}

static void test_wakes(void)
{
	power_on();
	run(1, 0);
	CU_ASSERT_TRUE(wakes(0, 1, 'x'));
	CU_ASSERT_FALSE(wakes(1, 1, 'x'));
	CU_ASSERT_FALSE(wakes(1, 30, 'x'));
	CU_ASSERT_TRUE(wakes(1, 1, '\n'));
	CU_ASSERT_TRUE(wakes(1, 30, '\n'));
	CU_ASSERT_FALSE(wakes(1, CONSOLE_OUTPUT_SIZE - 2, 'x'));
	CU_ASSERT_TRUE(wakes(1, CONSOLE_OUTPUT_SIZE - 1, 'x'));
}

/* A store that nobody announced: the registers are lost, the rings are not. */
static void test_damaged(void)
{
	struct vuart_state *state;

	power_on();
	run(0, 0);
	state = (struct vuart_state *)rt_state();
	state->output_head += 7;
	seen.events = seen.answers = SCRIPT - 1;
	ring.input[ring.input_head++ % CONSOLE_INPUT_SIZE] = 'x';
	run(0, 0);
	CU_ASSERT_STRING_EQUAL(life.line, "the durable state is damaged: a checksum is wrong; "
					  "it is made anew");
	CU_ASSERT_EQUAL(state->output_head, 4);
	CU_ASSERT_EQUAL(state->input_tail, 6);
	CU_ASSERT_EQUAL(state->mask, 0);
	CU_ASSERT_EQUAL(state->control, PL011_CR_TXE | PL011_CR_RXE);
	CU_ASSERT_EQUAL(seen.level, 0);
	CU_ASSERT_FALSE(seen.refused);
}

static const struct suite_test tests[] = {
	{ "cut at any point, each access counts once and answers the same", test_every_cut },
	{ "cut again at any point of its recovery, too", test_every_two_cuts },
	{ "positions in the rings are shown by settle", test_shown_by_settle },
	{ "the reader is woken for a first character, a line and a full ring", test_wakes },
	{ "a damaged state is made anew where the rings are", test_damaged },
};

int main(void)
{
	return suite_run("vuart_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
