/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest before its UART, of either model: register accesses that must succeed, and the rings
 * behind. After each access the rings' other side is shown what it did.
 */
#ifndef TESTS_HOST_VUART_GUEST_H
#define TESTS_HOST_VUART_GUEST_H

#include <CUnit/CUnit.h>
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/lib/ns16550.h"
#include "servers/lib/pl011.h"
#include "servers/vuart/vuart.h"

static struct vuart_state uart;
static struct console_channel channel;
static struct surroundings around = { .channel = &channel };
static bool woken;

static inline void show(void)
{
	woken |= vuart_settle(&uart, &around);
}

static inline uint64_t get(uint64_t offset)
{
	uint64_t value = 0xdead, width = around.model == &vuart_pl011 ? 4 : 1;

	CU_ASSERT_EQUAL(vuart_read(&uart, &around, offset, width, &value), STATUS_OK);
	show();
	return value;
}

static inline void set(uint64_t offset, uint64_t value)
{
	uint64_t width = around.model == &vuart_pl011 ? 4 : 1;

	CU_ASSERT_EQUAL(vuart_write(&uart, &around, offset, width, value), STATUS_OK);
	show();
}

static inline void look(void)
{
	vuart_look(&uart, &around);
}

static inline bool line(void)
{
	return vuart_line(&uart, &around);
}

static inline bool wake(void)
{
	bool value = woken;

	woken = false;
	return value;
}

static inline void type(const char *text)
{
	bool ignored;

	for (; *text; text++)
		console_ring_put(console_input(&channel), (uint8_t)*text, &ignored);
}

static inline void power_on(const struct vuart_model *model)
{
	memset(&channel, 0, sizeof(channel));
	memset(&uart, 0, sizeof(uart));
	woken = false;
	around.model = model;
	vuart_reset(&uart, &around);
}

/* As Linux's drivers do at their start. */
static inline void start_pl011(void)
{
	power_on(&vuart_pl011);
	set(PL011_LCR_H, PL011_LCR_H_8BIT | PL011_LCR_H_FEN);
	set(PL011_ICR, PL011_INTERRUPTS);
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
}

static inline void start_ns16550(void)
{
	power_on(&vuart_ns16550);
	set(NS16550_FCR, NS16550_FCR_ENABLE);
	set(NS16550_FCR,
	    NS16550_FCR_ENABLE | NS16550_FCR_CLEAR_RECEIVE | NS16550_FCR_CLEAR_TRANSMIT);
	set(NS16550_FCR, 0);
	set(NS16550_LCR, NS16550_LCR_8BIT);
	set(NS16550_FCR, NS16550_FCR_ENABLE | NS16550_FCR_TRIGGER_8);
	set(NS16550_MCR, NS16550_MCR_DTR | NS16550_MCR_RTS | NS16550_MCR_OUT2);
}

/* What a guest finds in both. */
static const struct guest {
	void (*start)(void);
	uint64_t data;
	uint64_t enable; /* a register, and what to write there for all interrupts or one */
	uint64_t all, transmit;
	uint64_t identify; /* says which interrupt it is */
	/* A register and its bits, some of them the other way round. */
	uint64_t status, no_character, no_room, inverted;
	uint32_t burst; /* characters that an interrupt to transmit makes room for */
} guests[] = {
	{ start_pl011, PL011_DR, PL011_IMSC, PL011_INTERRUPTS, PL011_TX, PL011_MIS,
	  PL011_FR, PL011_FR_RXFE, PL011_FR_TXFF, 0, 8 },
	{ start_ns16550, NS16550_DATA, NS16550_IER, NS16550_IER_ALL, NS16550_IER_TRANSMIT,
	  NS16550_IIR, NS16550_LSR, NS16550_LSR_READY, NS16550_LSR_EMPTY, UINT64_MAX, 16 },
};
#define GUESTS (sizeof(guests) / sizeof(guests[0]))

static inline bool guest_has_character(const struct guest *guest)
{
	return !((get(guest->status) ^ guest->inverted) & guest->no_character);
}

static inline bool guest_has_room(const struct guest *guest)
{
	return !((get(guest->status) ^ guest->inverted) & guest->no_room);
}

#endif
