/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the 16550A (TI PC16550D, 8.0 Registers) over the two rings. */
#include "servers/lib/ns16550.h"
#include "servers/rt/durable.h"
#include "servers/rt/string.h"
#include "servers/vuart/vuart.h"

/* A page; behind the registers there is nothing. */
#define SIZE 0x1000u

_Static_assert(VUART_LOOP_SIZE == NS16550_FIFO && FIFO_DEPTH == NS16550_FIFO,
	       "in loopback and out of it the FIFOs are the same");

static bool in_loopback(const struct vuart_state *uart)
{
	return uart->control & NS16550_MCR_LOOP;
}

/* In loopback the line is not connected: what is typed waits in its ring. */
static uint32_t received(const struct vuart_state *uart, const struct surroundings *around)
{
	if (uart->looped_count || in_loopback(uart))
		return uart->looped_count;
	return fifo_received(uart, around);
}

static uint8_t receive(struct vuart_state *uart, const struct surroundings *around)
{
	uint8_t byte = 0;

	if (uart->looped_count) {
		RT_TOUCH(*uart);
		byte = uart->looped[0];
		memmove(uart->looped, uart->looped + 1, --uart->looped_count);
	} else if (!in_loopback(uart)) {
		fifo_take(uart, around, &byte, 1);
	}
	return byte;
}

/* As in hardware, what a full FIFO cannot take is lost. */
static void transmit(struct vuart_state *uart, const struct surroundings *around, uint8_t byte)
{
	if (!in_loopback(uart))
		fifo_put(uart, around, byte);
	else if (uart->looped_count < NS16550_FIFO)
		uart->looped[uart->looped_count++] = byte;
	else
		uart->overrun = true;
	uart->transmit_above = true;
	vuart_look(uart, around);
}

static uint32_t transmit_level(const struct vuart_state *uart)
{
	(void)uart;
	return 0;
}

/* MSR's inputs; in loopback they are MCR's outputs (8.6). */
static uint32_t modem_inputs(uint32_t control)
{
	if (!(control & NS16550_MCR_LOOP))
		return NS16550_MSR_CTS | NS16550_MSR_DSR | NS16550_MSR_DCD;
	return (control & NS16550_MCR_RTS ? NS16550_MSR_CTS : 0) |
	       (control & NS16550_MCR_DTR ? NS16550_MSR_DSR : 0) |
	       (control & NS16550_MCR_OUT1 ? NS16550_MSR_RI : 0) |
	       (control & NS16550_MCR_OUT2 ? NS16550_MSR_DCD : 0);
}

static void modem_write(struct vuart_state *uart, uint32_t value)
{
	uint32_t before = modem_inputs(uart->control), after = modem_inputs(value);
	uint32_t changes = (before ^ after) >> 4;

	if (after & NS16550_MSR_RI)
		changes &= ~NS16550_MSR_RI_ENDED;
	uart->control = value & NS16550_MCR_ALL;
	uart->modem_changes |= (uint8_t)changes;
}

static uint8_t modem_read(struct vuart_state *uart)
{
	uint8_t changes = uart->modem_changes;

	if (changes) {
		RT_TOUCH(*uart);
		uart->modem_changes = 0;
	}
	return (uint8_t)(modem_inputs(uart->control) | changes);
}

static uint8_t line_read(struct vuart_state *uart, const struct surroundings *around)
{
	bool overrun = uart->overrun;

	if (overrun) {
		RT_TOUCH(*uart);
		uart->overrun = false;
	}
	return (uint8_t)((received(uart, around) ? NS16550_LSR_READY : 0) |
			 (overrun ? NS16550_LSR_OVERRUN : 0) |
			 (fifo_sent(uart, around) ? 0 : NS16550_LSR_EMPTY | NS16550_LSR_IDLE));
}

static uint32_t receive_trigger(const struct vuart_state *uart)
{
	static const uint8_t triggers[4] = { 1, 4, 8, 14 };

	if (!(uart->fifo_levels & NS16550_FCR_ENABLE))
		return 1;
	return triggers[uart->fifo_levels >> NS16550_FCR_TRIGGER_SHIFT & 3];
}

/*
 * The most urgent interrupt (table 5). Received characters do not trickle in: their timeout is over
 * as soon as there is one.
 */
static uint32_t interrupt(const struct vuart_state *uart, const struct surroundings *around)
{
	uint32_t count = received(uart, around);

	if (uart->mask & NS16550_IER_LINE && uart->overrun)
		return NS16550_IIR_LINE;
	if (uart->mask & NS16550_IER_RECEIVE && count)
		return count >= receive_trigger(uart) ? NS16550_IIR_RECEIVE : NS16550_IIR_TIMEOUT;
	if (uart->mask & NS16550_IER_TRANSMIT && uart->transmit_raised)
		return NS16550_IIR_TRANSMIT;
	if (uart->mask & NS16550_IER_MODEM && uart->modem_changes)
		return NS16550_IIR_MODEM;
	return NS16550_IIR_NONE;
}

static bool interrupts(const struct vuart_state *uart, const struct surroundings *around)
{
	return interrupt(uart, around) != NS16550_IIR_NONE;
}

/* Of all interrupts reading this ends the one to transmit alone, and only where it is told. */
static uint8_t interrupt_read(struct vuart_state *uart, const struct surroundings *around)
{
	uint32_t urgent = interrupt(uart, around);

	if (urgent == NS16550_IIR_TRANSMIT) {
		RT_TOUCH(*uart);
		uart->transmit_raised = false;
	}
	return (uint8_t)(urgent | (uart->fifo_levels & NS16550_FCR_ENABLE ? NS16550_IIR_FIFOS : 0));
}

/* Enabling the interrupt to transmit with the FIFO empty raises it, whoever was told before. */
static void enable_write(struct vuart_state *uart, const struct surroundings *around,
			 uint32_t value)
{
	bool begins = value & ~uart->mask & NS16550_IER_TRANSMIT;

	uart->mask = value & NS16550_IER_ALL;
	if (begins && !fifo_sent(uart, around))
		uart->transmit_raised = true;
}

/*
 * What is to be sent cannot be cleared: it is on the line as soon as it is written. Without its
 * first bit a write changes nothing but that.
 */
static void fifos_write(struct vuart_state *uart, const struct surroundings *around, uint32_t value)
{
	bool clear = value & NS16550_FCR_CLEAR_RECEIVE ||
		     (value ^ uart->fifo_levels) & NS16550_FCR_ENABLE;
	uint8_t dropped[FIFO_DEPTH];

	if (clear && !uart->looped_count && !in_loopback(uart))
		fifo_take(uart, around, dropped, FIFO_DEPTH);
	if (clear)
		uart->looped_count = 0;
	uart->fifo_levels = value & NS16550_FCR_ENABLE ?
		value & ~(NS16550_FCR_CLEAR_RECEIVE | NS16550_FCR_CLEAR_TRANSMIT) & 0xff : 0;
}

static uint32_t register_read(struct vuart_state *uart, const struct surroundings *around,
			      uint32_t offset)
{
	bool latch = uart->line_control & NS16550_LCR_DLAB;

	switch (offset) {
	case NS16550_DATA:
		return latch ? uart->baud_integer & 0xff : receive(uart, around);
	case NS16550_IER:
		return latch ? uart->baud_integer >> 8 & 0xff : uart->mask;
	case NS16550_IIR:
		return interrupt_read(uart, around);
	case NS16550_LCR:
		return uart->line_control;
	case NS16550_MCR:
		return uart->control;
	case NS16550_LSR:
		return line_read(uart, around);
	case NS16550_MSR:
		return modem_read(uart);
	case NS16550_SCRATCH:
		return uart->scratch;
	}
	return 0;
}

static void divisor_write(struct vuart_state *uart, uint32_t shift, uint32_t value)
{
	uart->baud_integer = (uart->baud_integer & 0xff00u >> shift) | value << shift;
}

static void register_write(struct vuart_state *uart, const struct surroundings *around,
			   uint32_t offset, uint32_t value)
{
	bool latch = uart->line_control & NS16550_LCR_DLAB;

	value &= 0xff;
	switch (offset) {
	case NS16550_DATA:
		if (latch)
			divisor_write(uart, 0, value);
		else
			transmit(uart, around, (uint8_t)value);
		break;
	case NS16550_IER:
		if (latch)
			divisor_write(uart, 8, value);
		else
			enable_write(uart, around, value);
		break;
	case NS16550_FCR:
		fifos_write(uart, around, value);
		break;
	case NS16550_LCR:
		uart->line_control = value;
		break;
	case NS16550_MCR:
		modem_write(uart, value);
		break;
	case NS16550_SCRATCH:
		uart->scratch = (uint8_t)value;
		break;
	}
}

/* Nothing but zero; the divisor is not defined (table 3). */
static void power_on(struct vuart_state *uart)
{
	(void)uart;
}

const struct vuart_model vuart_ns16550 = {
	.name = "ns16550a",
	.size = SIZE,
	.reset = power_on,
	.read = register_read,
	.write = register_write,
	.transmit_level = transmit_level,
	.line = interrupts,
};
