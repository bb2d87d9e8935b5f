/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures each path RUNS times with the counter, one tick of which is one instruction, subtracts
 * what reading the counter twice costs, and prints the median.
 */
#include "tests/bench/guest/ticks.h"

#define RUNS 101
#define TIMER_DELAY 100000

static uint64_t mmio(void)
{
	return read_ticks(BENCH_REGISTERS + BENCH_CONSTANT);
}

static uint64_t write_plain(void)
{
	return write_ticks(BENCH_COUNT);
}

static uint64_t write_durable(void)
{
	return write_ticks(BENCH_COUNT_DURABLE);
}

/* The way back of one read and the way there of the next: what the kernel has of a round trip. */
static uint64_t mmio_kernel(void)
{
	uint64_t resumed, sent;

	stamp_between(BENCH_REGISTERS + BENCH_STAMP, BENCH_REGISTERS + BENCH_CONSTANT, &resumed, &sent);
	return resumed - read64(BENCH_REGISTERS + BENCH_LEFT) +
	       read64(BENCH_REGISTERS + BENCH_ARRIVED) - sent - empty_ticks();
}

static uint64_t timer(void)
{
	return timer_ticks(TIMER_DELAY);
}

static uint64_t timer_wait(void)
{
	return timer_wait_ticks(TIMER_DELAY);
}

static uint64_t server_call(void)
{
	return read64(BENCH_REGISTERS + BENCH_CALL);
}

static uint64_t vm_create(void)
{
	read64(BENCH_REGISTERS + BENCH_CREATE);
	return read64(BENCH_REGISTERS + BENCH_CREATED);
}

static uint64_t median(uint64_t *values)
{
	unsigned int index, place;

	for (index = 1; index < RUNS; index++) {
		uint64_t value = values[index];

		for (place = index; place && values[place - 1] > value; place--)
			values[place] = values[place - 1];
		values[place] = value;
	}
	return values[RUNS / 2];
}

static void measure(const char *name, uint64_t (*path)(void), uint64_t overhead)
{
	static uint64_t values[RUNS];
	unsigned int index;

	for (index = 0; index < RUNS; index++)
		values[index] = path();
	print(name, median(values) - overhead);
}

void bench(const uint8_t *tree)
{
	uint64_t overhead = empty_ticks();

	machine_start();
	measure("hypercall_null", hypercall_ticks, overhead);
	measure("mmio_server_round_trip", mmio, overhead);
	measure("mmio_server_kernel_part", mmio_kernel, overhead);
	measure("mmio_write", write_plain, overhead);
	measure("mmio_write_durable", write_durable, overhead);
	if (sysreg_there(tree))
		measure("sysreg_server_round_trip", sysreg_ticks, overhead);
	measure("sgi_self", ipi_self_ticks, overhead);
	measure("vtimer_latency", timer, 0);
	measure("vtimer_latency_wfi", timer_wait, 0);
	measure("server_call", server_call, overhead);
	measure("vm_create", vm_create, overhead);
	guest_off();
}
