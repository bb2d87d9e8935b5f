/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's UART of tests: a PL011 or a 16550A with FIFOs of 16, behind the functions that the
 * driver calls in place of loads and stores. Included once, by whoever defines the three functions
 * declared below and says where its state is.
 */
#ifndef TESTS_CRASH_SERIAL_H
#define TESTS_CRASH_SERIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "servers/lib/ns16550.h"
#include "servers/lib/pl011.h"
#include "tests/crash/fake/servers/uart/registers.h"

#define SERIAL_BASE 0x1000u
#define SERIAL_FIFO 16u
#define SERIAL_BAD 0x100u /* beside a key: it came with a framing error */

enum serial_kind { SERIAL_PL011, SERIAL_NS16550, SERIAL_KINDS };

static const char *const serial_names[SERIAL_KINDS] = { "arm,pl011", "ns16550a" };

struct serial {
	enum serial_kind kind;
	uint32_t sending, keys; /* characters in the FIFOs */
	uint16_t key[SERIAL_FIFO];
	bool sent; /* the interrupt to transmit is raised */
	uint32_t mask, line_control, control, fifos; /* IMSC or IER, LCR_H or LCR, CR or MCR, FCR */
};

enum serial_point { SERIAL_BEFORE, SERIAL_AFTER, SERIAL_AFTER_DATA };

static struct serial *serial;

/* An access is going to happen, or has happened: the driver may be cut here. */
static void serial_point(enum serial_point point);
static void serial_sent(uint8_t byte);
static void serial_wrong(const char *what);

/* A firmware that has left the divisor in front of the other registers. */
static inline void serial_power_on(struct serial *at, enum serial_kind kind)
{
	*at = (struct serial){ .kind = kind, .line_control = NS16550_LCR_DLAB };
	serial = at;
}

/* --- What happens outside --------------------------------------------------------------------- */

static inline bool serial_press(uint16_t key)
{
	if (serial->keys == SERIAL_FIFO)
		return false;
	serial->key[serial->keys++] = key;
	return true;
}

/* The line takes up to `count` characters. */
static inline void serial_drain(uint32_t count)
{
	uint32_t level = serial->kind == SERIAL_PL011 ? SERIAL_FIFO / 2 : 0;
	bool above = serial->sending > level;

	serial->sending -= count < serial->sending ? count : serial->sending;
	serial->sent |= above && serial->sending <= level;
}

static inline uint32_t serial_raised(void)
{
	if (serial->kind == SERIAL_PL011)
		return serial->mask &
		       ((serial->keys ? PL011_RX | PL011_RT : 0) | (serial->sent ? PL011_TX : 0));
	return serial->mask & ((serial->keys ? NS16550_IER_RECEIVE : 0) |
			       (serial->sent ? NS16550_IER_TRANSMIT : 0));
}

/* --- What the driver does --------------------------------------------------------------------- */

static inline uint16_t serial_take(void)
{
	uint16_t key = serial->keys ? serial->key[0] : 0;

	if (serial->keys)
		memmove(serial->key, serial->key + 1, --serial->keys * sizeof(serial->key[0]));
	return key;
}

static inline void serial_put(uint8_t byte, uint32_t depth)
{
	if (serial->sending >= depth)
		serial_wrong("a character is written to a full FIFO");
	else
		serial->sending++;
	serial_sent(byte);
}

static inline void serial_reach(enum serial_kind kind, uintptr_t base)
{
	if (serial->kind != kind || base != SERIAL_BASE)
		serial_wrong("an access that is not of this UART's");
	serial_point(SERIAL_BEFORE);
}

uint32_t uart_read_word(uintptr_t base, uint32_t offset)
{
	uint32_t value = 0;

	serial_reach(SERIAL_PL011, base);
	if (offset == PL011_FR)
		value = (serial->keys ? 0 : PL011_FR_RXFE) |
			(serial->sending == SERIAL_FIFO ? PL011_FR_TXFF : 0);
	else if (offset == PL011_LCR_H)
		value = serial->line_control;
	else if (offset == PL011_CR)
		value = serial->control;
	else if (offset == PL011_DR)
		value = serial_take();
	serial_point(offset == PL011_DR ? SERIAL_AFTER_DATA : SERIAL_AFTER);
	return value;
}

void uart_write_word(uintptr_t base, uint32_t offset, uint32_t value)
{
	serial_reach(SERIAL_PL011, base);
	if (offset == PL011_DR)
		serial_put((uint8_t)value, SERIAL_FIFO);
	else if (offset == PL011_CR)
		serial->control = value;
	else if (offset == PL011_IMSC)
		serial->mask = value;
	else if (offset == PL011_ICR)
		serial->sent &= !(value & PL011_TX);
	if (offset == PL011_LCR_H) {
		serial->line_control = value;
		serial->keys = 0;
	}
	serial_point(offset == PL011_DR ? SERIAL_AFTER_DATA : SERIAL_AFTER);
}

static inline uint8_t serial_identify(void)
{
	uint32_t raised = serial_raised();
	uint8_t fifos = serial->fifos & NS16550_FCR_ENABLE ? NS16550_IIR_FIFOS : 0;

	if (raised & NS16550_IER_RECEIVE)
		return fifos | NS16550_IIR_RECEIVE;
	serial->sent &= !raised;
	return fifos | (raised ? NS16550_IIR_TRANSMIT : NS16550_IIR_NONE);
}

static inline uint8_t serial_status(void)
{
	bool bad = serial->keys && serial->key[0] & SERIAL_BAD;

	serial->key[0] &= 0xff;
	return (uint8_t)((serial->keys ? NS16550_LSR_READY : 0) | (bad ? NS16550_LSR_FRAMING : 0) |
			 (serial->sending ? 0 : NS16550_LSR_EMPTY));
}

uint8_t uart_read_byte(uintptr_t base, uint32_t offset)
{
	uint8_t value = 0;

	serial_reach(SERIAL_NS16550, base);
	if (offset == NS16550_DATA)
		value = (uint8_t)serial_take();
	else if (offset == NS16550_IIR)
		value = serial_identify();
	else if (offset == NS16550_LCR)
		value = (uint8_t)serial->line_control;
	else if (offset == NS16550_MCR)
		value = (uint8_t)serial->control;
	else if (offset == NS16550_LSR)
		value = serial_status();
	serial_point(offset == NS16550_DATA ? SERIAL_AFTER_DATA : SERIAL_AFTER);
	return value;
}

static inline void serial_fifos(uint8_t value)
{
	if ((value ^ serial->fifos) & NS16550_FCR_ENABLE || value & NS16550_FCR_CLEAR_RECEIVE)
		serial->keys = 0;
	if ((value ^ serial->fifos) & NS16550_FCR_ENABLE || value & NS16550_FCR_CLEAR_TRANSMIT)
		serial->sending = 0;
	serial->fifos = value;
}

void uart_write_byte(uintptr_t base, uint32_t offset, uint8_t value)
{
	serial_reach(SERIAL_NS16550, base);
	if (offset <= NS16550_IER && serial->line_control & NS16550_LCR_DLAB)
		serial_wrong("the divisor is written");
	if (offset == NS16550_DATA) {
		serial_put(value, serial->fifos & NS16550_FCR_ENABLE ? SERIAL_FIFO : 1);
		serial->sent = false;
	} else if (offset == NS16550_IER) {
		serial->sent |= value & ~serial->mask & NS16550_IER_TRANSMIT && !serial->sending;
		serial->mask = value;
	} else if (offset == NS16550_FCR) {
		serial_fifos(value);
	} else if (offset == NS16550_LCR) {
		serial->line_control = value;
	} else if (offset == NS16550_MCR) {
		serial->control = value;
	}
	serial_point(offset == NS16550_DATA ? SERIAL_AFTER_DATA : SERIAL_AFTER);
}

#endif
