/* SPDX-License-Identifier: Apache-2.0 */
/* In place of servers/uart/device.h: each access is a point to be cut at, and reaches a model. */
#ifndef UART_DEVICE_H
#define UART_DEVICE_H

#include <stdint.h>

static volatile uint8_t *device;

uint32_t device_read(uint32_t offset);
void device_write(uint32_t offset, uint32_t value);

#endif
