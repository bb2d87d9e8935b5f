/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of a UART as a guest's console. Its FIFOs are the shared rings themselves: received
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
#include "servers/lib/console_ring.h"
#include "servers/lib/guest_memory.h"

#define FIFO_DEPTH CONSOLE_OUTPUT_FIFO

struct surroundings;

/* A kind of UART: registers over the two rings. */
struct vuart_model {
	const char *name; /* as `compatible` in a device tree */
	uint64_t size;    /* bytes of registers */
	/* After power-on, but for the positions in the rings. The state is touched. */
	void (*reset)(struct vuart_state *uart);
	/* Inside `size`. A read touches what it changes. */
	uint32_t (*read)(struct vuart_state *uart, const struct surroundings *around,
			 uint32_t offset);
	/* The state is touched. */
	void (*write)(struct vuart_state *uart, const struct surroundings *around, uint32_t offset,
		      uint32_t value);
	/* The transmit interrupt rises as the FIFO's fill sinks to this. */
	uint32_t (*transmit_level)(const struct vuart_state *uart);
	/* The level of the interrupt line. */
	bool (*line)(const struct vuart_state *uart, const struct surroundings *around);
};

extern const struct vuart_model vuart_pl011, vuart_ns16550;

/* NULL: there is none of that name. "" is a PL011. */
const struct vuart_model *vuart_model_find(const char *name);

/* What each life finds. */
struct surroundings {
	const struct vuart_model *model;
	struct console_channel *channel;
	struct guest_memory memory; /* for firmware calls; of size 0 where there are none */
};

void vuart_reset(struct vuart_state *uart, const struct surroundings *around);
status_t vuart_read(struct vuart_state *uart, const struct surroundings *around, uint64_t offset,
		    uint64_t width, uint64_t *value);
status_t vuart_write(struct vuart_state *uart, const struct surroundings *around, uint64_t offset,
		     uint64_t width, uint64_t value);
/* Somebody worked on the rings, or may have: see what that changed. */
void vuart_look(struct vuart_state *uart, const struct surroundings *around);
/* Shows the other side of the channel what is committed; true: its reader may sleep, wake it. */
bool vuart_settle(const struct vuart_state *uart, const struct surroundings *around);
/* The level of the interrupt line. */
bool vuart_line(const struct vuart_state *uart, const struct surroundings *around);

/*
 * The guest's call to its firmware's console: eight words as the guest passed them, two to go back.
 * Each architecture has its own; STATUS_NOT_SUPPORTED where its firmware has no such console.
 */
status_t vuart_firmware_call(struct vuart_state *uart, const struct surroundings *around,
			     const uint64_t words[8], uint64_t results[2]);

/* --- For the models and the firmware's console: fifo.c ---------------------------------------- */

/* Characters in the receive FIFO. A ring that cannot be is empty: it holds nothing to trust. */
uint32_t fifo_received(const struct vuart_state *uart, const struct surroundings *around);
/* Characters in the transmit FIFO. A ring that cannot be counts as full until its reader acts. */
uint32_t fifo_sent(const struct vuart_state *uart, const struct surroundings *around);
/* Takes up to `most` received characters; returns how many. */
uint32_t fifo_take(struct vuart_state *uart, const struct surroundings *around, uint8_t *bytes,
		   uint32_t most);
/* False: there is no room, and the character is lost. */
bool fifo_put(struct vuart_state *uart, const struct surroundings *around, uint8_t byte);

#endif
