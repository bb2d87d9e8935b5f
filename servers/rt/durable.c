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
uint64_t rt_lines_logged;

static struct durable *durable;
static uint32_t lines;        /* of the state */

static inline uint64_t turn(uint64_t sum, uint64_t word)
{
	return (sum << 57 | sum >> 7) ^ word;
}

/* Another value in any one word is another sum; also that of a line of zeros is none. */
static inline __attribute__((always_inline)) uint64_t line_sum(const struct line *line)
{
	const uint64_t *word = line->word;
	uint64_t sum = turn(turn(turn(word[0], word[1]), word[2]), word[3]);

	return ~turn(turn(turn(turn(sum, word[4]), word[5]), word[6]), word[7]);
}

static struct line *state_line(uint64_t line)
{
	return (struct line *)rt_state_base + line;
}

static inline struct durable_record *record(uint64_t word)
{
	return &durable->record[word / DURABLE_WORD_RECORD % 2];
}

void rt_touch_line(uint64_t line)
{
	struct durable *in = durable;
	uint64_t count = rt_lines_logged;

	if (line >= lines)
		rt_fail("a touch of line %lu, but the state has %u", line, lines);
	((struct line *)in->log)[count] = *state_line(line);
	in->index[count] = (uint16_t)line;
	BARRIER();
	in->word++;
	BARRIER();
	rt_lines_logged = count + 1;
	rt_line_touched[line] = true;
}

/* The lines in the log are as they are to be from now on. */
static inline __attribute__((always_inline)) void lines_seal(struct durable *in, uint64_t left)
{
	const uint16_t *index = in->index;
	uint64_t *sum = in->sum;

	rt_lines_logged = 0;
	do {
		uint64_t line = *index++;

		rt_line_touched[line] = false;
		sum[line] = line_sum((struct line *)in->state + line);
	} while (--left);
}

/* What the word becomes with this commit. */
static inline uint64_t word_next(const struct durable *in, uint64_t logged)
{
	return in->word - logged + DURABLE_WORD_COMMIT;
}

static inline void word_store(struct durable *in, uint64_t word)
{
	BARRIER();
	in->word = word;
	BARRIER();
}

void rt_commit_touched(void)
{
	struct durable *in = durable;
	uint64_t logged = rt_lines_logged, word = word_next(in, logged);

	BARRIER();
	lines_seal(in, logged);
	word_store(in, word);
}

/* It has one caller, so that it costs no call. */
void rt_commit_reply(const struct message *message, status_t status)
{
	struct durable *in = durable;
	uint64_t logged = rt_lines_logged, word = word_next(in, logged) ^ DURABLE_WORD_RECORD;
	struct durable_record *reply = record(word);

	BARRIER();
	lines_seal(in, logged);
	reply->sequence = message->sequence;
	reply->status = status;
	*(struct results *)reply->words = *(const struct results *)message->words;
	word_store(in, word);
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

/* Takes an unfinished transaction back: done again after a cut, it comes to the same. */
static bool roll_back(void)
{
	uint64_t count = durable->word & DURABLE_WORD_LINES, entry;

	if (count > DURABLE_LINES)
		return false;
	for (entry = 0; entry < count; entry++) {
		uint64_t line = durable->index[entry];

		if (line >= DURABLE_LINES)
			return false;
		*state_line(line) = ((struct line *)durable->log)[entry];
		durable->sum[line] = line_sum(state_line(line));
	}
	BARRIER();
	durable->word -= count;
	BARRIER();
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

	if (durable->layout.size > sizeof(durable->state))
		return "damaged: its size is wrong";
	if (durable->layout.version < kind->oldest || durable->layout.oldest > kind->version)
		return "of an unknown version";
	if (!roll_back())
		return "damaged: its log is out of range";
	for (line = 0; line < lines_of(durable->layout.size); line++)
		if (durable->sum[line] != line_sum(state_line(line)))
			return "damaged: a checksum is wrong";
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
	durable->word &= ~DURABLE_WORD_LINES;
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
