/* SPDX-License-Identifier: Apache-2.0 */
/* In place of servers/uart/registers.h: each access reaches the UART of tests/crash/serial.h. */
#ifndef UART_REGISTERS_H
#define UART_REGISTERS_H

#include <stdint.h>

uint32_t uart_read_word(uintptr_t base, uint32_t offset);
void uart_write_word(uintptr_t base, uint32_t offset, uint32_t value);
uint8_t uart_read_byte(uintptr_t base, uint32_t offset);
void uart_write_byte(uintptr_t base, uint32_t offset, uint8_t value);

#endif
