/* SPDX-License-Identifier: Apache-2.0 */
/* The PL011 (ARM DDI 0183). */
#include "servers/lib/pl011.h"
#include "servers/uart/device.h"
#include "servers/uart/registers.h"

#define LINE_CONTROL (PL011_LCR_H_8BIT | PL011_LCR_H_FEN)
#define CONTROL (PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE)

/* DR beside the character: framing, parity, break; after an overrun the character is good. */
_Static_assert(DEVICE_KEY_BAD == 0x700u, "as the register says it");

static uintptr_t base;

/* Writing LCR_H empties the FIFOs. */
static void start(uintptr_t at)
{
	base = at;
	uart_write_word(base, PL011_IFLS, PL011_IFLS_RESET);
	if (uart_read_word(base, PL011_LCR_H) != LINE_CONTROL)
		uart_write_word(base, PL011_LCR_H, LINE_CONTROL);
	if (uart_read_word(base, PL011_CR) != CONTROL)
		uart_write_word(base, PL011_CR, CONTROL);
}

static bool has_room(void)
{
	return !(uart_read_word(base, PL011_FR) & PL011_FR_TXFF);
}

static void send(uint8_t byte)
{
	uart_write_word(base, PL011_DR, byte);
}

static bool has_key(void)
{
	return !(uart_read_word(base, PL011_FR) & PL011_FR_RXFE);
}

static uint16_t key(void)
{
	return (uint16_t)uart_read_word(base, PL011_DR);
}

/*
 * Only reading ends the receive interrupts: cleared by ICR while characters are left in the FIFO,
 * they would not come again for those.
 */
static void acknowledge(void)
{
	uart_write_word(base, PL011_ICR, PL011_TX);
}

static void enable(bool sending)
{
	uart_write_word(base, PL011_IMSC, PL011_RX | PL011_RT | (sending ? PL011_TX : 0));
}

const struct uart_device device_pl011 = {
	.name = "arm,pl011",
	.start = start,
	.has_room = has_room,
	.send = send,
	.has_key = has_key,
	.key = key,
	.acknowledge = acknowledge,
	.enable = enable,
};
