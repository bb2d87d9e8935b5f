/* SPDX-License-Identifier: Apache-2.0 */
/* Two vCPUs that both call one server all the time, which gives way in the middle of each call. */
#include "tests/bench/guest/measured.h"
#include "tests/bench/registers.h"

#define CALLS 500

static volatile uint64_t calls[2], here[2];

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

void guest_main(uint64_t vcpu)
{
	if (!vcpu) {
		machine_start();
		processor_on(1);
	}
	here[vcpu] = 1;
	while (!here[!vcpu])
		yield();
	MARK(MARK_CALLS_BEGIN);
	while (calls[0] < CALLS || calls[1] < CALLS) {
		read64(BENCH_REGISTERS + BENCH_YIELD);
		calls[vcpu]++;
	}
	MARK(MARK_CALLS_END);
	here[vcpu] = 0;
	while (vcpu || here[1])
		yield();
	print("contended_calls", calls[0] + calls[1]);
}
