/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crash campaigns: a server's real code on this machine, cut before any of its stores and around
 * any of its system calls, any number of times; what the world around it sees has to stay the same.
 *
 * An image is one server with its runtime, linked into one object (crash.mk). Every store in it
 * calls hooks.c first. A place is the model of what outlives its lives (machine.c): endpoint,
 * durable memory, start page. A world is all the rest: whoever calls the server and is called,
 * guest memory, devices; and a script of requests. campaign.c runs the script without a cut, notes
 * what the world sees (crash_record), and then again and again, cut everywhere.
 */
#ifndef TESTS_CRASH_CRASH_H
#define TESTS_CRASH_CRASH_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/image.h"
#include "ipc/message.h"
#include "ipc/status.h"
#include "ipc/syscall.h"
#include "servers/rt/durable.h"

#define CRASH_PLACES 4
#define CRASH_ARGUMENTS 48
#define CRASH_STACK 0x10000

struct image {
	void (*main)(uint64_t argument, uint64_t life);
	const struct durable_kind *kind;
	uint8_t *variables, *variables_end; /* each life begins with them cleared */
	const uint8_t *touched;             /* rt_line_touched */
};

/* Who waits for an answer. */
struct caller {
	struct caller *next;
	struct message message;
	status_t status;
	void (*on_answer)(struct caller *caller); /* may be NULL; may post it again */
	bool answered;
	bool returned; /* it was in the hand of a life that ended */
};

struct place {
	const struct image *image;
	struct durable *durable;
	uint64_t argument; /* of its lives; 0: its start page */
	/* The kernel's. */
	struct caller *callers, *hand;
	uint64_t sequence, signals, lives;
	bool alive;  /* there is a life, and it goes on from `life` */
	bool runs;   /* between place_run and its return */
	bool opened; /* this life has its durable state */
	jmp_buf life, birth, runner;
	struct {
		struct start_page page;
		struct start_argument argument[CRASH_ARGUMENTS];
	} start;
	uint8_t stack[CRASH_STACK] __attribute__((aligned(16)));
};

struct world {
	const char *name;
	const struct image *image[CRASH_PLACES]; /* who is called before who calls it */
	/* All that is neither a server's nor the kernel's, and changes. */
	void *memory;
	size_t size;
	size_t unsaved; /* bytes behind it, which a run need not begin with anew */
	/* With `memory` and all places cleared: the servers' arguments (place_argument). */
	void (*start)(void);
	/* Once, uncut, after the servers' first birth; may be NULL. What the script begins from. */
	void (*prepare)(void);
	/* The requests; the same for the same seed, whatever is cut. */
	void (*script)(uint32_t seed);
	/* A server's call and its other system calls, CLOCK excepted. */
	status_t (*call)(handle_t handle, struct message *message);
	status_t (*system)(enum syscall number, const uint64_t *argument, uint64_t *result);
	/* While nobody is alive in the place; may be NULL. */
	void (*dead)(struct place *place);
};

extern struct place crash_place[CRASH_PLACES];

/* For worlds: setting up. */
void place_argument(struct place *place, const char *name, uint64_t value);
void place_text(struct place *place, const char *name, const char *text);

/* For worlds: a script's requests. All that they lead to is done when these return. */
status_t place_send(struct place *place, uint64_t badge, struct message *message);
void place_post(struct place *place, uint64_t badge, struct caller *caller); /* answered later */
void place_withdraw(struct place *place, struct caller *caller);
void machine_run(void);

/* For worlds: on behalf of a server that calls or signals another one. */
status_t place_call(struct place *place, uint64_t badge, struct message *message);
void place_signal(struct place *place, uint64_t bits);

/* For worlds: what is seen. It has to be as in the run without a cut; or at least as much. */
void crash_record(const char *what, uint64_t value);
void crash_record_least(const char *what, uint64_t value);
void crash_record_state(const struct place *place);
_Noreturn void crash_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline uint32_t crash_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* For worlds with devices: a point at which the server may be cut. */
void crash_point(void);

/* machine.c for campaign.c and hooks.c */
struct machine {
	const struct world *world;
	struct place *running; /* NULL: the script */
	uint64_t points;       /* passed */
	uint64_t cut;          /* at which one, from 1; 0: none more */
	uint64_t (*next_cut)(void); /* after a cut; a gap, 0: none more */
	uint64_t most;         /* points: more is endless */
	const void *where[2];  /* the places in the program of the first and the last cut */
	unsigned int cuts;
	struct place *recovering; /* since the first cut */
	uint64_t recovery;        /* points that it took until what was in hand was answered */
	bool harmed;              /* durable state may be found damaged */
	jmp_buf abandoned;
	char failure[320];
};

extern struct machine machine;

void machine_start(const struct world *world);
void machine_point(const void *where); /* may not return */
unsigned int world_places(const struct world *world);

/* campaign.c */
int campaign_main(const struct world *world, int count, char **words);
/* How a campaign finds that an image, put in that place, is a broken one; NULL if it does not. */
const char *campaign_finds(const struct world *world, unsigned int place,
			   const struct image *image);

#endif
