/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durable state: what a server's next life goes on with. It lies in a memory object that belongs to
 * the server's place, and outlives each of its lives.
 *
 * Handling one event, a message or signals, is one transaction. There are two copies of the state:
 * the one that the server works on, and what was committed. Before a server changes a piece of its
 * state it says so (rt_touch): the lines that hold it are listed first. When the event is handled,
 * one aligned store makes state, sequence number and reply the new truth together; then the listed
 * lines are copied, and listed no more. A life that finds lines in the list takes them back, or
 * copies them after that store; one that gets a message whose number is the committed one sends the
 * stored reply again. So each message changes the state exactly once.
 *
 * With no line listed the copies are equal, word for word: a life that finds them different knows
 * that something was changed outside a transaction.
 *
 * What leaves the server (signals, calls, shared memory) comes after that store, in server_settle,
 * made from the state alone: done twice, it is as if done once.
 *
 * A server provides `server_durable` and server_settle, or neither: then it has no durable state.
 */
#ifndef RT_DURABLE_H
#define RT_DURABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/message.h"
#include "ipc/status.h"

#define DURABLE_LINE 64u   /* bytes; the unit of what is listed and copied */
#define DURABLE_LINES 256u /* the most that a state has */
#define DURABLE_MAGIC 0x32656c6261727564ul /* "durable2", little-endian */
#define DURABLE_DAMAGED 1ul                /* what was there is being made anew */

/* Changes as a whole. */
union durable_layout {
	struct {
		uint16_t version, oldest; /* see struct durable_kind */
		uint32_t size;            /* bytes */
	};
	uint64_t word;
};

/* The last reply, and the message that it answers; the generator allows no more results. */
#define DURABLE_RESULTS 4

struct durable_record {
	uint64_t sequence;
	status_t status;
	uint64_t words[DURABLE_RESULTS];
	uint64_t reserved[2];
};

/* The memory object. */
struct durable {
	uint64_t magic; /* last of all when a state is made; 0: there never was one */
	union durable_layout layout; /* of the state */
	uint64_t word; /* DURABLE_RECORD: the second one is the last; DURABLE_SEALED */
	uint64_t watch; /* odd while an event is handled; for who watches over this server */
	uint64_t listed; /* lines that may be unlike what was committed */
	struct durable_record record[2];
	uint16_t list[DURABLE_LINES];
	uint8_t state[DURABLE_LINES * DURABLE_LINE] __attribute__((aligned(4096)));
	uint8_t committed[DURABLE_LINES * DURABLE_LINE];
};

#define DURABLE_SEALED 1ul /* what the listed lines hold is the truth, and is being copied */
#define DURABLE_RECORD sizeof(struct durable_record) /* a bit, as this is a power of 2 */

/* What a server says of its durable state; the supervisor reads the head of it in the binary. */
struct durable_kind {
	uint64_t magic;
	uint16_t version; /* of the layout; 0: there is no durable state */
	uint16_t oldest;  /* of all versions since then each begins like the one before */
	uint32_t size;    /* bytes */
	/* Power-on state; all of it is zero before. */
	void (*create)(void *state);
	/* Whether all that the code relies on holds; false: it is not used. */
	bool (*check)(const void *state);
	/* Instead of one that is damaged, after create: what kernel and guest memory still tell. */
	void (*rebuild)(void *state);
	/* Fills in what came after version `from`, zero until then; NULL if nothing has to be. */
	void (*migrate)(void *state, uint32_t from);
};

#define DURABLE_KIND __attribute__((section(".durable"), used))
extern const struct durable_kind server_durable;

/*
 * After each event, before its reply, and in each new life; `message` is what is in hand, NULL if
 * nothing is. Makes the rest of the world fit the state. May touch: that is a commit of its own.
 */
void server_settle(const struct message *message);

/* Opens the state in `durable`: goes on with what is there, or makes a new one. */
void rt_durable_open(struct durable *durable, const struct durable_kind *kind);

/* Ends a transaction that touched something, with the reply to a message or without. */
void rt_commit_reply(const struct message *message, status_t status);
void rt_commit_touched(void);

/* Whether the message is the committed one; then its stored reply is in *message and *status. */
bool rt_committed(struct message *message, status_t *status);

extern uint8_t *rt_state_base;
extern uint8_t rt_line_touched[DURABLE_LINES]; /* 1: it is in the list */
extern uint64_t rt_lines_listed;               /* how many are */

/* The server's state; NULL before rt_durable_open, so in server_start. */
static inline void *rt_state(void)
{
	return rt_state_base;
}

/*
 * The last line that a state can have, where it is shorter: cleared when a state is made, but never
 * listed and never compared. For what a device has done and cannot undo; each life checks it.
 */
static inline void *rt_beside(void)
{
	return rt_state_base + (DURABLE_LINES - 1) * DURABLE_LINE;
}

/* Lists the line; beyond the state it ends the server. */
void rt_touch_line(uint64_t line);

static inline void rt_touch_once(uint64_t line)
{
	if (line >= DURABLE_LINES || !rt_line_touched[line])
		rt_touch_line(line);
}

/* [at, at + size) of the state is going to change in this transaction; mostly it is one line. */
static inline void rt_touch(const void *at, size_t size)
{
	uint64_t offset = (uint64_t)((const uint8_t *)at - rt_state_base);
	uint64_t line = offset / DURABLE_LINE, last = (offset + size - 1) / DURABLE_LINE;

	rt_touch_once(line);
	while (line < last)
		rt_touch_once(++line);
}

/* Ends a transaction that may have touched nothing; `message` may be NULL. */
static inline void rt_commit(const struct message *message, status_t status)
{
	if (!rt_lines_listed)
		return;
	if (message)
		rt_commit_reply(message, status);
	else
		rt_commit_touched();
}

/* A field: what is aligned to its size lies in one line. */
#define RT_TOUCH(place)                                                                            \
	rt_touch(&(place), sizeof(place) <= _Alignof(__typeof__(place)) ? 1 : sizeof(place))

#endif
