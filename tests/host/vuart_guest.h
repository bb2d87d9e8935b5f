/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest before its PL011: register accesses that must succeed, and the rings behind. After each
 * access the rings' other side is shown what it did.
 */
#ifndef TESTS_HOST_VUART_GUEST_H
#define TESTS_HOST_VUART_GUEST_H

#include <CUnit/CUnit.h>
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "servers/vuart/vuart.h"

static struct vuart_state uart;
static struct console_channel channel;
static bool woken;

static inline void show(void)
{
	woken |= vuart_settle(&uart, &channel);
}

static inline uint64_t get(uint64_t offset)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vuart_read(&uart, &channel, offset, 4, &value), STATUS_OK);
	show();
	return value;
}

static inline void set(uint64_t offset, uint64_t value)
{
	CU_ASSERT_EQUAL(vuart_write(&uart, &channel, offset, 4, value), STATUS_OK);
	show();
}

static inline bool line(void)
{
	return vuart_line(&uart, &channel);
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

/* As Linux's driver does at its start. */
static inline void start(void)
{
	memset(&channel, 0, sizeof(channel));
	memset(&uart, 0, sizeof(uart));
	woken = false;
	vuart_reset(&uart);
	set(PL011_LCR_H, PL011_LCR_H_8BIT | PL011_LCR_H_FEN);
	set(PL011_ICR, PL011_INTERRUPTS);
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
}

#endif
