/* SPDX-License-Identifier: Apache-2.0 */
/* From the firmware to the first task. All of it is over, and unmapped, before that task runs. */
#ifndef KERNEL_BOOT_H
#define KERNEL_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_CODE __attribute__((section(".init.text")))

struct boot_machine {
	uint64_t ram_base, ram_size;
	uint64_t bundle_base, bundle_size;
	uint64_t tree_base, tree_size;
};

struct cpu;
struct thread;

/* Prepares the CPU's own structure. */
void boot_cpu(struct cpu *cpu, void *stack);

/* Checks the bundle and makes the first task of it: the thread to run; or stops the machine. */
struct thread *boot_supervisor(void);

/* Says why on the console, and stops. */
_Noreturn void boot_refuse(const char *why);

#endif
