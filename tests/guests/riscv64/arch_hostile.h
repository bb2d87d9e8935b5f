/* SPDX-License-Identifier: Apache-2.0 */
/* What a hostile guest does on riscv64; all that is random comes from its caller. */
#ifndef ARCH_HOSTILE_H
#define ARCH_HOSTILE_H

#include "tests/guests/runtime.h"

#define HOSTILE_UART_FIRST 1 /* behind its data register: a line of its own is not for the test */
#define CSRR 0x00002573u     /* into a0 */

/* A context's registers, or those of all. */
static inline uint64_t hostile_controller(bool private, uint64_t random)
{
	return CONTROLLER + (private ? 0x200000 + (random & 0x3ffff8) : (random & 0x3ff8));
}

/* With forms among them that a device is never reached by. */
static void hostile_access(uint64_t kind, uint64_t address, uint64_t value)
{
	register uint64_t base __asm__("s1") = address;

	switch (kind) {
	case 0:
		__asm__ volatile("amoadd.w t0, t0, (%0)" : : "r"(address) : "t0", "memory");
		break;
	case 1:
		__asm__ volatile("c.sw a1, 4(s1)" : : "r"(base) : "memory");
		break;
	case 2:
		__asm__ volatile("lb t0, 3(%0)" : : "r"(address) : "t0", "memory");
		break;
	case 3:
		__asm__ volatile("fld f0, 0(%0)" : : "r"(address) : "memory");
		break;
	case 4:
		__asm__ volatile("ld t0, 5(%0)" : : "r"(address) : "t0", "memory");
		break;
	case 5:
		__asm__ volatile("lr.w t0, (%0)" : : "r"(address) : "t0", "memory");
		break;
	default:
		__asm__ volatile("sd %1, 0(%0)" : : "r"(address), "r"(value) : "memory");
	}
}

static inline void hostile_illegal(void)
{
	__asm__ volatile(".4byte 0xffffffff");
}

/* Any CSR at all, read. */
static void hostile_register(uint64_t random)
{
	static volatile uint32_t code[2] = { CSRR, 0x00008067 /* ret */ };

	code[0] = CSRR | (uint32_t)(random & 0xfff) << 20;
	__asm__ volatile("fence.i\n\tjalr %0" : : "r"(code) : "a0", "ra", "memory");
}

/* Any function but those that end the guest. */
static void hostile_call(uint64_t random, uint64_t a0, uint64_t a1, uint64_t a2)
{
	static const uint64_t known[] = { SBI_BASE, SBI_TIME, SBI_IPI, SBI_RFENCE,
					  SBI_HSM, SBI_DBCN, SBI_SRST, 0 };
	uint64_t extension = random & 1 ? random : known[random >> 1 & 7];
	uint64_t function = random & 2 ? a0 >> 8 & 7 : a0;

	if (extension == SBI_SRST && (uint32_t)a1 <= 2) /* a type that there is */
		return;
	if (extension == SBI_HSM && function == HSM_STOP)
		return;
	sbi(extension, function, a1, a2, random, a0, a1);
}

static inline void hostile_ipi(uint64_t random)
{
	sbi(SBI_IPI, 0, random, random >> 60, 0, 0, 0);
}

#endif
