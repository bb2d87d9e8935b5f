/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the PL011 (ARM DDI 0183 chapter 3) over the two rings. */
#include "servers/lib/pl011.h"
#include "servers/rt/durable.h"
#include "servers/vuart/vuart.h"

/* IFLS: 1/8, 1/4, 1/2, 3/4 and 7/8 of the FIFO; the reserved values as 7/8. */
static uint32_t fifo_trigger(const struct vuart_state *uart, uint32_t shift)
{
	static const uint8_t triggers[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

	return triggers[uart->fifo_levels >> shift & 7];
}

static bool has_fifos(const struct vuart_state *uart)
{
	return uart->line_control & PL011_LCR_H_FEN;
}

static uint32_t transmit_level(const struct vuart_state *uart)
{
	return has_fifos(uart) ? fifo_trigger(uart, 0) : 0;
}

/* RIS.TX says that the FIFO sank, not that it is low (DDI 0183 2.8.2). */
static void transmit(struct vuart_state *uart, const struct surroundings *around, uint8_t byte)
{
	/* As in hardware, what a full FIFO cannot take is lost; in loopback nothing goes out. */
	if (!(uart->control & PL011_CR_LBE))
		fifo_put(uart, around, byte);
	uart->transmit_above = true;
	vuart_look(uart, around);
}

static uint8_t receive(struct vuart_state *uart, const struct surroundings *around)
{
	uint8_t byte = 0;

	fifo_take(uart, around, &byte, 1);
	return byte;
}

static uint32_t flags(const struct vuart_state *uart, const struct surroundings *around)
{
	uint32_t received = fifo_received(uart, around), sent = fifo_sent(uart, around);

	return PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD |
	       (received == 0 ? PL011_FR_RXFE : 0) | (received == FIFO_DEPTH ? PL011_FR_RXFF : 0) |
	       (sent == 0 ? PL011_FR_TXFE : PL011_FR_BUSY) |
	       (sent == FIFO_DEPTH ? PL011_FR_TXFF : 0);
}

/* Received characters do not trickle in: their timeout is over as soon as there is one. */
static uint32_t raised(const struct vuart_state *uart, const struct surroundings *around)
{
	uint32_t received = fifo_received(uart, around);
	uint32_t trigger = has_fifos(uart) ? fifo_trigger(uart, 3) : 1;

	return (received >= trigger ? PL011_RX : 0) | (received ? PL011_RT : 0) |
	       (uart->transmit_raised ? PL011_TX : 0);
}

static bool interrupts(const struct vuart_state *uart, const struct surroundings *around)
{
	return raised(uart, around) & uart->mask;
}

static void power_on(struct vuart_state *uart)
{
	uart->control = PL011_CR_TXE | PL011_CR_RXE;
	uart->fifo_levels = PL011_IFLS_RESET;
}

static uint32_t identification(uint32_t offset)
{
	/* PeriphID: part 0x011, designer Arm, revision 1; PCellID: the same for all of its kind. */
	static const uint8_t bytes[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	return bytes[(offset - PL011_PERIPHERAL_ID) / 4];
}

static uint32_t register_read(struct vuart_state *uart, const struct surroundings *around,
			      uint32_t offset)
{
	/* Four bytes apart; an access that begins between two of them finds nothing. */
	if (offset % 4)
		return 0;
	switch (offset) {
	case PL011_DR:
		return receive(uart, around);
	case PL011_FR:
		return flags(uart, around);
	case PL011_IBRD:
		return uart->baud_integer;
	case PL011_FBRD:
		return uart->baud_fraction;
	case PL011_LCR_H:
		return uart->line_control;
	case PL011_CR:
		return uart->control;
	case PL011_IFLS:
		return uart->fifo_levels;
	case PL011_IMSC:
		return uart->mask;
	case PL011_RIS:
		return raised(uart, around);
	case PL011_MIS:
		return raised(uart, around) & uart->mask;
	case PL011_DMACR:
		return uart->dma_control;
	}
	return offset >= PL011_PERIPHERAL_ID ? identification(offset) : 0;
}

static void register_write(struct vuart_state *uart, const struct surroundings *around,
			   uint32_t offset, uint32_t value)
{
	switch (offset) {
	case PL011_DR:
		transmit(uart, around, (uint8_t)value);
		break;
	case PL011_IBRD:
		uart->baud_integer = value & 0xffff;
		break;
	case PL011_FBRD:
		uart->baud_fraction = value & 0x3f;
		break;
	case PL011_LCR_H:
		uart->line_control = value & 0xff;
		vuart_look(uart, around);
		break;
	case PL011_CR:
		uart->control = value & 0xff87;
		break;
	case PL011_IFLS:
		uart->fifo_levels = value & 0x3f;
		vuart_look(uart, around);
		break;
	case PL011_IMSC:
		uart->mask = value & PL011_INTERRUPTS;
		break;
	case PL011_ICR:
		/* The receive interrupts say that there are characters: reading clears them. */
		if (value & PL011_TX)
			uart->transmit_raised = false;
		break;
	case PL011_DMACR:
		uart->dma_control = value & 7;
		break;
	}
}

const struct vuart_model vuart_pl011 = {
	.name = "arm,pl011",
	.size = PL011_SIZE,
	.reset = power_on,
	.read = register_read,
	.write = register_write,
	.transmit_level = transmit_level,
	.line = interrupts,
};
