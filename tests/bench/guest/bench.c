/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures each path RUNS times with the counter, one tick of which is one instruction, subtracts
 * what reading the counter twice costs, and prints the median.
 */
#include "tests/bench/guest/machine.h"
#include "tests/bench/guest/marks.h"
#include "tests/bench/registers.h"

#define RUNS 101
#define HYPERCALL_UID 0x8600ff01ul
#define TIMER_DELAY 100000

void bench(void);
uint64_t sgi_ticks(uint64_t sgi);
uint64_t vtimer_ticks(uint64_t delay);
uint64_t vtimer_wfi_ticks(uint64_t delay);

/*
 * Ticks from before to after the code; its operands are %2 and so on. The marks around them let
 * tests/bench/test_count.py compare this with what tests/bench/plugin/count.c counts.
 */
#define TICKS(code, ...)                                                                           \
	({                                                                                         \
		uint64_t before_, after_;                                                          \
		__asm__ volatile(MARK_TEXT(MARK_BEFORE) "mrs %0, cntvct_el0\n\t" code             \
				 "\n\tmrs %1, cntvct_el0\n\t" MARK_TEXT(MARK_AFTER)              \
				 : "=&r"(before_), "=&r"(after_)                                   \
				 : __VA_ARGS__                                                     \
				 : "memory", "x1", "x2", "x3");                                    \
		after_ - before_;                                                                  \
	})

static uint64_t empty(void)
{
	return TICKS("", );
}

static uint64_t hypercall(void)
{
	register uint64_t function __asm__("x0") = HYPERCALL_UID;

	return TICKS("hvc #0", "r"(function));
}

static uint64_t mmio(void)
{
	return TICKS("ldr x1, [%2]", "r"(BENCH_REGISTERS + BENCH_CONSTANT));
}

static uint64_t write_plain(void)
{
	return TICKS("str xzr, [%2]", "r"(BENCH_COUNT));
}

static uint64_t write_durable(void)
{
	return TICKS("str xzr, [%2]", "r"(BENCH_COUNT_DURABLE));
}

static uint64_t sysreg(void)
{
	return TICKS("mrs x1, id_aa64pfr0_el1", );
}

/* The way back of one read and the way there of the next: what the kernel has of a round trip. */
static uint64_t mmio_kernel(void)
{
	uint64_t resumed, sent;

	__asm__ volatile("ldr x1, [%2]\n\tmrs %0, cntvct_el0\n\tmrs %1, cntvct_el0\n\tldr x1, [%3]"
			 : "=&r"(resumed), "=&r"(sent)
			 : "r"(BENCH_REGISTERS + BENCH_STAMP), "r"(BENCH_REGISTERS + BENCH_CONSTANT)
			 : "memory", "x1");
	return resumed - read64(BENCH_REGISTERS + BENCH_LEFT) +
	       read64(BENCH_REGISTERS + BENCH_ARRIVED) - sent - empty();
}

static uint64_t sgi(void)
{
	return sgi_ticks(1); /* SGI 0 to the CPU with affinity 0.0.0.0: this one */
}

static uint64_t vtimer(void)
{
	return vtimer_ticks(TIMER_DELAY);
}

static uint64_t vtimer_wfi(void)
{
	return vtimer_wfi_ticks(TIMER_DELAY);
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

void bench(void)
{
	uint64_t overhead = empty();

	machine_start();
	measure("hypercall_null", hypercall, overhead);
	measure("mmio_server_round_trip", mmio, overhead);
	measure("mmio_server_kernel_part", mmio_kernel, overhead);
	measure("mmio_write", write_plain, overhead);
	measure("mmio_write_durable", write_durable, overhead);
	measure("sysreg_server_round_trip", sysreg, overhead);
	measure("sgi_self", sgi, overhead);
	measure("vtimer_latency", vtimer, 0);
	measure("vtimer_latency_wfi", vtimer_wfi, 0);
	measure("server_call", server_call, overhead);
	measure("vm_create", vm_create, overhead);
	guest_off();
}
