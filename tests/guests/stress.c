/* SPDX-License-Identifier: Apache-2.0 */
/* Has all stress servers make their rounds at the same time, and asks what they have found. */
#include "tests/guests/runtime.h"

#include "tests/servers/stress.h"

#include "arch_rounds.h"

#define SEED 0x636f7070696365ul

static uint64_t register_of(uint64_t server, uint64_t offset)
{
	return DEVICE + STRESS_STRIDE * server + offset;
}

/* How many there are: behind the last there is no device. */
static uint64_t servers_count(void)
{
	uint64_t count = 0;

	for (;; count++) {
		read32(register_of(count, STRESS_ROUNDS));
		if (trapped())
			return count;
	}
}

void guest_main(void)
{
	uint64_t servers = servers_count(), each, index, rounds = 0, wrong = 0;

	each = STRESS_ROUNDS_OF(servers) / servers;
	print("seed ");
	print_number(SEED);
	print("\n");
	for (index = 0; index < servers; index++) {
		write32(register_of(index, STRESS_SEED), (uint32_t)(SEED + index));
		write32(register_of(index, STRESS_START), (uint32_t)each);
	}
	for (index = 0; index < servers; index++) {
		rounds += read32(register_of(index, STRESS_ROUNDS));
		wrong += read32(register_of(index, STRESS_WRONG));
	}
	check("all rounds were made", rounds, each * servers);
	check("mistakes in them", wrong, 0);
}
