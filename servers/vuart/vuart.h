/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of a PL011 as a guest's console. Its FIFOs are the shared rings themselves: received
 * characters wait in the input ring until the guest reads them; the transmit FIFO is empty as long
 * as the output ring has 16 bytes of room, and its fill beyond that is what the ring lacks of them.
 *
 * The model works on its own positions in the rings; vuart_settle shows them to the other side.
 */
#ifndef VUART_H
#define VUART_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/console.h"
#include "gen/vuart.h"
#include "ipc/status.h"

/* After power-on, but for the positions in the rings. */
void vuart_reset(struct vuart_state *uart);
status_t vuart_read(struct vuart_state *uart, struct console_channel *channel, uint64_t offset,
		    uint64_t width, uint64_t *value);
status_t vuart_write(struct vuart_state *uart, struct console_channel *channel, uint64_t offset,
		     uint64_t width, uint64_t value);
/* Somebody worked on the rings, or may have: see what that changed. */
void vuart_look(struct vuart_state *uart, struct console_channel *channel);
/* Shows the other side of the channel what is committed; true: its reader may sleep, wake it. */
bool vuart_settle(const struct vuart_state *uart, struct console_channel *channel);
/* The level of the interrupt line. */
bool vuart_line(const struct vuart_state *uart, struct console_channel *channel);

#endif
