/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest beside the hostile servers: it has them make their calls, batch after batch, and after
 * each looks whether its own memory, timer and hypervisor are still what they were.
 */
#include "tests/bench/guest/ticks.h"
#include "tests/servers/registers.h"

/* As the system has them. */
#define REFUSED BENCH_REGISTERS
#define HOSTILE (BENCH_REGISTERS + 0x1000)

#define TIMER_DELAY 1000
#define WORDS 4096

static uint64_t memory[WORDS];

static uint64_t pattern(uint64_t index, uint64_t batch)
{
	return (index + 1) * 0x9e3779b97f4a7c15ul + batch;
}

static void fill(uint64_t batch)
{
	uint64_t index;

	for (index = 0; index < WORDS; index++)
		memory[index] = pattern(index, batch);
}

static uint64_t wrong_words(uint64_t batch)
{
	uint64_t index, wrong = 0;

	for (index = 0; index < WORDS; index++)
		wrong += memory[index] != pattern(index, batch);
	return wrong;
}

void bench(const uint8_t *tree)
{
	uint64_t batch, wrong = 0;

	(void)tree;
	machine_start();
	fill(0);
	print("beside: refused", read64(REFUSED + REGISTER_CALLS));
	wrong += wrong_words(0);
	for (batch = 0; batch < HOSTILE_BATCHES; batch++) {
		fill(batch);
		read64(HOSTILE + REGISTER_CALLS);
		timer_ticks(TIMER_DELAY);
		wrong += wrong_words(batch) + (hypervisor_name() != HYPERVISOR_NAME);
	}
	print("beside: batches", batch);
	print("beside: wrong", wrong);
	guest_off();
}
