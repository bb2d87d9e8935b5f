/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest beside the hostile servers: it has them make their calls, batch after batch, and after
 * each looks whether its own memory, timer and hypervisor are still what they were.
 */
#include "tests/guests/runtime.h"
#include "tests/servers/registers.h"

/* As the system has them. */
#define REFUSED DEVICE
#define HOSTILE (DEVICE + 0x1000)

#define HYPERVISOR 0x70706f63u
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

/* It comes, and when it is due. */
static uint64_t wrong_timer(void)
{
	uint32_t before = taken_count;
	uint64_t start = counter();

	timer_set(start + TIMER_STEP);
	while (taken_count == before)
		yield();
	return counter() - start < TIMER_STEP || taken_count != before + 1;
}

static uint64_t wrong_hypervisor(void)
{
	return hypervisor_name() != HYPERVISOR;
}

static void tell(const char *what, uint64_t number)
{
	print("beside: ");
	print(what);
	print(" ");
	print_number(number);
	print("\n");
}

void guest_main(void)
{
	uint64_t batch, wrong = 0;

	interrupts_start();
	interrupts_allow();
	fill(0);
	tell("refused", read64(REFUSED + REGISTER_CALLS));
	wrong += wrong_words(0);
	for (batch = 0; batch < HOSTILE_BATCHES; batch++) {
		fill(batch);
		read64(HOSTILE + REGISTER_CALLS);
		wrong += wrong_words(batch) + wrong_timer() + wrong_hypervisor();
	}
	tell("batches", batch);
	tell("wrong", wrong + trap.count);
}
