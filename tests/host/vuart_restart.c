/* SPDX-License-Identifier: Apache-2.0 */
/* The console server's lives: cut anywhere, its guest and its reader see what they would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "ipc/riscv64.h"
#include "servers/lib/console_ring.h"
#include "servers/lib/ns16550.h"
#include "servers/lib/pl011.h"
#include "servers/vuart/server.c"
#include "tests/host/life.h"

#define CONSOLE 5
#define LINE 6
#define BASE 0x80000000ul
#define MOST 64 /* events */

static struct console_channel ring;
static char memory[64];
static struct life life;

enum what { LOAD, STORE, FIRMWARE };

/*
 * What the guest does: an access to its UART, or a call of its firmware's console for `value` bytes
 * of memory; the reader reads where it is told to.
 */
struct access {
	uint32_t offset; /* of a register; or the firmware's function */
	enum what what;
	uint32_t value;
};

static const struct access pl011_script[] = {
	{ PL011_LCR_H, STORE, PL011_LCR_H_FEN },
	{ PL011_IMSC, STORE, PL011_TX | PL011_RX | PL011_RT },
	{ PL011_DR, STORE, 'o' },
	{ PL011_DR, LOAD, 0 },
	{ PL011_DR, STORE, 'a' },
	{ PL011_RIS, LOAD, 0 },
	{ PL011_ICR, STORE, PL011_TX },
	{ PL011_DR, LOAD, 0 },
	{ PL011_DR, STORE, 'k' },
	{ PL011_DR, LOAD, 0 },
	{ PL011_DR, STORE, '\n' },
	{ PL011_DR, LOAD, 0 },
	{ PL011_FR, LOAD, 0 },
	{ PL011_DR, LOAD, 0 },
	{ PL011_DR, LOAD, 0 },
	{ PL011_DR, LOAD, 0 },
	{ PL011_MIS, LOAD, 0 },
};

static const struct access ns16550_script[] = {
	{ NS16550_FCR, STORE, NS16550_FCR_ENABLE | NS16550_FCR_TRIGGER_8 },
	{ NS16550_MCR, STORE, NS16550_MCR_LOOP | NS16550_MCR_RTS },
	{ NS16550_DATA, STORE, 'l' },
	{ NS16550_MSR, LOAD, 0 },
	{ NS16550_DATA, LOAD, 0 },
	{ NS16550_MCR, STORE, NS16550_MCR_OUT2 },
	{ NS16550_IER, STORE, NS16550_IER_TRANSMIT | NS16550_IER_RECEIVE },
	{ NS16550_DATA, LOAD, 0 },
	{ NS16550_IIR, LOAD, 0 },
	{ 0, FIRMWARE, 2 },
	{ 1, FIRMWARE, 4 },
	{ NS16550_IER, STORE, NS16550_IER_TRANSMIT },
	{ NS16550_IIR, LOAD, 0 },
	{ NS16550_IIR, LOAD, 0 },
	{ NS16550_DATA, STORE, 'k' },
	{ NS16550_IIR, LOAD, 0 },
	{ 2, FIRMWARE, '\n' },
	{ NS16550_DATA, LOAD, 0 },
	{ NS16550_DATA, LOAD, 0 },
	{ NS16550_LSR, LOAD, 0 },
};

static const struct script {
	const char *model;
	const struct access *access;
	uint32_t count;
	const char *typed; /* before the first access */
} scripts[] = {
	{ "arm,pl011", pl011_script, sizeof(pl011_script) / sizeof(pl011_script[0]), "shoot\r" },
	{ "ns16550a", ns16550_script, sizeof(ns16550_script) / sizeof(ns16550_script[0]),
	  "sixteen, dropped" "shoot\r" },
};
static const struct script *script;

/* All that anybody outside has seen. */
struct seen {
	uint64_t read[MOST];
	uint32_t answers, events;
	char text[MOST];
	uint32_t text_length;
	uint64_t level;
	char memory[sizeof(memory)];
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

	if (seen.events == script->count)
		return false;
	access = &script->access[seen.events++];
	message->words[0] = access->offset;
	message->words[1] = 1;
	message->words[2] = access->value;
	message->label = access->what == STORE ? MMIO_LABEL_WRITE : MMIO_LABEL_READ;
	if (access->what == FIRMWARE) {
		message->label = HYPERCALL_LABEL_CALL;
		message->words[0] = SBI_DBCN;
		message->words[1] = access->offset;
		message->words[3] = BASE + 8;
	}
	return true;
}

static void answered(const struct message *message, status_t status)
{
	seen.refused |= status != STATUS_OK;
	if (message->label == HYPERCALL_LABEL_CALL)
		seen.read[seen.answers] = message->words[0] << 8 | message->words[1];
	else if (message->label == MMIO_LABEL_READ)
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
	around = (struct surroundings){ NULL };
	console = line = 0;
	told = line_level = false;
}

static void run(uint64_t cut, uint64_t cut_again)
{
	const struct life_argument arguments[] = {
		{ "channel", (uint64_t)(uintptr_t)&ring },
		{ "console-signal", CONSOLE },
		{ "line", LINE },
		{ "model", (uint64_t)(uintptr_t)script->model },
		{ "memory", (uint64_t)(uintptr_t)memory },
		{ "memory-size", sizeof(memory) },
		{ "guest-base", BASE },
		{ NULL, 0 },
	};

	life = (struct life){
		.arguments = arguments, .forget = forget, .next = next, .answered = answered,
		.call = call, .syscall = signalled, .cut = cut, .cut_again = cut_again,
	};
	life_run(&life);
	reader_runs();
	memcpy(seen.memory, memory, sizeof(memory));
}

static void power_on(uint32_t which)
{
	script = &scripts[which];
	memset(&life_durable, 0, sizeof(life_durable));
	memset(&ring, 0, sizeof(ring));
	memset(&seen, 0, sizeof(seen));
	memset(memory, 0, sizeof(memory));
	memcpy(memory + 8, "oa", 2);
	reader_awake = false;
	ring.input_head = (uint32_t)strlen(script->typed);
	memcpy(ring.input, script->typed, ring.input_head);
}

/* Runs uncut, and returns how many points there are. */
static uint64_t run_whole(uint32_t which)
{
	power_on(which);
	run(0, 0);
	CU_ASSERT_EQUAL(life.lives, 1);
	CU_ASSERT_STRING_EQUAL(seen.text, "oak\n");
	CU_ASSERT_EQUAL(seen.answers, script->count);
	CU_ASSERT_FALSE(seen.refused);
	return life.points;
}

static void test_uncut(void)
{
	run_whole(0);
	CU_ASSERT_EQUAL(seen.read[3], 's');
	CU_ASSERT_EQUAL(seen.read[14], '\r');
	run_whole(1);
	CU_ASSERT_EQUAL(seen.read[4], 'l');
	CU_ASSERT_EQUAL(seen.read[7], 's');
	CU_ASSERT_EQUAL(seen.read[8] & 0xf, NS16550_IIR_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(seen.memory + 8, "hoot");
	CU_ASSERT_EQUAL(seen.read[12] & 0xf, NS16550_IIR_TRANSMIT);
	CU_ASSERT_EQUAL(seen.read[13] & 0xf, NS16550_IIR_NONE);
	CU_ASSERT_EQUAL(seen.read[17], '\r');
}

static void test_every_cut(void)
{
	uint32_t which;

	for (which = 0; which < 2; which++) {
		uint64_t points = run_whole(which), cut;
		struct seen whole = seen;

		CU_ASSERT_TRUE(points > 4 * script->count);
		for (cut = 1; cut <= points; cut++) {
			power_on(which);
			run(cut, 0);
			CU_ASSERT_EQUAL(life.lives, 2);
			CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
			CU_ASSERT_EQUAL(life.line[0], '\0');
		}
	}
}

static void test_every_two_cuts(void)
{
	uint32_t which;

	for (which = 0; which < 2; which++) {
		uint64_t points = run_whole(which), cut, again;
		struct seen whole = seen;

		for (cut = 1; cut <= points; cut++) {
			for (again = 1; again <= 12; again++) {
				power_on(which);
				run(cut, again);
				CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
			}
		}
	}
}

/* What a binary that knows the PL011 alone has left: it begins like what this one knows. */
static void test_older(void)
{
	const struct script whole = scripts[0];
	struct script half = whole;
	struct seen expected;

	run_whole(0);
	expected = seen;
	power_on(0);
	half.count /= 2;
	script = &half;
	run(0, 0);
	life_durable.layout.version = 1;
	life_durable.layout.size = VUART_STATE_SIZE_1;
	script = &whole;
	run(0, 0);
	CU_ASSERT_STRING_EQUAL(life.line, "the durable state of version 1 goes on as 2");
	CU_ASSERT_EQUAL(life_durable.layout.version, VUART_STATE_VERSION);
	CU_ASSERT_EQUAL(memcmp(&seen, &expected, sizeof(seen)), 0);
}

/* The positions are the other side's to see after the commit, and not before. */
static void test_shown_by_settle(void)
{
	struct vuart_state *state;
	uint64_t value = 0;

	power_on(0);
	run(1, 0);
	state = (struct vuart_state *)rt_state();
	ring.input[ring.input_head++ % CONSOLE_INPUT_SIZE] = 'x';
	CU_ASSERT_EQUAL(vuart_write(state, &around, PL011_DR, 4, 'y'), STATUS_OK);
	CU_ASSERT_EQUAL(vuart_read(state, &around, PL011_DR, 4, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 'x');
	CU_ASSERT_EQUAL(ring.output_head, 4);
	CU_ASSERT_EQUAL(ring.input_tail, 6);
	CU_ASSERT_TRUE(vuart_settle(state, &around));
	CU_ASSERT_EQUAL(ring.output_head, 5);
	CU_ASSERT_EQUAL(ring.input_tail, 7);
	CU_ASSERT_FALSE(vuart_settle(state, &around));
}

/* `count` characters settled at once, the last one being `last`: is the reader woken? */
static bool wakes(uint32_t unread, uint32_t count, char last)
{
	struct vuart_state *state = (struct vuart_state *)rt_state();

	ring.output_tail = ring.output_head = state->output_head;
	for (; unread; unread--)
		vuart_write(state, &around, PL011_DR, 4, '-');
	vuart_settle(state, &around);
	for (; count > 1; count--)
		vuart_write(state, &around, PL011_DR, 4, '-');
	vuart_write(state, &around, PL011_DR, 4, (uint32_t)last);
	return vuart_settle(state, &around);
}

static void test_wakes(void)
{
	power_on(0);
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

	power_on(0);
	run(0, 0);
	state = (struct vuart_state *)rt_state();
	state->output_head += 7;
	seen.events = seen.answers = script->count - 1;
	ring.input[ring.input_head++ % CONSOLE_INPUT_SIZE] = 'x';
	run(0, 0);
	CU_ASSERT_STRING_EQUAL(life.line, "the durable state is damaged: a line is not what was committed; "
					  "it is made anew");
	CU_ASSERT_EQUAL(state->output_head, 4);
	CU_ASSERT_EQUAL(state->input_tail, 6);
	CU_ASSERT_EQUAL(state->mask, 0);
	CU_ASSERT_EQUAL(state->control, PL011_CR_TXE | PL011_CR_RXE);
	CU_ASSERT_EQUAL(seen.level, 0);
	CU_ASSERT_FALSE(seen.refused);
}

static const struct suite_test tests[] = {
	{ "either model does what its script is to see", test_uncut },
	{ "cut at any point, each access counts once and answers the same", test_every_cut },
	{ "cut again at any point of its recovery, too", test_every_two_cuts },
	{ "a state of version 1 is gone on with", test_older },
	{ "positions in the rings are shown by settle", test_shown_by_settle },
	{ "the reader is woken for a first character, a line and a full ring", test_wakes },
	{ "a damaged state is made anew where the rings are", test_damaged },
};

int main(void)
{
	return suite_run("vuart_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
