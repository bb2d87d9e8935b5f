/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of a device, at addresses of the kernel's. */
#ifndef RISCV64_DEVICE_H
#define RISCV64_DEVICE_H

#include <stdint.h>

static inline uint32_t device_read(uint64_t address)
{
	return *(volatile uint32_t *)address;
}

static inline void device_write(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

#endif
