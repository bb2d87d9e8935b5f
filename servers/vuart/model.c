/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the PL011 (ARM DDI 0183 chapter 3) over the two rings. */
#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "servers/vuart/vuart.h"

#define FIFO_DEPTH CONSOLE_OUTPUT_FIFO

/* IFLS: 1/8, 1/4, 1/2, 3/4 and 7/8 of the FIFO; the reserved values as 7/8. */
static uint32_t fifo_trigger(const struct vuart *uart, uint32_t shift)
{
	static const uint8_t triggers[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

	return triggers[uart->fifo_levels >> shift & 7];
}

static bool has_fifos(const struct vuart *uart)
{
	return uart->line_control & PL011_LCR_H_FEN;
}

/* Characters in the receive FIFO. A ring that cannot be is emptied: it held nothing to trust. */
static uint32_t receive_fill(struct console_channel *channel)
{
	struct console_ring ring = console_input(channel);
	uint32_t used = console_ring_used(ring);

	if (used > ring.size) {
		console_ring_drop(ring);
		used = 0;
	}
	return used < FIFO_DEPTH ? used : FIFO_DEPTH;
}

/* Characters in the transmit FIFO. A ring that cannot be counts as full until its reader acts. */
static uint32_t transmit_fill(struct console_channel *channel)
{
	struct console_ring ring = console_output(channel);
	uint32_t used = console_ring_used(ring);

	if (used > ring.size)
		return FIFO_DEPTH;
	return used + FIFO_DEPTH > ring.size ? used + FIFO_DEPTH - ring.size : 0;
}

/*
 * RIS.TX rises as the FIFO sinks to its level, not because it is low (DDI 0183 2.8.2): a guest
 * that cleared it gets it again after it has written something.
 */
void vuart_look(struct vuart *uart, struct console_channel *channel)
{
	uint32_t trigger = has_fifos(uart) ? fifo_trigger(uart, 0) : 0;
	bool above = transmit_fill(channel) > trigger;

	if (above)
		uart->transmit_raised = false;
	else if (uart->transmit_above)
		uart->transmit_raised = true;
	uart->transmit_above = above;
}

static void transmit(struct vuart *uart, struct console_channel *channel, uint8_t byte)
{
	bool wake = false;

	/* As in hardware, what a full FIFO cannot take is lost; in loopback nothing goes out. */
	if (!(uart->control & PL011_CR_LBE))
		console_ring_put(console_output(channel), byte, &wake);
	uart->wake |= wake;
	uart->transmit_above = true;
	vuart_look(uart, channel);
}

static uint8_t receive(struct console_channel *channel)
{
	uint8_t byte = 0;

	if (receive_fill(channel)) {
		console_ring_peek(console_input(channel), 1, &byte, 1);
		console_ring_take(console_input(channel), 1);
	}
	return byte;
}

static uint32_t flags(struct console_channel *channel)
{
	uint32_t received = receive_fill(channel), sent = transmit_fill(channel);

	return PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD |
	       (received == 0 ? PL011_FR_RXFE : 0) | (received == FIFO_DEPTH ? PL011_FR_RXFF : 0) |
	       (sent == 0 ? PL011_FR_TXFE : PL011_FR_BUSY) |
	       (sent == FIFO_DEPTH ? PL011_FR_TXFF : 0);
}

/* Received characters do not trickle in: their timeout is over as soon as there is one. */
static uint32_t raised(const struct vuart *uart, struct console_channel *channel)
{
	uint32_t received = receive_fill(channel);
	uint32_t trigger = has_fifos(uart) ? fifo_trigger(uart, 3) : 1;

	return (received >= trigger ? PL011_RX : 0) | (received ? PL011_RT : 0) |
	       (uart->transmit_raised ? PL011_TX : 0);
}

bool vuart_line(const struct vuart *uart, struct console_channel *channel)
{
	return raised(uart, channel) & uart->mask;
}

void vuart_reset(struct vuart *uart)
{
	*uart = (struct vuart){
		.control = PL011_CR_TXE | PL011_CR_RXE,
		.fifo_levels = PL011_IFLS_RESET,
	};
}

static uint32_t identification(uint32_t offset)
{
	/* PeriphID: part 0x011, designer Arm, revision 1; PCellID: the same for all of its kind. */
	static const uint8_t bytes[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	return bytes[(offset - PL011_PERIPHERAL_ID) / 4];
}

static uint32_t register_read(struct vuart *uart, struct console_channel *channel, uint32_t offset)
{
	switch (offset) {
	case PL011_DR:
		return receive(channel);
	case PL011_FR:
		return flags(channel);
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
		return raised(uart, channel);
	case PL011_MIS:
		return raised(uart, channel) & uart->mask;
	case PL011_DMACR:
		return uart->dma_control;
	}
	return offset >= PL011_PERIPHERAL_ID ? identification(offset) : 0;
}

static void register_write(struct vuart *uart, struct console_channel *channel, uint32_t offset,
			   uint32_t value)
{
	switch (offset) {
	case PL011_DR:
		transmit(uart, channel, (uint8_t)value);
		break;
	case PL011_IBRD:
		uart->baud_integer = value & 0xffff;
		break;
	case PL011_FBRD:
		uart->baud_fraction = value & 0x3f;
		break;
	case PL011_LCR_H:
		uart->line_control = value & 0xff;
		break;
	case PL011_CR:
		uart->control = value & 0xff87;
		break;
	case PL011_IFLS:
		uart->fifo_levels = value & 0x3f;
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

/* Registers are four bytes apart; an access that begins between two of them finds nothing. */
static bool access_is_right(uint64_t offset, uint64_t width)
{
	return offset < PL011_SIZE && (width == 1 || width == 2 || width == 4);
}

status_t vuart_read(struct vuart *uart, struct console_channel *channel, uint64_t offset,
		    uint64_t width, uint64_t *value)
{
	if (!access_is_right(offset, width))
		return STATUS_BAD_ARGUMENT;
	vuart_look(uart, channel);
	*value = offset % 4 ? 0 : register_read(uart, channel, (uint32_t)offset);
	if (width < 4)
		*value &= (1u << 8 * width) - 1;
	return STATUS_OK;
}

status_t vuart_write(struct vuart *uart, struct console_channel *channel, uint64_t offset,
		     uint64_t width, uint64_t value)
{
	if (!access_is_right(offset, width))
		return STATUS_BAD_ARGUMENT;
	vuart_look(uart, channel);
	if (offset % 4 == 0)
		register_write(uart, channel, (uint32_t)offset, (uint32_t)value);
	return STATUS_OK;
}
