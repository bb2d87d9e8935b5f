/* SPDX-License-Identifier: Apache-2.0 */
/* The driver of the machine's PL011 (ARM DDI 0183): the hardware before the multiplexer. */
#include "servers/lib/argument.h"
#include "servers/lib/pl011.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/uart/mux.h"

#define SIGNAL_IRQ (UINT64_C(1) << 63)

/* The most keys read and the most rounds of output at one signal: the rest comes with the next. */
#define KEYS_MAXIMUM 64
#define ROUNDS_MAXIMUM 8

/* DR beside the character: framing, parity, break, overrun; only an overrun's character is good. */
#define DR_BAD 0x700u

static struct mux mux;
static volatile uint8_t *device;
static handle_t irq;
static handle_t signals[MUX_SOURCES];
static uint64_t reported; /* liars that were told of */

static uint32_t device_read(uint32_t offset)
{
	return *(volatile uint32_t *)(device + offset);
}

static void device_write(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(device + offset) = value;
}

/* As much as the hardware takes without waiting. */
static void text_send(void)
{
	uint8_t byte;

	while (!(device_read(PL011_FR) & PL011_FR_TXFF) && mux_next(&mux, &byte))
		device_write(PL011_DR, byte);
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

	for (rounds = 0; rounds < ROUNDS_MAXIMUM && mux_is_busy(&mux); rounds++) {
		mux_pump(&mux);
		liars_report();
		text_send();
		if (device_read(PL011_FR) & PL011_FR_TXFF)
			break;
	}
	device_write(PL011_IMSC, PL011_RX | PL011_RT | (mux_is_busy(&mux) ? PL011_TX : 0));
	sources_signal();
}

/*
 * Only reading ends the receive interrupts: cleared by ICR while characters are left in the FIFO,
 * they would not come again for those.
 */
static void keys_read(void)
{
	uint32_t keys, data;

	device_write(PL011_ICR, PL011_TX);
	for (keys = 0; keys < KEYS_MAXIMUM; keys++) {
		if (device_read(PL011_FR) & PL011_FR_RXFE)
			return;
		data = device_read(PL011_DR);
		if (!(data & DR_BAD))
			mux_input(&mux, (uint8_t)data);
	}
}

/* The baud rate stays as the firmware set it. */
static void device_start(void)
{
	device_write(PL011_IMSC, 0);
	device_write(PL011_ICR, PL011_INTERRUPTS);
	device_write(PL011_IFLS, PL011_IFLS_RESET);
	device_write(PL011_LCR_H, PL011_LCR_H_8BIT | PL011_LCR_H_FEN);
	device_write(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
}

void server_start(void)
{
	uint64_t sources = rt_argument("sources");
	uint32_t number;

	if (sources > MUX_SOURCES)
		rt_fail("%lu sources: there can be %u", sources, MUX_SOURCES);
	device = (volatile uint8_t *)rt_argument("device");
	irq = (handle_t)rt_argument("irq");
	for (number = 0; number < sources; number++) {
		signals[number] = (handle_t)argument_at_or("signal", number, HANDLE_NONE);
		mux_add(&mux, (struct console_channel *)argument_at("source", number),
			argument_text_at("source", number), signals[number] != HANDLE_NONE);
	}
	device_start();
	output_run();
}

void server_signal(uint64_t bits)
{
	mux.looks |= bits & ((UINT64_C(1) << mux.sources) - 1);
	if (bits & SIGNAL_IRQ)
		keys_read();
	output_run();
	if (bits & SIGNAL_IRQ)
		rt_irq_done(irq);
}

/* Nobody has a handle to call this server. */
status_t server_message(struct message *message)
{
	(void)message;
	return STATUS_NOT_SUPPORTED;
}
