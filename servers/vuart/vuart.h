/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of a PL011 as a guest's console. Its FIFOs are the shared rings themselves: received
 * characters wait in the input ring until the guest reads them; the transmit FIFO is empty as long
 * as the output ring has 16 bytes of room, and its fill beyond that is what the ring lacks of them.
 */
#ifndef VUART_H
#define VUART_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/console.h"
#include "ipc/status.h"

struct vuart {
	uint32_t control;
	uint32_t line_control;
	uint32_t baud_integer;
	uint32_t baud_fraction;
	uint32_t fifo_levels;
	uint32_t mask;
	uint32_t dma_control;
	bool transmit_raised; /* RIS.TX: the transmit FIFO sank to its level */
	bool transmit_above;  /* it is above its level: it will sink */
	bool wake;            /* out: signal the reader of the output ring, then clear */
};

void vuart_reset(struct vuart *uart);
status_t vuart_read(struct vuart *uart, struct console_channel *channel, uint64_t offset,
		    uint64_t width, uint64_t *value);
status_t vuart_write(struct vuart *uart, struct console_channel *channel, uint64_t offset,
		     uint64_t width, uint64_t value);
/* Somebody worked on the rings, or may have: see what that changed. */
void vuart_look(struct vuart *uart, struct console_channel *channel);
/* The level of the interrupt line. */
bool vuart_line(const struct vuart *uart, struct console_channel *channel);

#endif
