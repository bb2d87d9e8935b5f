/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver of the machine's PL011 (ARM DDI 0183): the hardware before the multiplexer.
 *
 * Moving text is a transaction; its two ends are not. The hardware cannot be asked what it has been
 * given or what was read from it, so what it did is noted by one plain store right beside the
 * access, where no roll-back reaches it (struct uart_track). A life that ends between the two has
 * the character printed once more, or the key lost; nowhere else does anything happen twice or not.
 */
#include "gen/uart_events.h"
#include "servers/lib/argument.h"
#include "servers/lib/pl011.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/uart/device.h"
#include "servers/uart/mux.h"

#define SIGNAL_IRQ (UINT64_C(1) << 63)

/* The most rounds of output at one event: the rest comes with the next. */
#define ROUNDS_MAXIMUM 8

/* DR beside the character: framing, parity, break, overrun; only an overrun's character is good. */
#define DR_BAD 0x700u

#define LINE_CONTROL (PL011_LCR_H_8BIT | PL011_LCR_H_FEN)
#define CONTROL (PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE)

static struct mux mux;
static handle_t irq;
static bool irq_came;
static handle_t signals[MUX_SOURCES];
static uint64_t reported; /* liars that were told of */

/* As much as the hardware takes without waiting. */
static void text_send(void)
{
	volatile struct uart_track *track = mux_track();
	uint8_t byte;

	while (!(device_read(PL011_FR) & PL011_FR_TXFF) && mux_next(&byte)) {
		uint32_t next = track->sent + 1;

		device_write(PL011_DR, byte);
		track->sent = next;
	}
}

/* The log of this server is one of its own sources. */
static void liars_report(void)
{
	uint64_t news = mux.liars & ~reported;

	mux.liars = 0;
	reported |= news;
	for (; news; news &= news - 1) {
		rt_log("%s: its ring was out of range, what it held is dropped",
		       mux.source[__builtin_ctzll(news)].name);
		mux.looks = (UINT64_C(1) << mux.sources) - 1;
	}
}

static void sources_signal(void)
{
	uint64_t bits = mux.signals;

	mux.signals = 0;
	for (; bits; bits &= bits - 1)
		rt_signal(signals[__builtin_ctzll(bits)]);
}

/*
 * Move text until there is none, the hardware is full or others are due. In the last two cases
 * characters were just written, so that the transmit interrupt comes when they are gone.
 */
static void output_run(void)
{
	uint32_t rounds;

	mux_settle(&mux);
	for (rounds = 0; rounds < ROUNDS_MAXIMUM && mux_is_busy(&mux); rounds++) {
		mux_pump(&mux);
		rt_commit(NULL, STATUS_OK);
		liars_report();
		mux_settle(&mux);
		text_send();
		if (device_read(PL011_FR) & PL011_FR_TXFF)
			break;
	}
	device_write(PL011_IMSC, PL011_RX | PL011_RT | (mux_is_busy(&mux) ? PL011_TX : 0));
	sources_signal();
}

/* Reads key `number`, unless a former life has; false: there is none. */
static bool key_read(volatile struct uart_key *key, uint16_t number)
{
	if (key->number == number && key->data != UART_KEY_NONE)
		return true;
	if (device_read(PL011_FR) & PL011_FR_RXFE)
		return false;
	key->data = UART_KEY_NONE;
	key->number = number;
	key->data = (uint16_t)device_read(PL011_DR);
	return true;
}

/*
 * Only reading ends the receive interrupts: cleared by ICR while characters are left in the FIFO,
 * they would not come again for those. No more keys than are noted; they come with the next one.
 */
static void keys_read(struct uart_state *state)
{
	uint32_t keys;

	device_write(PL011_ICR, PL011_TX);
	for (keys = 0; keys < UART_KEYS; keys++) {
		uint32_t number = state->keys_taken + 1;
		volatile struct uart_key *key = &mux_track()->key[number % UART_KEYS];

		if (!key_read(key, (uint16_t)number))
			return;
		RT_TOUCH(state->keys_taken);
		state->keys_taken = number;
		if (!(key->data & DR_BAD))
			mux_input(&mux, (uint8_t)key->data);
	}
}

/*
 * The baud rate stays as the firmware set it. What a former life has started goes on: what is in
 * its FIFOs stays there.
 */
static void device_start(void)
{
	device_write(PL011_IFLS, PL011_IFLS_RESET);
	if (device_read(PL011_LCR_H) != LINE_CONTROL)
		device_write(PL011_LCR_H, LINE_CONTROL);
	if (device_read(PL011_CR) != CONTROL)
		device_write(PL011_CR, CONTROL);
}

static enum mux_kind source_kind(uint32_t number, uint64_t operator)
{
	if (number == operator)
		return MUX_OPERATOR;
	return signals[number] != HANDLE_NONE ? MUX_GUEST : MUX_LOG;
}

void server_start(void)
{
	uint64_t sources = rt_argument("sources"), operator;
	uint32_t number;

	if (sources > MUX_SOURCES)
		rt_fail("%lu sources: there can be %u", sources, MUX_SOURCES);
	device = (volatile uint8_t *)rt_argument("device");
	irq = (handle_t)rt_argument("irq");
	operator = rt_argument_or("operator", MUX_SOURCES);
	for (number = 0; number < sources; number++) {
		signals[number] = (handle_t)argument_at_or("signal", number, HANDLE_NONE);
		mux_add(&mux, (struct console_channel *)argument_at("source", number),
			argument_text_at("source", number), source_kind(number, operator));
	}
	device_start();
}

static void create(void *state)
{
	mux_create(&mux, state);
}

static void rebuild(void *state)
{
	mux_rebuild(&mux, state);
}

static bool check(const void *state)
{
	return mux_check(&mux, state);
}

const struct durable_kind server_durable DURABLE_KIND = {
	UART_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

_Static_assert(sizeof(struct uart_state) <= (DURABLE_LINES - 1) * DURABLE_LINE &&
		       sizeof(struct uart_track) <= DURABLE_LINE,
	       "the track is beside the state");

void uart_signal_look(struct uart_state *state, uint64_t bits)
{
	mux.looks |= bits & ((UINT64_C(1) << mux.sources) - 1);
	if (bits & SIGNAL_IRQ) {
		irq_came = true;
		keys_read(state);
	}
}

void server_signal(uint64_t bits)
{
	uart_signal(bits);
}

/* In a new life also an interrupt that the former one had in hand is done. */
void server_settle(const struct message *message)
{
	(void)message;
	output_run();
	if (irq_came)
		rt_irq_done(irq);
	irq_came = false;
}

/* Nobody has a handle to call this server. */
status_t server_message(struct message *message)
{
	(void)message;
	return STATUS_NOT_SUPPORTED;
}
