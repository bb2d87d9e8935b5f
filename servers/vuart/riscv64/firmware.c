/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SBI's debug console (SBI 2.0, chapter 12): the guest's firmware writes to the same line as
 * the guest's UART, and reads from it.
 */
#include "ipc/riscv64.h"
#include "servers/rt/durable.h"
#include "servers/vuart/vuart.h"

/* The words: extension, function, then its arguments. */
enum { EXTENSION, FUNCTION, ARGUMENT };

enum { CONSOLE_WRITE, CONSOLE_READ, CONSOLE_WRITE_BYTE };

/* Bytes that are copied at once. */
#define PIECE 64u

/* Number of bytes, low and high half of their guest-physical address; false: not all is memory. */
static bool buffer_find(const struct surroundings *around, const uint64_t *argument,
			uint64_t *offset)
{
	return argument[2] == 0 &&
	       guest_memory_offset(&around->memory, argument[1], argument[0], offset);
}

static uint64_t smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

/*
 * As many as there is room for; the guest comes again with the rest. Nobody gets more than a ring
 * of them through at once, though its reader may be reading meanwhile.
 */
static uint64_t text_write(struct vuart_state *uart, const struct surroundings *around,
			   uint64_t offset, uint64_t length)
{
	uint64_t written = 0, count, place;
	uint8_t bytes[PIECE];

	length = smaller(length, CONSOLE_OUTPUT_SIZE);
	for (; written < length; written += count) {
		count = smaller(length - written, PIECE);
		if (!guest_memory_read(&around->memory, offset + written, bytes, count))
			return written;
		for (place = 0; place < count; place++)
			if (!fifo_put(uart, around, bytes[place]))
				return written + place;
	}
	return written;
}

/*
 * As many as were typed. A life that ends before its commit has not taken them; the next one writes
 * the same bytes again.
 */
static uint64_t text_read(struct vuart_state *uart, const struct surroundings *around,
			  uint64_t offset, uint64_t length)
{
	uint64_t taken = 0, count;
	uint8_t bytes[PIECE];

	length = smaller(length, CONSOLE_INPUT_SIZE);
	for (; taken < length; taken += count) {
		count = fifo_take(uart, around, bytes, (uint32_t)smaller(length - taken, PIECE));
		if (!count || !guest_memory_write(&around->memory, offset + taken, bytes, count))
			break;
	}
	return taken;
}

static int64_t console_call(struct vuart_state *uart, const struct surroundings *around,
			    uint64_t function, const uint64_t *argument, uint64_t *value)
{
	uint64_t offset;

	switch (function) {
	case CONSOLE_WRITE:
	case CONSOLE_READ:
		if (argument[0] == 0)
			return SBI_SUCCESS;
		if (!buffer_find(around, argument, &offset))
			return SBI_INVALID_PARAMETER;
		*value = function == CONSOLE_WRITE ? text_write(uart, around, offset, argument[0])
						   : text_read(uart, around, offset, argument[0]);
		return SBI_SUCCESS;
	case CONSOLE_WRITE_BYTE:
		/* It should wait for room; but a server waits for nobody. */
		return fifo_put(uart, around, (uint8_t)argument[0]) ? SBI_SUCCESS : SBI_FAILED;
	}
	return SBI_NOT_SUPPORTED;
}

status_t vuart_firmware_call(struct vuart_state *uart, const struct surroundings *around,
			     const uint64_t words[8], uint64_t results[2])
{
	if (words[EXTENSION] != SBI_DBCN)
		return STATUS_NOT_SUPPORTED;
	vuart_look(uart, around);
	results[1] = 0;
	results[0] = (uint64_t)console_call(uart, around, words[FUNCTION], words + ARGUMENT,
					    &results[1]);
	vuart_look(uart, around);
	return STATUS_OK;
}
