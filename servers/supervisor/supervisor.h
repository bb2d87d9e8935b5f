/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor: carries out the plan, hears of every task's fault and every VM's end. */
#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "servers/rt/syscall.h"
#include "servers/supervisor/bundle.h"

/* Slots of the supervisor's own that the plan does not know (the plan counts up from SLOT_FREE). */
#define SLOT_LOG 253
#define SLOT_SCRATCH 254

/* Where the supervisor sees the bundle, and memory that it fills for others. */
#define BUNDLE_ADDRESS 0x40000000ul
#define WINDOW_ADDRESS 0x8000000000ul

/* Badges of the supervisor's endpoint: VMs count from 0, a task's faults have this bit. */
#define BADGE_FAULT (1ul << 32)

#define PAGE 4096ul

struct bundle {
	const char *archive;
	uint64_t size;
};

extern struct bundle bundle;

/* Ends the boot with a reason on the console: nothing runs yet that could be lost. */
_Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Goes on until STATUS_AGAIN ends; refuses the boot if that fails. */
void map(handle_t space, handle_t memory, uint64_t address, uint64_t offset, uint64_t size,
	 uint64_t access, const char *what);
void unmap(uint64_t address, uint64_t size);

/* A cleared memory object in `slot`. */
void memory_create(handle_t slot, uint64_t size, uint64_t alignment, const char *what);

/* A file of the bundle as a memory object in `slot`, whole pages. */
void image_create(handle_t slot, const struct bundle_file *file, const char *what);

/* A file of the bundle, or the boot ends. */
struct bundle_file file_find(const char *name);

/* Makes all objects of the plan (a checked flattened tree). */
void objects_create(const void *tree, int plan);

/* Makes, loads and starts all tasks of the plan. `endpoint`: where their faults go. */
void tasks_create(const void *tree, int plan, handle_t endpoint);
void tasks_start(void);

/* Ends the task's life, if it has one, and begins the next. */
void task_restart(uint64_t number);

/* Finds the firmware's seed; then 64 random bits a call, or 0 always if there is no seed. */
void seed_open(void);
uint64_t seed_next(void);

/* From now on log lines go through the UART server; or no longer, because it has died. */
void log_open(const void *tree, int plan);
void log_close(void);

/* Tasks are numbers, in the order of the plan; beyond the last one there is none. */
bool task_exists(uint64_t number);
const char *task_name(uint64_t number);
uint64_t task_find(const char *name);

#endif
