/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that does everything that is bad, for ever, from a fixed seed: accesses to nothing and of
 * forms that nobody answers, wild writes to its devices, wild calls, registers and IPIs, a timer
 * that always fires. It tells each round, so that one can see that it itself goes on.
 */
#include "tests/guests/runtime.h"

#include "arch_hostile.h"

#define ACTS 400
#define BEYOND (1ul << 34) /* in an address: it is not in its memory */

static uint64_t seed = 0x2545f4914f6cdd1dul;

static uint64_t random_next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* In a region where something is; the other half of them are a device's. */
static uint64_t wild_address(void)
{
	uint64_t random = random_next(), more = random >> 8;

	switch (random & 7) {
	case 0:
		return NOWHERE + (more & 0xfff8);
	case 1:
		return more & 0xfffffffff8;
	case 2:
	case 3:
		return hostile_controller(random & 1, more);
	case 4:
		return UART + (more & 0xff8) + HOSTILE_UART_FIRST;
	}
	return DEVICE + (more & 0xff8);
}

static bool is_memory(uint64_t address)
{
	return address >= RAM && address < RAM + 0x400000;
}

static void wild_access(void)
{
	uint64_t address = wild_address();

	if (!is_memory(address))
		hostile_access(random_next() & 7, address, random_next());
}

static void act(void)
{
	switch (random_next() % 6) {
	case 0:
		trap_at(wild_address() | BEYOND, STATE_SAME); /* a fetch */
		break;
	case 1:
		hostile_illegal();
		break;
	case 2:
		hostile_register(random_next());
		break;
	case 3:
		hostile_call(random_next(), random_next(), random_next(), random_next());
		break;
	case 4:
		hostile_ipi(random_next());
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
		timer_set(0);
		for (index = 0; index < ACTS; index++)
			act();
		interrupts_allow();
		interrupts_mask();
		console_start(); /* whatever it did to it */
		print("round ");
		print_number(round);
		print("\n");
	}
}
