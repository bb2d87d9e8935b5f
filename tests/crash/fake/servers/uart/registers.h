/* SPDX-License-Identifier: Apache-2.0 */
/* In place of servers/uart/registers.h: each access reaches the UART of tests/crash/serial.h. */
#ifndef UART_REGISTERS_H
#define UART_REGISTERS_H

#include <stdint.h>

uint32_t register_read(uintptr_t base, uint32_t offset);
void register_write(uintptr_t base, uint32_t offset, uint32_t value);
uint8_t register_read_byte(uintptr_t base, uint32_t offset);
void register_write_byte(uintptr_t base, uint32_t offset, uint8_t value);

#endif
