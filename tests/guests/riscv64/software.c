/* SPDX-License-Identifier: Apache-2.0 */
/* IPIs to any of four vCPUs, which poll: each call of SBI's reaches those it names, and nobody else. */
#include "tests/guests/processor.h"

#define ALL ((1ul << PROCESSORS) - 1)
#define ALL_HARTS ~0ul

static volatile uint64_t round, seen[PROCESSORS], done[PROCESSORS];

/* After an exit of its own a vCPU has whatever was sent before. */
static void look(uint64_t self)
{
	controller_read();
	seen[self] = !!(REGISTER_READ(sip) & SOFTWARE);
	REGISTER_CLEAR(sip, SOFTWARE);
}

static void poll(uint64_t context)
{
	uint64_t self = processor_number(), next;

	(void)context;
	for (next = 1; next; next++) {
		while (round < next)
			yield();
		look(self);
		done[self] = next;
	}
}

/* One call; who has got one by it, as a mask. */
static uint64_t reached(uint64_t mask, uint64_t base, uint64_t *error)
{
	uint64_t number, got;

	*error = sbi(SBI_IPI, 0, mask, base, 0, 0, 0).error;
	round++;
	look(0);
	got = seen[0];
	for (number = 1; number < PROCESSORS; number++) {
		while (done[number] < round)
			yield();
		got |= seen[number] << number;
	}
	return got;
}

static void good(void)
{
	uint64_t mask, base, error, wrong = 0;

	for (base = 0; base < PROCESSORS; base++)
		for (mask = 0; mask << base <= ALL; mask++)
			wrong += reached(mask, base, &error) != mask << base || error != ANSWER_DONE;
	check("masks that do not reach whom they name", wrong, 0);
	for (mask = 0; mask <= ALL + 1; mask++)
		wrong += reached(mask, ALL_HARTS, &error) != ALL || error != ANSWER_DONE;
	check("all harts: masks by which not all are reached", wrong, 0);
}

static void bad(void)
{
	static const uint64_t calls[][2] = { { 0x10, 0 }, { 0x1f, 0 }, { ~0ul, 0 }, { 2, 3 },
					     { 1, 4 }, { 1, 64 }, { 1, 1ul << 32 },
					     { 1, ALL_HARTS - 1 } };
	uint64_t index, error, wrong = 0;

	for (index = 0; index < sizeof(calls) / sizeof(*calls); index++)
		wrong += reached(calls[index][0], calls[index][1], &error) != 0 ||
			 error != ANSWER_NOBODY;
	check("calls for harts that are not there, which are answered or reach somebody", wrong, 0);
}

void guest_main(void)
{
	uint64_t number;

	for (number = 1; number < PROCESSORS; number++)
		check("turning one on", processor_on(number, poll, 0), ANSWER_DONE);
	good();
	bad();
	check("there was no exception", trapped(), 0);
}
