/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the benchmark's server share. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdint.h>

#include "arch_bench.h"
#include "ipc/message.h"

/* Once: what the VM's that follow have in common. */
void child_prepare(void);

/*
 * Makes a VM, answers `message` and lets the VM run to its first instruction, then destroys it.
 * `message` is its exit afterwards, which nobody waits for. Returns the ticks to that instruction.
 */
uint64_t child_run(struct message *message);

#endif
