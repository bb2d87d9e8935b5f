/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions on durable state. Stores reach memory in the order of the program, because a life
 * ends between two of its instructions; the compiler is held to it where order counts.
 */
#include "servers/rt/durable.h"

#include "servers/rt/rt.h"
#include "servers/rt/string.h"

#define BARRIER() __asm__ volatile("" ::: "memory")

/* Lines are copied whatever lies in them. */
struct line {
	uint64_t word[DURABLE_LINE / 8];
} __attribute__((may_alias));

/* As one piece: of words that may lie anywhere the compiler would call memcpy. */
struct results {
	uint64_t word[DURABLE_RESULTS];
} __attribute__((may_alias));

uint8_t *rt_state_base;
uint8_t rt_line_touched[DURABLE_LINES];
uint64_t rt_lines_listed;

static struct durable *durable;
static uint64_t lines; /* of the state */

_Static_assert((DURABLE_RECORD & (DURABLE_RECORD - 1)) == 0 && DURABLE_RECORD != DURABLE_SEALED,
	       "each is a bit of its own");

static inline struct line *state_line(struct durable *in, uint64_t line)
{
	return (struct line *)in->state + line;
}

static inline struct line *committed_line(struct durable *in, uint64_t line)
{
	return (struct line *)in->committed + line;
}

static inline struct durable_record *record(uint64_t word)
{
	return &durable->record[word / DURABLE_RECORD % 2];
}

void rt_touch_line(uint64_t line)
{
	struct durable *in = durable;
	uint64_t count = rt_lines_listed;

	if (line >= lines)
		rt_fail("a touch of line %lu, but the state has %lu", line, lines);
	/* In any order: until something is written to it, a line is as it was committed. */
	in->list[count++] = (uint16_t)line;
	in->listed = count;
	BARRIER();
	rt_lines_listed = count;
	rt_line_touched[line] = true;
}

/* With this store the event has happened. */
static inline void seal(struct durable *in, uint64_t word)
{
	BARRIER();
	in->word = word;
	BARRIER();
}

/* No line is listed any more: the copies are equal again. */
static inline void unlist(struct durable *in, uint64_t word)
{
	BARRIER();
	in->listed = 0;
	BARRIER();
	in->word = word & ~DURABLE_SEALED;
	BARRIER();
}

/* After seal. A cut on the way leaves lines in the list; the next life copies all of them. */
static inline __attribute__((always_inline)) void copy_listed(struct durable *in, uint64_t left,
							      uint64_t word)
{
	const uint16_t *list = in->list;

	rt_lines_listed = 0;
	do {
		uint64_t line = *list++;

		rt_line_touched[line] = false;
		*committed_line(in, line) = *state_line(in, line);
	} while (--left);
	unlist(in, word);
}

void rt_commit_touched(void)
{
	struct durable *in = durable;
	uint64_t left = rt_lines_listed, word = in->word | DURABLE_SEALED;

	seal(in, word);
	copy_listed(in, left, word);
}

/* It has one caller, so that it costs no call. */
void rt_commit_reply(const struct message *message, status_t status)
{
	struct durable *in = durable;
	uint64_t left = rt_lines_listed, word = in->word ^ (DURABLE_RECORD | DURABLE_SEALED);
	struct durable_record *reply = record(word);

	reply->sequence = message->sequence;
	reply->status = status;
	*(struct results *)reply->words = *(const struct results *)message->words;
	seal(in, word);
	copy_listed(in, left, word);
}

bool rt_committed(struct message *message, status_t *status)
{
	const struct durable_record *reply;

	if (!durable)
		return false;
	reply = record(durable->word);
	if (message->sequence != reply->sequence)
		return false;
	*status = reply->status;
	memcpy(message->words, reply->words, sizeof(reply->words));
	return true;
}

/*
 * What a cut left unfinished: a transaction is taken back, or after its store goes on to its end.
 * Done again after another cut, it comes to the same.
 */
static bool finish(void)
{
	uint64_t count = durable->listed, entry;

	if (count > DURABLE_LINES)
		return false;
	for (entry = 0; entry < count; entry++) {
		uint64_t line = durable->list[entry];

		if (line >= DURABLE_LINES)
			return false;
		if (durable->word & DURABLE_SEALED)
			*committed_line(durable, line) = *state_line(durable, line);
		else
			*state_line(durable, line) = *committed_line(durable, line);
	}
	unlist(durable, durable->word);
	return true;
}

/* Each word is compared: whatever was changed where nobody listed it is found. */
static bool is_committed(uint64_t line)
{
	const uint64_t *word = state_line(durable, line)->word;
	const uint64_t *other = committed_line(durable, line)->word;
	unsigned int index;

#pragma GCC unroll 8
	for (index = 0; index < DURABLE_LINE / 8; index++)
		if (word[index] != other[index])
			return false;
	return true;
}

static uint32_t lines_of(uint64_t size)
{
	return (uint32_t)((size + DURABLE_LINE - 1) / DURABLE_LINE);
}

/* NULL, or what is wrong with the state that is there. */
static const char *examine(const struct durable_kind *kind)
{
	uint32_t line;

	if (durable->layout.size > sizeof(durable->state) ||
	    (durable->layout.version == kind->version && durable->layout.size != kind->size))
		return "damaged: its size is wrong";
	if (durable->layout.version < kind->oldest || durable->layout.oldest > kind->version)
		return "of an unknown version";
	if (durable->word & ~(DURABLE_RECORD | DURABLE_SEALED))
		return "damaged: its word is wrong";
	if (!finish())
		return "damaged: its list is out of range";
	for (line = 0; line < lines_of(durable->layout.size); line++)
		if (!is_committed(line))
			return "damaged: a line is not what was committed";
	return kind->check(durable->state) ? NULL : "damaged: its parts do not fit each other";
}

/* One store: no life finds the version of one layout with the size of another. */
static void adopt(const struct durable_kind *kind)
{
	const union durable_layout layout = {
		.version = kind->version,
		.oldest = kind->oldest,
		.size = kind->size,
	};

	durable->layout.word = layout.word;
	BARRIER();
}

/* Until the magic number stands there again, a next life begins anew, too, and in the same way. */
static void make(const struct durable_kind *kind, bool again)
{
	durable->magic = again ? DURABLE_DAMAGED : 0;
	BARRIER();
	memset(durable->state, 0, sizeof(durable->state));
	unlist(durable, durable->word & DURABLE_RECORD);
	rt_touch(durable->state, kind->size);
	kind->create(durable->state);
	if (again)
		kind->rebuild(durable->state);
	rt_commit(NULL, STATUS_OK);
	adopt(kind);
	durable->magic = DURABLE_MAGIC;
	BARRIER();
}

/* A version that begins like this one. Cut before it is adopted, the next life does it again. */
static void convert(const struct durable_kind *kind)
{
	uint32_t size = durable->layout.size, from = durable->layout.version;

	rt_log("the durable state of version %u goes on as %u", from, kind->version);
	if (size < kind->size) {
		rt_touch(durable->state + size, kind->size - size);
		memset(durable->state + size, 0, kind->size - size);
		if (kind->migrate)
			kind->migrate(durable->state, from);
		rt_commit(NULL, STATUS_OK);
	}
	adopt(kind);
}

/* NULL, or why what is there cannot be gone on with. */
static const char *wrong(const struct durable_kind *kind)
{
	return durable->magic == DURABLE_MAGIC ? examine(kind) : "damaged: its head is wrong";
}

void rt_durable_open(struct durable *at, const struct durable_kind *kind)
{
	const char *why;

	durable = at;
	rt_state_base = at->state;
	lines = lines_of(kind->size);
	if (lines > DURABLE_LINES)
		rt_fail("a durable state of %u bytes is too long", kind->size);
	if (at->magic == 0) {
		make(kind, false);
		return;
	}
	why = wrong(kind);
	if (why) {
		rt_log("the durable state is %s; it is made anew", why);
		make(kind, true);
	} else if (at->layout.version != kind->version) {
		convert(kind);
	}
}
