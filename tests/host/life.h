/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lives of a server on the build machine: the runtime's own loop and transactions, and in place of
 * the kernel what keeps a message until it is answered. A life ends where the test says: at one of
 * the points before and after each commit and each system call.
 *
 * The server's main file is included in the test, which also has to clear its variables.
 * Link with LIFE_SOURCES and LIFE_LIBS.
 */
#ifndef TESTS_HOST_LIFE_H
#define TESTS_HOST_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "servers/rt/durable.h"
#include "servers/rt/syscall.h"

struct life_argument {
	const char *name;
	uint64_t number; /* or the address of a text */
};

struct life {
	const struct life_argument *arguments; /* up to one without a name; "durable" is there */
	void (*forget)(void);                  /* clears the server's variables */
	bool (*next)(struct message *message); /* the next event; false: there is no more */
	void (*answered)(const struct message *message, status_t status); /* before `next` */
	status_t (*call)(handle_t endpoint, struct message *message);
	status_t (*syscall)(enum syscall number, uint64_t a0);
	/* At which point the first life ends, and at which of its own the next; 0: it does not. */
	uint64_t cut, cut_again;
	/*
	 * A message with this label that was in hand at a cut comes again as a new one: its sender was
	 * stopped, and started again. 0: none does.
	 */
	uint64_t renumber;

	uint64_t points; /* that were passed in this life */
	uint32_t lives;
	uint64_t sequence;
	struct message message; /* in hand */
	bool in_hand, received;
	char line[200]; /* the last one of log, empty before */
};

extern struct durable life_durable;

/* Lives until there is no more event; `life` is filled in down to cut_again. */
void life_run(struct life *life);

#endif
