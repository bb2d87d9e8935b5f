/* SPDX-License-Identifier: Apache-2.0 */
/* A storm of interrupts among four vCPUs: each sends to all others as fast as they answer. */
#include "tests/guests/processor.h"

#define ALL ((1ul << PROCESSORS) - 1)

/* IPIs 0 to 3 say who sends in the storm. */
#define LOOK 8 /* says nothing but: look */

#define ROUNDS 1000

/* What each vCPU alone counts. */
struct counts {
	uint64_t from[PROCESSORS];
	uint64_t other, done;
};

static volatile struct counts counts[PROCESSORS];
static volatile uint64_t go; /* the part that vCPUs may do */

static void told(uint32_t number)
{
	uint64_t self = processor_number(), source;

	for (source = 0; source < PROCESSORS; source++) {
		if (number != IPI(source))
			continue;
		counts[self].from[source]++;
		ipi_send(LOOK, 1ul << source);
		return;
	}
	counts[self].other += number != IPI(LOOK);
}

static void storm(void)
{
	uint64_t self = processor_number(), round, number;

	for (round = 1; round <= ROUNDS; round++) {
		ipi_send(self, ALL & ~(1ul << self));
		for (number = 0; number < PROCESSORS; number++)
			if (number != self)
				sleep_until(&counts[number].from[self], round);
	}
}

static void tell_done(uint64_t self, uint64_t part)
{
	counts[self].done = part;
	ipi_send(LOOK, ALL);
}

static void tell_go(uint64_t part)
{
	go = part;
	ipi_send(LOOK, ALL);
}

static void wait_done(uint64_t part)
{
	uint64_t number;

	for (number = 1; number < PROCESSORS; number++)
		sleep_until(&counts[number].done, part);
}

static void other(uint64_t context)
{
	uint64_t self = processor_number();

	(void)context;
	interrupts_start();
	interrupts_allow();
	tell_done(self, 1);
	sleep_until(&go, 1);
	storm();
	tell_done(self, 2);
	sleep_until(&go, 2);
	interrupts_mask();
}

void guest_main(void)
{
	uint64_t number, source, wrong = 0;

	interrupt_told = told;
	interrupts_start();
	interrupts_allow();
	for (number = 1; number < PROCESSORS; number++)
		check("turning one on", processor_on(number, other, 0), ANSWER_DONE);
	wait_done(1);
	tell_go(1);
	storm();
	wait_done(2);
	for (number = 0; number < PROCESSORS; number++)
		for (source = 0; source < PROCESSORS; source++)
			wrong += counts[number].from[source] != (number == source ? 0 : ROUNDS);
	check("senders of whom a vCPU has not taken each IPI once", wrong, 0);
	tell_go(2);
	for (number = 1; number < PROCESSORS; number++)
		processor_wait_off(number);
	for (number = 0; number < PROCESSORS; number++)
		check("interrupts of nobody", counts[number].other, 0);
	check("there was no exception", trapped(), 0);
}
