/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark guest uses of its machine: console, interrupt controller, firmware. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "arch_machine.h"

/* "name value", a line. */
void print(const char *name, uint64_t value);

/* Of it, one character; waits for the console. */
void console_put(char character);

/* Whether the VM's bootargs, which are in the guest's device tree, have this word. */
bool tree_says(const uint8_t *tree, const char *word);

/* Takes the timer's interrupt and IPIs; lets servers count instructions. */
void machine_start(void);
/* Of it, what each vCPU does for itself. */
void processor_start(uint64_t vcpu);

_Noreturn void guest_off(void);

#endif
