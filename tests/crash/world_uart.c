/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's UART between its sources, a guest's console and a log, and a terminal. Nobody can
 * ask the hardware what it did last: a cut may print one character again, or lose one key.
 */
#include <string.h>

#include "gen/console.h"
#include "servers/lib/console_ring.h"
#include "tests/crash/serial.h"
#include "tests/crash/worlds.h"

#define UART (&crash_place[0])
#define SIGNAL_IRQ (1ul << 63)
#define REQUESTS 50
#define TEXT 0x2000

enum { GUEST, LOG, SOURCES };
enum { HANDLE_IRQ = 10, HANDLE_GUEST };

struct text {
	uint32_t length;
	char bytes[TEXT];
};

static struct {
	struct console_channel channel[SOURCES];
	struct text screen, typed;
	struct serial hardware;
	bool masked; /* the kernel's: signalled, and not done */
	bool woken;  /* the guest */
} memory;

/* Of the run without a cut. */
static struct text screen, typed;

static void text_add(struct text *text, char byte)
{
	if (text->length == TEXT)
		crash_fail("too much text");
	text->bytes[text->length++] = byte;
}

static void start(enum serial_kind kind)
{
	serial_power_on(&memory.hardware, kind);
	place_argument(UART, "device", SERIAL_BASE);
	place_text(UART, "model", serial_names[kind]);
	place_argument(UART, "irq", HANDLE_IRQ);
	place_argument(UART, "sources", SOURCES);
	place_argument(UART, "source0", (uint64_t)&memory.channel[GUEST]);
	place_argument(UART, "source1", (uint64_t)&memory.channel[LOG]);
	place_argument(UART, "signal0", HANDLE_GUEST);
}

static void start_pl011(void)
{
	start(SERIAL_PL011);
}

static void start_ns16550(void)
{
	start(SERIAL_NS16550);
}

static status_t call(handle_t handle, struct message *message)
{
	crash_fail("a call of handle %lu, label %lx", (unsigned long)handle,
		   (unsigned long)message->label);
}

/* --- The hardware ----------------------------------------------------------------------------- */

static void interrupt(void)
{
	if (!serial_raised() || memory.masked)
		return;
	memory.masked = true;
	place_signal(UART, SIGNAL_IRQ);
}

static void serial_point(enum serial_point point)
{
	if (point != SERIAL_BEFORE)
		interrupt();
	crash_point();
}

static void serial_sent(uint8_t byte)
{
	text_add(&memory.screen, (char)byte);
}

static void serial_wrong(const char *what)
{
	crash_fail("%s", what);
}

static status_t system_call(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	(void)result;
	if (number == SYSCALL_SIGNAL && argument[0] == HANDLE_GUEST) {
		memory.woken = true;
	} else if (number == SYSCALL_IRQ_DONE && argument[0] == HANDLE_IRQ) {
		memory.masked = false;
		interrupt();
	} else {
		crash_fail("system call %u", number);
	}
	return STATUS_OK;
}

/* --- The script ------------------------------------------------------------------------------- */

static void say(uint32_t source, uint32_t count, uint32_t seed)
{
	struct console_ring ring = console_output(&memory.channel[source]);
	bool wake;

	while (count--) {
		uint32_t dice = crash_random(&seed) % 20;

		if (!console_ring_put(ring, dice ? (uint8_t)('a' + dice) : '\n', &wake))
			crash_fail("a ring that is full");
	}
	place_signal(UART, 1ul << source);
	machine_run();
}

/* The line takes what it can in a while. */
static void send(uint32_t count)
{
	serial_drain(count);
	interrupt();
	machine_run();
}

static void press(uint32_t count, uint32_t seed)
{
	while (count-- && serial_press((uint16_t)('A' + crash_random(&seed) % 26)))
		;
	interrupt();
	machine_run();
}

/* The guest reads its keys, if it is woken. */
static void guest_run(void)
{
	struct console_channel *channel = &memory.channel[GUEST];

	if (!memory.woken)
		return;
	memory.woken = false;
	while (channel->input_tail != channel->input_head)
		text_add(&memory.typed,
			 (char)channel->input[channel->input_tail++ % CONSOLE_INPUT_SIZE]);
}

/* As in the run without a cut, but that each cut may print a character twice. */
static void screen_check(void)
{
	const struct text *saw = &memory.screen;
	uint32_t at = 0, other = 0, twice = 0;

	for (; at < saw->length; at++) {
		if (other < screen.length && saw->bytes[at] == screen.bytes[other])
			other++;
		else if (!at || saw->bytes[at] != saw->bytes[at - 1] || ++twice > machine.cuts)
			crash_fail("character %u of the screen is %x", at, saw->bytes[at]);
	}
	if (other != screen.length)
		crash_fail("the screen has %u characters of %u", other, screen.length);
}

/* Here it may lose one. */
static void typed_check(void)
{
	const struct text *saw = &memory.typed;
	uint32_t at = 0, other;

	for (other = 0; other < typed.length; other++)
		at += at < saw->length && saw->bytes[at] == typed.bytes[other];
	if (at != saw->length)
		crash_fail("key %u is none that was pressed", at);
	if (typed.length - at > machine.cuts)
		crash_fail("%u keys of %u came", at, typed.length);
}

static void script(uint32_t seed)
{
	uint32_t count;

	for (count = 0; count < REQUESTS; count++) {
		uint32_t dice = crash_random(&seed) % 8, some = crash_random(&seed);

		if (dice < 2)
			say(GUEST, some % 24, some);
		else if (dice == 2)
			say(LOG, some % 40, some);
		else if (dice < 6)
			send(some % SERIAL_FIFO);
		else
			press(1 + some % 4, some);
		guest_run();
	}
	say(LOG, 1, 0);
	for (count = 0; count < 500; count++)
		send(SERIAL_FIFO);
	guest_run();
	if (machine.cuts == 0) {
		screen = memory.screen;
		typed = memory.typed;
	}
	screen_check();
	typed_check();
	crash_record("guest's output", memory.channel[GUEST].output_tail);
	crash_record("log's output", memory.channel[LOG].output_tail);
}

extern const struct image image_uart;

#define WORLD_OF(kind)                                                                             \
	.name = "uart, " #kind, .image = { &image_uart }, .memory = &memory,                       \
	.size = sizeof(memory), .start = start_##kind, .script = script, .call = call,             \
	.system = system_call

const struct world world_uart = { WORLD_OF(pl011) };
const struct world world_uart_ns16550 = { WORLD_OF(ns16550) };
