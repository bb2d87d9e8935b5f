/* SPDX-License-Identifier: Apache-2.0 */
/* What a hostile guest does on aarch64; all that is random comes from its caller. */
#ifndef ARCH_HOSTILE_H
#define ARCH_HOSTILE_H

#include "tests/guests/runtime.h"

#define HOSTILE_UART_FIRST 4 /* behind its data register: a line of its own is not for the test */
#define MRS 0xd5300000u /* into x0 */

static inline uint64_t hostile_controller(bool private, uint64_t random)
{
	return private ? REDISTRIBUTOR + (random & 0x1fff8) : DISTRIBUTOR + (random & 0xfff8);
}

/* With forms among them that have no syndrome. */
static void hostile_access(uint64_t kind, uint64_t address, uint64_t value)
{
	switch (kind) {
	case 0:
		__asm__ volatile("ldp x8, x9, [%0]" : : "r"(address) : "x8", "x9", "memory");
		break;
	case 1:
		__asm__ volatile("str x8, [%0], #8" : "+r"(address) : : "memory");
		break;
	case 2:
		__asm__ volatile("ldrsb w8, [%0]" : : "r"(address) : "x8", "memory");
		break;
	case 3:
		__asm__ volatile("ldr q0, [%0]" : : "r"(address) : "memory");
		break;
	case 4:
		__asm__ volatile("dc ivac, %0" : : "r"(address) : "memory");
		break;
	case 5:
		__asm__ volatile("ldxr w8, [%0]" : : "r"(address) : "x8", "memory");
		break;
	default:
		__asm__ volatile("str %1, [%0]" : : "r"(address), "r"(value) : "memory");
	}
}

static inline void hostile_illegal(void)
{
	__asm__ volatile(".inst 0x00000000");
}

/* Any system register at all, read. */
static void hostile_register(uint64_t random)
{
	static volatile uint32_t code[2] __attribute__((aligned(64))) = { MRS, 0xd65f03c0 /* ret */ };

	code[0] = MRS | (random & 0xfffe0);
	__asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb\n\tblr %0"
			 : : "r"(code) : "x0", "x30", "memory");
}

/* Any function but those that end the guest. */
static void hostile_call(uint64_t random, uint64_t a1, uint64_t a2, uint64_t a3)
{
	uint64_t function = random & 1 ? random : 0x84000000 + (random >> 1 & 31);

	switch ((uint32_t)function & ~0x40000000u) {
	case PSCI_CPU_OFF:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case 0x84000012: /* SYSTEM_RESET2 */
		return;
	}
	firmware(function, a1, a2, a3);
}

static inline void hostile_ipi(uint64_t random)
{
	REGISTER_WRITE(S3_0_C12_C11_5, random & 0xfffffffffffffffful); /* ICC_SGI1R_EL1 */
}

#endif
