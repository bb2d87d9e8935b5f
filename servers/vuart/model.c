/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the PL011 (ARM DDI 0183 chapter 3) over the two rings. */
#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "servers/rt/durable.h"
#include "servers/vuart/vuart.h"

#define FIFO_DEPTH CONSOLE_OUTPUT_FIFO

/* IFLS: 1/8, 1/4, 1/2, 3/4 and 7/8 of the FIFO; the reserved values as 7/8. */
static uint32_t fifo_trigger(const struct vuart_state *uart, uint32_t shift)
{
	static const uint8_t triggers[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

	return triggers[uart->fifo_levels >> shift & 7];
}

/* The rings with this side's positions as the model has them. */
static struct console_ring input_ring(const struct vuart_state *uart,
				      struct console_channel *channel)
{
	struct console_ring ring = console_input(channel);

	ring.tail = (uint32_t *)&uart->input_tail;
	return ring;
}

static struct console_ring output_ring(const struct vuart_state *uart,
				       struct console_channel *channel)
{
	struct console_ring ring = console_output(channel);

	ring.head = (uint32_t *)&uart->output_head;
	return ring;
}

static bool has_fifos(const struct vuart_state *uart)
{
	return uart->line_control & PL011_LCR_H_FEN;
}

/* Characters in the receive FIFO. A ring that cannot be is empty: it holds nothing to trust. */
static uint32_t receive_fill(const struct vuart_state *uart, struct console_channel *channel)
{
	struct console_ring ring = input_ring(uart, channel);
	uint32_t used = console_ring_used(ring);

	if (used > ring.size)
		return 0;
	return used < FIFO_DEPTH ? used : FIFO_DEPTH;
}

/* Characters in the transmit FIFO. A ring that cannot be counts as full until its reader acts. */
static uint32_t transmit_fill(const struct vuart_state *uart, struct console_channel *channel)
{
	struct console_ring ring = output_ring(uart, channel);
	uint32_t used = console_ring_used(ring);

	if (used > ring.size)
		return FIFO_DEPTH;
	return used + FIFO_DEPTH > ring.size ? used + FIFO_DEPTH - ring.size : 0;
}

/*
 * RIS.TX rises as the FIFO sinks to its level, not because it is low (DDI 0183 2.8.2): a guest
 * that cleared it gets it again after it has written something.
 */
void vuart_look(struct vuart_state *uart, struct console_channel *channel)
{
	struct console_ring input = input_ring(uart, channel);
	uint32_t trigger = has_fifos(uart) ? fifo_trigger(uart, 0) : 0;
	bool above = transmit_fill(uart, channel) > trigger;
	bool raised = !above && (uart->transmit_raised || uart->transmit_above);

	if (console_ring_used(input) > input.size) {
		RT_TOUCH(*uart);
		uart->input_tail = __atomic_load_n(input.head, __ATOMIC_ACQUIRE);
	}
	if (above == uart->transmit_above && raised == uart->transmit_raised)
		return;
	RT_TOUCH(*uart);
	uart->transmit_above = above;
	uart->transmit_raised = raised;
}

static void transmit(struct vuart_state *uart, struct console_channel *channel, uint8_t byte)
{
	bool wake;

	RT_TOUCH(*uart);
	/* As in hardware, what a full FIFO cannot take is lost; in loopback nothing goes out. */
	if (!(uart->control & PL011_CR_LBE))
		console_ring_put(output_ring(uart, channel), byte, &wake);
	uart->transmit_above = true;
	vuart_look(uart, channel);
}

static uint8_t receive(struct vuart_state *uart, struct console_channel *channel)
{
	uint8_t byte = 0;

	if (receive_fill(uart, channel)) {
		RT_TOUCH(*uart);
		console_ring_peek(input_ring(uart, channel), 1, &byte, 1);
		uart->input_tail++;
	}
	return byte;
}

static uint32_t flags(const struct vuart_state *uart, struct console_channel *channel)
{
	uint32_t received = receive_fill(uart, channel), sent = transmit_fill(uart, channel);

	return PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD |
	       (received == 0 ? PL011_FR_RXFE : 0) | (received == FIFO_DEPTH ? PL011_FR_RXFF : 0) |
	       (sent == 0 ? PL011_FR_TXFE : PL011_FR_BUSY) |
	       (sent == FIFO_DEPTH ? PL011_FR_TXFF : 0);
}

/* Received characters do not trickle in: their timeout is over as soon as there is one. */
static uint32_t raised(const struct vuart_state *uart, struct console_channel *channel)
{
	uint32_t received = receive_fill(uart, channel);
	uint32_t trigger = has_fifos(uart) ? fifo_trigger(uart, 3) : 1;

	return (received >= trigger ? PL011_RX : 0) | (received ? PL011_RT : 0) |
	       (uart->transmit_raised ? PL011_TX : 0);
}

bool vuart_line(const struct vuart_state *uart, struct console_channel *channel)
{
	return raised(uart, channel) & uart->mask;
}

void vuart_reset(struct vuart_state *uart)
{
	RT_TOUCH(*uart);
	*uart = (struct vuart_state){
		.control = PL011_CR_TXE | PL011_CR_RXE,
		.fifo_levels = PL011_IFLS_RESET,
		.output_head = uart->output_head,
		.input_tail = uart->input_tail,
	};
}

static uint32_t identification(uint32_t offset)
{
	/* PeriphID: part 0x011, designer Arm, revision 1; PCellID: the same for all of its kind. */
	static const uint8_t bytes[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	return bytes[(offset - PL011_PERIPHERAL_ID) / 4];
}

static uint32_t register_read(struct vuart_state *uart, struct console_channel *channel,
			      uint32_t offset)
{
	switch (offset) {
	case PL011_DR:
		return receive(uart, channel);
	case PL011_FR:
		return flags(uart, channel);
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

static void register_write(struct vuart_state *uart, struct console_channel *channel,
			   uint32_t offset, uint32_t value)
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
		vuart_look(uart, channel);
		break;
	case PL011_CR:
		uart->control = value & 0xff87;
		break;
	case PL011_IFLS:
		uart->fifo_levels = value & 0x3f;
		vuart_look(uart, channel);
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

status_t vuart_read(struct vuart_state *uart, struct console_channel *channel, uint64_t offset,
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

status_t vuart_write(struct vuart_state *uart, struct console_channel *channel, uint64_t offset,
		     uint64_t width, uint64_t value)
{
	if (!access_is_right(offset, width))
		return STATUS_BAD_ARGUMENT;
	vuart_look(uart, channel);
	RT_TOUCH(*uart);
	if (offset % 4 == 0)
		register_write(uart, channel, (uint32_t)offset, (uint32_t)value);
	return STATUS_OK;
}

/* The reader may sleep: it had read all, or it waits for the end of a line, or for a full ring. */
static bool reader_sleeps(struct console_ring ring, uint32_t from, uint32_t to)
{
	uint32_t tail = __atomic_load_n(ring.tail, __ATOMIC_RELAXED), at;

	if (from == tail || to - tail >= ring.size)
		return true;
	for (at = from; at != to; at++)
		if (ring.bytes[at % ring.size] == '\n')
			return true;
	return false;
}

bool vuart_settle(const struct vuart_state *uart, struct console_channel *channel)
{
	struct console_ring input = console_input(channel), output = console_output(channel);
	uint32_t shown = *output.head;

	if (*input.tail != uart->input_tail)
		__atomic_store_n(input.tail, uart->input_tail, __ATOMIC_RELEASE);
	if (shown == uart->output_head)
		return false;
	__atomic_store_n(output.head, uart->output_head, __ATOMIC_RELEASE);
	/* Before the tail is read: the reader does it the other way round, see console_ring.h. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return uart->output_head - shown > output.size ||
	       reader_sleeps(output, shown, uart->output_head);
}
