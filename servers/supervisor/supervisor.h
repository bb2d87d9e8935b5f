/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor: carries out the plan, then watches over its tasks. Whoever dies, hangs or is to
 * be replaced begins a next life. It is a server with durable state like the others; the kernel
 * starts it again when it dies itself.
 *
 * boot: bundle.c tree.c objects.c tasks.c image.c; then: main.c (doors), life.c (whose next life
 * begins when), hold.c (VMs that stand still), watch.c overrun.c (hangs), report.c (deaths),
 * operator.c.
 */
#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/operator.h"
#include "gen/supervisor.h"
#include "servers/rt/durable.h"
#include "servers/rt/syscall.h"
#include "servers/supervisor/bundle.h"

/* Slots of the supervisor's own that the plan does not know (the plan counts up from SLOT_FREE). */
#define SLOT_DURABLE 252
#define SLOT_LOG 253
#define SLOT_SCRATCH 254

/* Where the supervisor sees the bundle, its own durable state, and what it fills for others. */
#define BUNDLE_ADDRESS 0x40000000ul
#define DURABLE_ADDRESS 0x3e000000ul
#define WINDOW_ADDRESS 0x2000000000ul

/* Badges of the supervisor's endpoint: VMs count from 0, a task's faults have this bit. */
#define BADGE_FAULT (1ul << 32)

/* Signals: the timer's, and the operator's keyboard (from the UART server). */
#define SIGNAL_TIMER 1ul
#define SIGNAL_KEYS 2ul

#define PAGE 4096ul
#define VMS 64

struct bundle {
	const char *archive;
	uint64_t size;
};

extern struct bundle bundle;
extern handle_t endpoint;

/* This is not the first life: what is to be made may be there already. */
extern bool again;

static inline struct supervisor_state *state(void)
{
	return rt_state();
}

/* Ends the boot with a reason on the console: nothing runs yet that could be lost. */
_Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Made now, or by a former life. */
static inline bool made(status_t status)
{
	return status == STATUS_OK || (again && status == STATUS_BUSY);
}

static inline uint64_t whole_pages(uint64_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

/* memory.c. Goes on until STATUS_AGAIN ends. */
status_t try_map(handle_t space, handle_t memory, uint64_t address, uint64_t offset, uint64_t size,
		 uint64_t access);
/* The same; refuses the boot if that fails. */
void map(handle_t space, handle_t memory, uint64_t address, uint64_t offset, uint64_t size,
	 uint64_t access, const char *what);
void unmap(handle_t space, uint64_t address, uint64_t size);
/* The memory in `slot` at WINDOW_ADDRESS, until it is closed; the durable state knows of it. */
void window_open(handle_t slot, uint64_t size, const char *what);
void window_close(void);
/* A cleared memory object in `slot`. */
void memory_create(handle_t slot, uint64_t size, uint64_t alignment, const char *what);
/* A file of the bundle as a memory object in `slot`, whole pages. */
void image_create(handle_t slot, const struct bundle_file *file, const char *what);
/* A file of the bundle, or the boot ends. */
struct bundle_file file_find(const char *name);

/* objects.c: makes all objects of the plan (a checked flattened tree). */
void objects_create(const void *tree, int plan);

/*
 * A task's place: what stays from life to life. Its part of the memory object "places" holds the
 * durable state, then the stack, then its variables.
 */
#define PLACE_SIZE 0x20000ul
#define PLACES_ADDRESS 0x100000000ul
#define PLACE_STACK sizeof(struct durable)
#define STACK_SIZE 0x4000ul
#define PLACE_DATA (PLACE_STACK + STACK_SIZE)
#define DATA_SIZE 0x10000ul

struct place {
	const char *name;
	handle_t task, thread;
	const char *binaries; /* texts, one behind the other */
	unsigned int images;  /* how many */
	uint64_t vms;         /* that cannot go on without this task: bit n, VM n */
};

/* tasks.c. Tasks are numbers, in the order of the plan; beyond the last one there is none. */
void tasks_read(const void *tree, int plan);
void tasks_create(const void *tree, int plan);
extern unsigned int task_count;
extern handle_t places_memory; /* all places, one behind the other */
extern struct place places[SUPERVISOR_TASKS];

static inline const struct durable *place_durable(unsigned int number)
{
	return (const struct durable *)(PLACES_ADDRESS + number * PLACE_SIZE);
}

/*
 * image.c: whether the task's binary number `image` is one, BAD_IMAGE, and knows the task's durable
 * state as it is, NOT_SUPPORTED; the log says why not.
 */
status_t image_check(unsigned int number, unsigned int image);
/* Maps the image that the task is to run instead of the one that is there. */
status_t image_change(unsigned int number);

/* life.c: the task died, hangs, is to be cut; server_settle begins its next life when it is due. */
void life_died(unsigned int number);
void life_cut(unsigned int number);
status_t life_upgrade(unsigned int number, unsigned int image);
status_t life_restart(unsigned int number);
void life_settle(uint64_t now);
/* When the next growing task is due; TIMER_OFF: none. */
uint64_t life_due(void);
void life_limits(const void *tree, int plan);

/* hold.c: VMs are numbers, in the order of the plan; which there are. */
extern uint64_t all_vms;
void hold_read(const void *tree, int plan);
void hold_settle(void);

/* watch.c: looks whether a task works at one event for too long; when to look again. */
uint64_t watch_look(uint64_t now);
void watch_limit(const void *tree, int plan);

/* report.c: a dead task's cause, registers and callers, as far as its stack tells. */
void report_death(unsigned int number, uint64_t syndrome, uint64_t address);
/* Of a task that was cut because it overran its time; no architecture's syndrome. */
#define CAUSE_OVERRUN (FAULT_EXIT - 1)

/* cause.c of the architecture: its part of a report. Registers are SYSCALL_THREAD_GET's. */
struct registers {
	unsigned int general; /* how many there are, from 0 on */
	unsigned int pc, stack, frame, link;
	unsigned int frame_below; /* where the frame register points, from its two words on */
};

extern const struct registers registers;
const char *cause_name(uint64_t syndrome);

/* operator.c: the operator's keys. */
void operator_keys(struct supervisor_state *mine);
unsigned int task_find(const char *name);

/* seed.c: finds the firmware's seed; then 64 random bits a call, or 0 always if there is none. */
void seed_open(void);
uint64_t seed_next(void);

/* log.c: from now on log lines go through the UART server; or no longer, because it is held. */
void log_open(const void *tree, int plan);
void log_through(bool uart);
struct console_channel;
struct console_channel *log_channel(void);

#endif
