/* SPDX-License-Identifier: Apache-2.0 */
/* A UART's two FIFOs: the rings of its channel. */
#include "servers/lib/console_ring.h"
#include "servers/rt/durable.h"
#include "servers/vuart/vuart.h"

/* The rings with this side's positions as the model has them. */
static struct console_ring input_ring(const struct vuart_state *uart,
				      const struct surroundings *around)
{
	struct console_ring ring = console_input(around->channel);

	ring.tail = (uint32_t *)&uart->input_tail;
	return ring;
}

static struct console_ring output_ring(const struct vuart_state *uart,
				       const struct surroundings *around)
{
	struct console_ring ring = console_output(around->channel);

	ring.head = (uint32_t *)&uart->output_head;
	return ring;
}

uint32_t fifo_received(const struct vuart_state *uart, const struct surroundings *around)
{
	struct console_ring ring = input_ring(uart, around);
	uint32_t used = console_ring_used(ring);

	if (used > ring.size)
		return 0;
	return used < FIFO_DEPTH ? used : FIFO_DEPTH;
}

uint32_t fifo_sent(const struct vuart_state *uart, const struct surroundings *around)
{
	struct console_ring ring = output_ring(uart, around);
	uint32_t used = console_ring_used(ring);

	if (used > ring.size)
		return FIFO_DEPTH;
	return used + FIFO_DEPTH > ring.size ? used + FIFO_DEPTH - ring.size : 0;
}

uint32_t fifo_take(struct vuart_state *uart, const struct surroundings *around, uint8_t *bytes,
		   uint32_t most)
{
	uint32_t received = fifo_received(uart, around), count;

	if (!received)
		return 0;
	RT_TOUCH(*uart);
	count = console_ring_peek(input_ring(uart, around), received, bytes, most);
	uart->input_tail += count;
	return count;
}

bool fifo_put(struct vuart_state *uart, const struct surroundings *around, uint8_t byte)
{
	bool wake;

	RT_TOUCH(*uart);
	return console_ring_put(output_ring(uart, around), byte, &wake);
}

/*
 * The transmit interrupt rises as the FIFO sinks to its level, not because it is low: a guest that
 * cleared it gets it again after it has written something.
 */
void vuart_look(struct vuart_state *uart, const struct surroundings *around)
{
	struct console_ring input = input_ring(uart, around);
	bool above = fifo_sent(uart, around) > around->model->transmit_level(uart);
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

bool vuart_settle(const struct vuart_state *uart, const struct surroundings *around)
{
	struct console_ring input = console_input(around->channel);
	struct console_ring output = console_output(around->channel);
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
