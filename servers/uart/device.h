/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's UART, whichever it is: what the driver asks of it. */
#ifndef UART_DEVICE_H
#define UART_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/* Beside a key: it did not come as it was sent. */
#define DEVICE_KEY_BAD 0x700u

struct uart_device {
	const char *name; /* as `compatible` in a device tree */
	/*
	 * First of all in each life. The baud rate stays as the firmware set it; what a former life
	 * has started goes on, and what is in the FIFOs stays there.
	 */
	void (*start)(uintptr_t base);
	/* Whether it takes a character without waiting. */
	bool (*has_room)(void);
	void (*send)(uint8_t byte); /* where it has room */
	bool (*has_key)(void);
	uint16_t (*key)(void); /* where it has one; the character in bits 7:0 */
	/* Its interrupt has come: ends what neither reading nor sending ends. */
	void (*acknowledge)(void);
	/* Interrupts for keys, and with `sending` for room, too. */
	void (*enable)(bool sending);
};

extern const struct uart_device device_pl011, device_ns16550;

#endif
