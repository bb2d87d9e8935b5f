/* SPDX-License-Identifier: Apache-2.0 */
/* How the benchmark guest measures a path, and the paths, which are each architecture's own. */
#ifndef BENCH_TICKS_H
#define BENCH_TICKS_H

#include "tests/bench/guest/machine.h"
#include "tests/bench/registers.h"

/*
 * Ticks from before to after the code; its operands are %2 and so on, and it may change what
 * TICKS_CHANGED names. The marks around them let tests/bench/test_count.py compare this with what
 * tests/bench/plugin/count.c counts.
 */
#define TICKS(code, ...)                                                                           \
	({                                                                                         \
		uint64_t before_, after_;                                                          \
		__asm__ volatile(MARK_TEXT(MARK_BEFORE) COUNTER_TEXT("%0") code "\n\t"             \
				 COUNTER_TEXT("%1") MARK_TEXT(MARK_AFTER)                          \
				 : "=&r"(before_), "=&r"(after_)                                   \
				 : __VA_ARGS__                                                     \
				 : "memory", TICKS_CHANGED);                                       \
		after_ - before_;                                                                  \
	})

/* What reading the counter twice costs. */
uint64_t empty_ticks(void);
/* A hypercall that the kernel answers by itself. */
uint64_t hypercall_ticks(void);
uint64_t read_ticks(uint64_t address);
uint64_t write_ticks(uint64_t address);
/* A read of a system register that a server answers; whether the VM has it. */
bool sysreg_there(const uint8_t *tree);
uint64_t sysreg_ticks(void);
/* Stamps between two reads of the server's: when the first was back, before the second. */
void stamp_between(uint64_t first, uint64_t second, uint64_t *resumed, uint64_t *sent);

/* An IPI to itself, from its sending to the first instruction of the handler. */
uint64_t ipi_self_ticks(void);
/* From the timer's expiry, in `delay` ticks, to the handler; out of a loop, and out of WFI. */
uint64_t timer_ticks(uint64_t delay);
uint64_t timer_wait_ticks(uint64_t delay);

/* The guest proper. */
void bench(const uint8_t *tree);

#endif
