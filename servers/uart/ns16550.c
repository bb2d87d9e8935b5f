/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 16550A (TI PC16550D). It does not say how much room its transmit FIFO has, but when that is
 * empty; so each life begins as if it were full.
 */
#include "servers/lib/ns16550.h"
#include "servers/uart/device.h"
#include "servers/uart/registers.h"

#define ERRORS (NS16550_LSR_PARITY | NS16550_LSR_FRAMING | NS16550_LSR_BREAK)

static uintptr_t base;
static uint32_t depth;  /* of the transmit FIFO */
static uint32_t room;   /* what is left of it, at least */
static uint32_t errors; /* of the next character to be read */

/* Reading LSR clears the errors of the character that is next (8.3). */
static uint32_t line_status(void)
{
	uint32_t status = uart_read_byte(base, NS16550_LSR);

	errors |= status & ERRORS;
	return status;
}

static void set(uint32_t offset, uint8_t value)
{
	if (uart_read_byte(base, offset) != value)
		uart_write_byte(base, offset, value);
}

/*
 * LCR first: the other registers are not there while it shows the divisor. FIFOs that are on stay
 * as full as they are.
 */
static void start(uintptr_t at)
{
	base = at;
	room = 0;
	errors = 0;
	set(NS16550_LCR, NS16550_LCR_8BIT);
	uart_write_byte(base, NS16550_FCR, NS16550_FCR_ENABLE | NS16550_FCR_TRIGGER_8);
	depth = uart_read_byte(base, NS16550_IIR) >= NS16550_IIR_FIFOS ? NS16550_FIFO : 1;
	set(NS16550_MCR, NS16550_MCR_DTR | NS16550_MCR_RTS | NS16550_MCR_OUT2);
}

static bool has_room(void)
{
	if (!room && line_status() & NS16550_LSR_EMPTY)
		room = depth;
	return room;
}

static void send(uint8_t byte)
{
	room--;
	uart_write_byte(base, NS16550_DATA, byte);
}

static bool has_key(void)
{
	return line_status() & NS16550_LSR_READY;
}

static uint16_t key(void)
{
	uint32_t bad = errors ? DEVICE_KEY_BAD : 0;

	errors = 0;
	return (uint16_t)(uart_read_byte(base, NS16550_DATA) | bad);
}

/* Reading IIR ends the interrupt to transmit, if it was that. */
static void acknowledge(void)
{
	uart_read_byte(base, NS16550_IIR);
}

static void enable(bool sending)
{
	uart_write_byte(base, NS16550_IER,
			NS16550_IER_RECEIVE | (sending ? NS16550_IER_TRANSMIT : 0));
}

const struct uart_device device_ns16550 = {
	.name = "ns16550a",
	.start = start,
	.has_room = has_room,
	.send = send,
	.has_key = has_key,
	.key = key,
	.acknowledge = acknowledge,
	.enable = enable,
};
