/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's UART between its sources, a guest's console and a log, and a terminal. Nobody can
 * ask the hardware what it did last: a cut may print one character again, or lose one key.
 */
#include <string.h>

#include "gen/console.h"
#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "tests/crash/worlds.h"

#define UART (&crash_place[0])
#define SIGNAL_IRQ (1ul << 63)
#define REQUESTS 50
#define FIFO 16
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
	uint32_t mask, line_control, control, sending, keys;
	uint8_t key[FIFO];
	bool sent;   /* RIS.TX */
	bool masked; /* the kernel's: signalled, and not done */
	bool woken;  /* the guest */
} memory;

/* Of the run without a cut. */
static struct text screen, typed;

uint32_t device_read(uint32_t offset);
void device_write(uint32_t offset, uint32_t value);

static void text_add(struct text *text, char byte)
{
	if (text->length == TEXT)
		crash_fail("too much text");
	text->bytes[text->length++] = byte;
}

static void start(void)
{
	place_argument(UART, "device", 0x1000);
	place_argument(UART, "irq", HANDLE_IRQ);
	place_argument(UART, "sources", SOURCES);
	place_argument(UART, "source0", (uint64_t)&memory.channel[GUEST]);
	place_argument(UART, "source1", (uint64_t)&memory.channel[LOG]);
	place_argument(UART, "signal0", HANDLE_GUEST);
}

static status_t call(handle_t handle, struct message *message)
{
	crash_fail("a call of handle %lu, label %lx", (unsigned long)handle,
		   (unsigned long)message->label);
}

/* --- The hardware ----------------------------------------------------------------------------- */

static void interrupt(void)
{
	uint32_t raised = (memory.keys ? PL011_RX | PL011_RT : 0) | (memory.sent ? PL011_TX : 0);

	if (!(raised & memory.mask) || memory.masked)
		return;
	memory.masked = true;
	place_signal(UART, SIGNAL_IRQ);
}

uint32_t device_read(uint32_t offset)
{
	uint32_t value = 0;

	crash_point();
	switch (offset) {
	case PL011_FR:
		value = (memory.keys ? 0 : PL011_FR_RXFE) |
			(memory.sending == FIFO ? PL011_FR_TXFF : 0);
		break;
	case PL011_LCR_H:
		value = memory.line_control;
		break;
	case PL011_CR:
		value = memory.control;
		break;
	case PL011_DR:
		value = memory.key[0];
		memory.keys -= memory.keys > 0;
		memmove(memory.key, memory.key + 1, FIFO - 1);
		break;
	}
	crash_point();
	return value;
}

void device_write(uint32_t offset, uint32_t value)
{
	crash_point();
	switch (offset) {
	case PL011_DR:
		if (memory.sending == FIFO)
			crash_fail("a character is written to a full FIFO");
		memory.sending++;
		text_add(&memory.screen, (char)value);
		break;
	case PL011_LCR_H:
		memory.line_control = value;
		break;
	case PL011_CR:
		memory.control = value;
		break;
	case PL011_IMSC:
		memory.mask = value;
		break;
	case PL011_ICR:
		memory.sent &= !(value & PL011_TX);
		break;
	}
	interrupt();
	crash_point();
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
	bool above = memory.sending > FIFO / 2;

	memory.sending -= count < memory.sending ? count : memory.sending;
	memory.sent |= above && memory.sending <= FIFO / 2;
	interrupt();
	machine_run();
}

static void press(uint32_t count, uint32_t seed)
{
	while (count-- && memory.keys < FIFO)
		memory.key[memory.keys++] = (uint8_t)('A' + crash_random(&seed) % 26);
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
			send(some % FIFO);
		else
			press(1 + some % 4, some);
		guest_run();
	}
	say(LOG, 1, 0);
	for (count = 0; count < 500; count++)
		send(FIFO);
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

const struct world world_uart = {
	.name = "uart",
	.image = { &image_uart },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.script = script,
	.call = call,
	.system = system_call,
};
