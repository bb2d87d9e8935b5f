/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that does everything that is bad, for ever, from a fixed seed: accesses to nothing and of
 * forms without a syndrome, wild writes to its devices, wild calls, registers and SGIs, a timer
 * that always fires. It tells each round, so that one can see that it itself goes on.
 */
#include "tests/guests/aarch64/runtime.h"

#define ACTS 400
#define MRS 0xd5300000u /* into x0 */

static uint64_t seed = 0x2545f4914f6cdd1dul;
static volatile uint32_t code[2] __attribute__((aligned(64))) = { MRS, 0xd65f03c0 /* ret */ };

static uint64_t random_next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint64_t wild_address(void)
{
	uint64_t random = random_next();

	switch (random & 7) {
	case 0:
		return NOWHERE + (random >> 8 & 0xfff8);
	case 1:
		return random >> 8 & 0xfffffffff8;
	case 2:
		return DISTRIBUTOR + (random >> 8 & 0xfff8);
	case 3:
		return REDISTRIBUTOR + (random >> 8 & 0x1fff8);
	case 4:
		return UART + 4 + (random >> 8 & 0xff8);
	}
	return DEVICE + (random >> 8 & 0xff8);
}

static bool is_memory(uint64_t address)
{
	return address >= 0x40000000 && address < 0x40400000;
}

static void wild_access(void)
{
	uint64_t address = wild_address();

	if (is_memory(address))
		return;
	switch (random_next() & 7) {
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
		__asm__ volatile("str %1, [%0]" : : "r"(address), "r"(random_next()) : "memory");
	}
}

/* Any system register at all, read. */
static void wild_register(void)
{
	code[0] = MRS | (random_next() & 0xfffe0);
	__asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb\n\tblr %0"
			 : : "r"(code) : "x0", "x30", "memory");
}

/* Any function but those that end the guest. */
static void wild_call(void)
{
	uint64_t function = random_next() & 1 ? random_next() : 0x84000000 + (random_next() & 31);

	switch ((uint32_t)function & ~0x40000000u) {
	case 0x84000002:
	case 0x84000008:
	case 0x84000009:
	case 0x84000012:
		return;
	}
	firmware(function, random_next(), random_next(), random_next());
}

static void act(void)
{
	switch (random_next() % 6) {
	case 0:
		trap_at(wild_address() | 1ul << 31, EL1H_MASKED); /* a fetch: beyond its memory */
		break;
	case 1:
		__asm__ volatile(".inst 0x00000000");
		break;
	case 2:
		wild_register();
		break;
	case 3:
		wild_call();
		break;
	case 4:
		REGISTER_WRITE(S3_0_C12_C11_5, random_next() & 0xfffffffffffffffful);
		break;
	default:
		wild_access();
	}
}

void guest_main(void)
{
	unsigned int index;
	uint64_t round;

	interrupts_start();
	for (round = 1;; round++) {
		REGISTER_WRITE(cntv_cval_el0, 0);
		REGISTER_WRITE(cntv_ctl_el0, 1);
		for (index = 0; index < ACTS; index++)
			act();
		interrupts_allow();
		interrupts_mask();
		write32(UART + 0x30, 0x301); /* whatever it did to its console */
		print("round ");
		print_number(round);
		print("\n");
	}
}
