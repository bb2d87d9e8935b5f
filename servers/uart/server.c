/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver of the machine's UART: the hardware before the multiplexer.
 *
 * Moving text is a transaction; its two ends are not. The hardware cannot be asked what it has been
 * given or what was read from it, so what it did is noted by one plain store right beside the
 * access, where no roll-back reaches it (struct uart_track). A life that ends between the two has
 * the character printed once more, or the key lost; nowhere else does anything happen twice or not.
 */
#include "gen/uart_events.h"
#include "servers/lib/argument.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/rt/syscall.h"
#include "servers/uart/device.h"
#include "servers/uart/mux.h"

#define SIGNAL_IRQ (UINT64_C(1) << 63)

/* The most rounds of output at one event: the rest comes with the next. */
#define ROUNDS_MAXIMUM 8

static const struct uart_device *device;
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

	while (device->has_room() && mux_next(&byte)) {
		uint32_t next = track->sent + 1;

		device->send(byte);
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
		if (!device->has_room())
			break;
	}
	device->enable(mux_is_busy(&mux));
	sources_signal();
}

/* Reads key `number`, unless a former life has; false: there is none. */
static bool key_read(volatile struct uart_key *key, uint16_t number)
{
	if (key->number == number && key->data != UART_KEY_NONE)
		return true;
	if (!device->has_key())
		return false;
	key->data = UART_KEY_NONE;
	key->number = number;
	key->data = device->key();
	return true;
}

/* No more keys than are noted: the interrupt lasts until all are read. */
static void keys_read(struct uart_state *state)
{
	uint32_t keys;

	device->acknowledge();
	for (keys = 0; keys < UART_KEYS; keys++) {
		uint32_t number = state->keys_taken + 1;
		volatile struct uart_key *key = &mux_track()->key[number % UART_KEYS];

		if (!key_read(key, (uint16_t)number))
			return;
		RT_TOUCH(state->keys_taken);
		state->keys_taken = number;
		if (!(key->data & DEVICE_KEY_BAD))
			mux_input(&mux, (uint8_t)key->data);
	}
}

/* By its name in the device tree; "" is a PL011. */
static const struct uart_device *device_find(const char *name)
{
	if (!name[0] || !strcmp(name, device_pl011.name))
		return &device_pl011;
	if (strcmp(name, device_ns16550.name))
		rt_fail("no driver for a %s", name);
	return &device_ns16550;
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
	device = device_find(rt_argument_text("model"));
	irq = (handle_t)rt_argument("irq");
	operator = rt_argument_or("operator", MUX_SOURCES);
	for (number = 0; number < sources; number++) {
		signals[number] = (handle_t)argument_at_or("signal", number, HANDLE_NONE);
		mux_add(&mux, (struct console_channel *)argument_at("source", number),
			argument_text_at("source", number), source_kind(number, operator));
	}
	device->start((uintptr_t)rt_argument("device"));
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
