/* SPDX-License-Identifier: Apache-2.0 */
/* From the firmware to the first task. All of it is over, and unmapped, before that task runs. */
#ifndef KERNEL_BOOT_H
#define KERNEL_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_CODE __attribute__((section(".init.text")))

/* Addresses as the kernel has them. */
struct boot_machine {
	uint64_t ram_base, ram_size;
	uint64_t bundle_base, bundle_size;
	uint64_t tree_base, tree_size;
};

struct cpu;
struct thread;

/* The next CPU's structure, prepared; what the firmware calls that CPU. */
struct cpu *boot_cpu(uint64_t identity);

/* Starts all the other CPUs that the tree has, as many as there are structures for. */
void boot_other_cpus(const void *tree);

/*
 * The kernel's own tables (boot_tables.c): everything at its own address, nothing both writable and
 * executable, a hole under each kernel stack, and no boot code once boot is over. The two
 * megabytes around each of `count` device addresses are mapped, too.
 */
void tables_boot(const struct boot_machine *machine, const uint64_t *devices, unsigned int count);
extern uint64_t kernel_tables[][512]; /* the root is the first */

/* The last step of boot, from code that stays: unmaps the rest. Returns its argument. */
struct thread *tables_seal(struct thread *thread);

/* Checks the bundle and makes the first task of it: the thread to run; or stops the machine. */
struct thread *boot_supervisor(void);

/* Says why on the console, and stops. */
_Noreturn void boot_refuse(const char *why);

#endif
