/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the benchmark's server share. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdint.h>

#include "ipc/message.h"

static inline uint64_t bench_counter(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

/* Once: what the VM's that follow have in common. */
void child_prepare(void);

/*
 * Makes a VM, answers `message` and lets the VM run to its first instruction, then destroys it.
 * `message` is its exit afterwards, which nobody waits for. Returns the ticks to that instruction.
 */
uint64_t child_run(struct message *message);

#endif
