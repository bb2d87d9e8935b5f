/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the machine's PL011, as its driver reaches them. */
#ifndef UART_DEVICE_H
#define UART_DEVICE_H

#include <stdint.h>

static volatile uint8_t *device;

static inline uint32_t device_read(uint32_t offset)
{
	return *(volatile uint32_t *)(device + offset);
}

static inline void device_write(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(device + offset) = value;
}

#endif
