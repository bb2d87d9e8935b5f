/* SPDX-License-Identifier: Apache-2.0 */
/* Device registers of four bytes and of one: each access is one plain load or store. */
#ifndef UART_REGISTERS_H
#define UART_REGISTERS_H

#include <stdint.h>

static inline uint32_t uart_read_word(uintptr_t base, uint32_t offset)
{
	return *(const volatile uint32_t *)(base + offset);
}

static inline void uart_write_word(uintptr_t base, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(base + offset) = value;
}

static inline uint8_t uart_read_byte(uintptr_t base, uint32_t offset)
{
	return *(const volatile uint8_t *)(base + offset);
}

static inline void uart_write_byte(uintptr_t base, uint32_t offset, uint8_t value)
{
	*(volatile uint8_t *)(base + offset) = value;
}

#endif
