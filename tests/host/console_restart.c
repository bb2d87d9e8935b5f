/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The UART driver's lives: cut before and after each system call and commit, and before each access
 * to the hardware, also while the next life recovers, the screen and the keys are the same.
 *
 * Between an access and the note of it no life ends, but in a test of its own: the hardware says
 * nothing of what was done.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/rt/internal.h"
#include "servers/rt/syscall.h"
#include "servers/uart/server.c"
#include "tests/crash/serial.h"
#include "tests/host/commits.h"
#include "tests/host/suite.h"

#define IRQ 3
#define SIGNAL_HANDLE 10 /* of source n: + n */
#define SCREEN 8192
#define EVENTS 2000 /* the most of a run: one that does not end is wrong */

enum { ONE, TWO, LOG, BOSS, SOURCES };
enum { CUT = 1, DONE };

/* What happens, one after the other, when the driver waits. */
static const struct step {
	uint32_t source; /* who says it; SOURCES: it is typed */
	const char *text;
	uint32_t times;
} script[] = {
	{ ONE, "booting\r\n$ ", 1 },
	{ LOG, "a line\n", 1 },
	{ SOURCES, "ls -l\r", 1 },
	{ ONE, "ls -l\r\n", 1 },
	{ TWO, "0123456789abcdef", 40 },
	{ ONE, "0123456789abcdef", 140 },
	{ SOURCES, "\0352", 1 },
	{ TWO, "\r\nlogin: ", 1 },
	{ LOG, "half a ", 1 },
	{ ONE, "\r\ndone\r\n", 1 },
	{ LOG, "line\n", 1 },
	{ SOURCES, "a long line of keys, more than fit\035\035\r", 1 },
	{ BOSS, "> ", 1 },
	{ SOURCES, "\0350restart\r", 1 },
	{ BOSS, "restart\nok\n> ", 1 },
	{ SOURCES, "\0351x", 1 },
	{ ONE, "x", 1 },
};
#define STEPS (sizeof(script) / sizeof(*script))

static struct durable durable;
static struct console_channel channels[SOURCES];
static jmp_buf end;
static uint64_t points, cut, cut_again;
static bool points_inside; /* also between an access and its note */
static enum serial_kind kind;

static struct {
	unsigned int steps;
	const char *keys; /* that are still to be typed */
	struct serial hardware;
	bool active; /* the interrupt is not done */
	uint64_t signals;
	uint64_t told[SOURCES];
	bool asleep[SOURCES]; /* a guest that waits for room */
	uint32_t left;        /* of this step */
	uint32_t events, wrong;
} world;

static struct seen {
	char screen[SCREEN];
	uint32_t length;
	char typed[SOURCES][256];
	uint32_t typed_length[SOURCES];
} seen, expected;

static void point(void)
{
	if (++points == cut)
		longjmp(end, CUT);
}

void commit_point(void)
{
	point();
}

uint64_t rt_argument(const char *name)
{
	if (!strcmp(name, "sources"))
		return SOURCES;
	if (!strcmp(name, "irq"))
		return IRQ;
	if (!strcmp(name, "device"))
		return SERIAL_BASE;
	if (!strncmp(name, "source", 6))
		return (uint64_t)(uintptr_t)&channels[name[6] - '0'];
	return 0;
}

uint64_t rt_argument_or(const char *name, uint64_t otherwise)
{
	if (!strcmp(name, "operator"))
		return BOSS;
	return strcmp(name, "signal2") ? (uint64_t)(SIGNAL_HANDLE + name[6] - '0') : otherwise;
}

const char *rt_argument_text(const char *name)
{
	static const char *const names[] = { "one", "two", "blk", "supervisor" };

	if (!strcmp(name, "model"))
		return serial_names[kind];
	return names[name[6] - '0'];
}

void rt_log(const char *format, ...)
{
	(void)format;
	world.wrong++;
}

void rt_fail(const char *format, ...)
{
	(void)format;
	abort();
}

static void serial_point(enum serial_point at)
{
	if (at == SERIAL_BEFORE || (at == SERIAL_AFTER_DATA && points_inside))
		point();
}

static void serial_sent(uint8_t byte)
{
	if (seen.length < SCREEN - 1)
		seen.screen[seen.length++] = (char)byte;
}

static void serial_wrong(const char *what)
{
	(void)what;
	world.wrong++;
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	(void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)result;
	point();
	if (number == SYSCALL_SIGNAL && a0 >= SIGNAL_HANDLE && a0 < SIGNAL_HANDLE + SOURCES)
		world.told[a0 - SIGNAL_HANDLE]++;
	else if (number == SYSCALL_IRQ_DONE && a0 == IRQ)
		world.active = false;
	else
		world.wrong++;
	point();
	return STATUS_OK;
}

status_t rt_syscall_one(enum syscall number, uint64_t a0)
{
	return rt_syscall(number, a0, 0, 0, 0, 0, 0, NULL);
}

/* The sources read their keys where they are told to. */
static void sources_run(void)
{
	uint32_t number, used;

	for (number = 0; number < SOURCES; number++) {
		struct console_ring ring = console_input(&channels[number]);

		if (!world.told[number])
			continue;
		world.told[number] = 0;
		world.asleep[number] = false;
		used = console_ring_used(ring);
		if (used + seen.typed_length[number] > 256)
			abort();
		seen.typed_length[number] += console_ring_peek(
			ring, used, (uint8_t *)seen.typed[number] + seen.typed_length[number], 256);
		console_ring_take(ring, used);
	}
}

/* Says the step's text as far as there is room; false: it waits for more. */
static bool say(const struct step *step)
{
	struct console_ring ring = console_output(&channels[step->source]);
	uint32_t length = (uint32_t)strlen(step->text), total = length * step->times;
	bool wake;

	if (world.asleep[step->source])
		return false;
	for (; world.left < total; world.left++) {
		if (!console_ring_put(ring, (uint8_t)step->text[world.left % length], &wake)) {
			world.asleep[step->source] = true;
			world.signals |= UINT64_C(1) << step->source;
			return false;
		}
		if (wake)
			world.signals |= UINT64_C(1) << step->source;
	}
	return true;
}

static void script_run(void)
{
	const struct step *step = &script[world.steps];

	/* A step begins when all is quiet; one that waited for room goes on at any time. */
	if (world.steps == STEPS || (world.keys && *world.keys))
		return;
	if (step->source == SOURCES) {
		world.keys = step->text;
	} else if (!say(step)) {
		return;
	}
	world.left = 0;
	world.steps++;
}

/* The hardware: what was sent goes out, keys come in, its interrupt fires unless it is active. */
static void hardware_runs(void)
{
	serial_drain(SERIAL_FIFO);
	while (world.keys && *world.keys && serial_press((uint8_t)*world.keys))
		world.keys++;
	if (!world.active && serial_raised()) {
		world.active = true;
		world.signals |= SIGNAL_IRQ;
	}
}

void rt_reply_wait(handle_t endpoint, status_t status, struct message *message)
{
	(void)endpoint, (void)status;
	point();
	world.wrong += ++world.events > EVENTS;
	if (world.wrong)
		longjmp(end, DONE);
	sources_run();
	hardware_runs();
	if (!world.signals) {
		bool all = world.steps == STEPS;

		script_run();
		hardware_runs();
		if (!world.signals && all)
			longjmp(end, DONE);
	}
	memset(message, 0, sizeof(*message));
	message->words[0] = world.signals;
	world.signals = 0;
	point();
}

static void run(uint64_t first, uint64_t second)
{
	uint64_t watch = 0;

	memset(&durable, 0, sizeof(durable));
	memset(channels, 0, sizeof(channels));
	memset(&world, 0, sizeof(world));
	memset(&seen, 0, sizeof(seen));
	serial_power_on(&world.hardware, kind);
	cut = first;
	cut_again = second;
	switch (setjmp(end)) {
	case DONE:
		return;
	case CUT:
		cut = cut_again;
		cut_again = 0;
		memset(world.asleep, 0, sizeof(world.asleep));
		if (world.left)
			script_run(); /* the sources do not wait for the next life */
	}
	points = 0;
	memset(&mux, 0, sizeof(mux));
	commits_forget();
	irq_came = false;
	reported = 0;
	server_start();
	rt_durable_open(&durable, &server_durable);
	rt_serve(1, &watch);
}

static uint64_t run_uncut(void)
{
	run(0, 0);
	expected = seen;
	return points;
}

static bool as_expected(void)
{
	return !memcmp(&seen, &expected, sizeof(seen)) && !world.wrong && world.steps == STEPS;
}

static void uncut(void)
{
	points_inside = false;
	run_uncut();
	CU_ASSERT_EQUAL(world.wrong, 0);
	CU_ASSERT_STRING_EQUAL(seen.typed[ONE], "ls -l\rx");
	CU_ASSERT_STRING_EQUAL(seen.typed[TWO], "a long line of keys, more than fit\035\r");
	CU_ASSERT_STRING_EQUAL(seen.typed[BOSS], "restart\r");
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.screen, "login: \r\n[one] \r\n[one] done\r\nlogin: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.screen, "[blk] half a line\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.screen, "restart\r\nok\r\n> \r\n[console: one]\r\nx"));
}

static void each_point(void)
{
	uint64_t count, at, wrong = 0;

	points_inside = false;
	count = run_uncut();
	for (at = 1; at <= count; at++) {
		run(at, 0);
		wrong += !as_expected();
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(count > 2500);
	printf("# %s: %lu points\n", serial_names[kind], (unsigned long)count);
}

static void each_point_twice(void)
{
	uint64_t count, at, again, wrong = 0;

	points_inside = false;
	count = run_uncut();
	for (at = 1; at <= count; at += 31)
		for (again = 1; again <= 40; again++) {
			run(at, again);
			wrong += !as_expected();
		}
	CU_ASSERT_EQUAL(wrong, 0);
}

/* Whether the screen is as expected but for one character that is there twice. */
static bool one_repeated(void)
{
	uint32_t at = 0;

	if (seen.length != expected.length + 1)
		return false;
	while (at < expected.length && seen.screen[at] == expected.screen[at])
		at++;
	return at && seen.screen[at] == seen.screen[at - 1] &&
	       !memcmp(seen.screen + at + 1, expected.screen + at, expected.length - at);
}

/* The most that a cut between an access and its note costs. */
static void inside(void)
{
	uint64_t count, at, wrong = 0, repeated = 0, keys = 0;

	points_inside = true;
	count = run_uncut();
	for (at = 1; at <= count; at++) {
		run(at, 0);
		if (as_expected())
			continue;
		if (!memcmp(seen.typed, expected.typed, sizeof(seen.typed)) && one_repeated())
			repeated++;
		else
			keys++;
		wrong += world.wrong;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	/* Each character, and each key, has one such point. */
	CU_ASSERT_EQUAL(repeated, expected.length);
	CU_ASSERT_EQUAL(keys, strlen("ls -l\r" "\0352" "a long line of keys, more than fit\035\035\r"
				     "\0350restart\r" "\0351x"));
}

/* Each of these with either UART. */
#define OF_BOTH(name)                                                                              \
	static void test_##name(void)                                                              \
	{                                                                                          \
		for (kind = 0; kind < SERIAL_KINDS; kind++)                                        \
			name();                                                                    \
	}
OF_BOTH(uncut)
OF_BOTH(each_point)
OF_BOTH(each_point_twice)
OF_BOTH(inside)

static const struct suite_test tests[] = {
	{ "without a cut the script does what it is to", test_uncut },
	{ "a cut at any point changes nothing", test_each_point },
	{ "nor does a second one in the life that recovers", test_each_point_twice },
	{ "at the hardware a cut costs one character printed twice, or one key", test_inside },
};

int main(void)
{
	return suite_run("console_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
