/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device registers. The address passes through an empty asm, so that the compiler can neither merge
 * accesses nor fold address arithmetic into them: each is one plain 32-bit load or store.
 */
#ifndef SERVERS_BLK_REGISTERS_H
#define SERVERS_BLK_REGISTERS_H

#include <stdint.h>

static inline uint32_t register_read(uintptr_t base, uint32_t offset)
{
	uintptr_t address = base + offset;

	__asm__("" : "+r"(address));
	return *(const volatile uint32_t *)address;
}

static inline void register_write(uintptr_t base, uint32_t offset, uint32_t value)
{
	uintptr_t address = base + offset;

	__asm__("" : "+r"(address));
	*(volatile uint32_t *)address = value;
}

#endif
