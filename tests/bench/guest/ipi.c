/* SPDX-License-Identifier: Apache-2.0 */
/* One vCPU sends IPIs to another one, which does nothing but take them. */
#include "tests/bench/guest/measured.h"

#define RUNS 101

static volatile uint64_t ready, received;

void interrupt_taken(uint32_t number)
{
	MARK(MARK_RECEIVED);
	interrupt_end(number);
	received++;
}

_Noreturn static void receive(void)
{
	processor_start(1);
	interrupts_allow();
	ready = 1;
	for (;;) {
		MARK(MARK_LOOP);
		yield();
	}
}

void guest_main(uint64_t vcpu)
{
	uint64_t run;

	if (vcpu)
		receive();
	machine_start();
	processor_on(1);
	while (!ready)
		yield();
	MARK(MARK_RUN_BEGIN);
	for (run = 0; run < RUNS; run++) {
		ipi_send_marked(1);
		while (received == run)
			yield();
	}
	MARK(MARK_RUN_END);
	print("ipi_received", received);
}
