/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generated C at work: the golden headers of tests/gen/sample.idl, a client's calls answered by a
 * server through an rt_call which hands the message straight to the dispatcher.
 */
#include <string.h>

#include "gen/sample.h"
#include "gen/sample_client.h"
#include "gen/sample_events.h"
#include "gen/sample_server.h"
#include "gen/shape_client.h"
#include "gen/shape_server.h"
#include "tests/host/suite.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SAMPLE 5 /* handles of the client */
#define SHAPE 6
#define BADGE 0xbad6e

static unsigned int calls;         /* that reached a function of the server */
static status_t refusal;           /* what the server answers, once it has written its results */
static struct message sent;        /* as it left the client */
static struct message replied;     /* as it came back */
static enum sample_colour mixed;   /* what paint answers */
static uint32_t painted;

static status_t reached(uint64_t badge)
{
	CU_ASSERT_EQUAL(badge, BADGE);
	calls++;
	return refusal;
}

static status_t turn(uint64_t badge, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
		     uint64_t a5, uint64_t a6, uint64_t a7, uint64_t *r0, uint64_t *r1, uint64_t *r2,
		     uint64_t *r3, uint64_t *r4, uint64_t *r5, uint64_t *r6, uint64_t *r7)
{
	*r0 = a7;
	*r1 = a6;
	*r2 = a5;
	*r3 = a4;
	*r4 = a3;
	*r5 = a2;
	*r6 = a1;
	*r7 = a0;
	return reached(badge);
}

static status_t ranged(uint64_t badge, uint64_t between, uint32_t named, uint64_t below,
		       uint64_t above, uint64_t exact, uint8_t byte, uint16_t half, uint32_t word,
		       uint64_t *sum)
{
	*sum = between + named + below + above + exact + byte + half + word;
	return reached(badge);
}

static status_t paint(uint64_t badge, enum sample_colour colour, enum sample_prime prime,
		      enum sample_colour *next, uint32_t *count, enum sample_prime *same,
		      uint64_t *total)
{
	*next = mixed;
	*count = painted;
	*same = prime;
	*total = UINT64_MAX - colour;
	return reached(badge);
}

/* Leaves `nothing` out. */
static const struct sample_server sample_server = {
	.turn = turn,
	.ranged = ranged,
	.paint = paint,
};

/* The same as a server with state; rt has it in an own place. */
static struct sample_state kept;
uint8_t *rt_state_base = (uint8_t *)&kept;
struct sample_tally sample_tally;

status_t sample_sample_turn(const struct sample_state *state,
			    const struct sample_tally *tally, uint64_t badge, uint64_t a0,
			    uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			    uint64_t a6, uint64_t a7, uint64_t *r0, uint64_t *r1, uint64_t *r2,
			    uint64_t *r3, uint64_t *r4, uint64_t *r5, uint64_t *r6,
			    uint64_t *r7)
{
	CU_ASSERT(state == &kept && tally == &sample_tally);
	return turn(badge, a0, a1, a2, a3, a4, a5, a6, a7, r0, r1, r2, r3, r4, r5, r6, r7);
}

status_t sample_sample_ranged(const struct sample_state *state, struct sample_tally *tally,
			      uint64_t badge, uint64_t between, uint32_t named,
			      uint64_t below, uint64_t above, uint64_t exact, uint8_t byte,
			      uint16_t half, uint32_t word, uint64_t *sum)
{
	CU_ASSERT_PTR_EQUAL(state, &kept);
	tally->answered++;
	return ranged(badge, between, named, below, above, exact, byte, half, word, sum);
}

status_t sample_sample_paint(struct sample_state *state, struct sample_tally *tally,
			     uint64_t badge, enum sample_colour colour,
			     enum sample_prime prime, enum sample_colour *next,
			     uint32_t *count, enum sample_prime *same, uint64_t *total)
{
	state->colour = colour;
	tally->answered++;
	return paint(badge, colour, prime, next, count, same, total);
}

status_t sample_shape_stretch(struct sample_state *state, const struct sample_tally *tally,
			      uint64_t badge, enum shape_stroke stroke, uint16_t by,
			      uint16_t *length)
{
	CU_ASSERT_PTR_EQUAL(tally, &sample_tally);
	state->half[0] += by;
	*length = state->half[0] * stroke;
	return reached(badge);
}

void sample_signal_look(const struct sample_state *state, struct sample_tally *tally,
			uint64_t bits)
{
	CU_ASSERT_PTR_EQUAL(state, &kept);
	tally->answered += bits;
}

static status_t sample_answer(struct message *message)
{
	return sample_dispatch(&sample_server, message);
}

static status_t (*answer)(struct message *message); /* how sample's messages find their function */

static status_t stretch(uint64_t badge, enum shape_stroke stroke, uint16_t by, uint16_t *length)
{
	*length = stroke + by;
	return reached(badge);
}

static const struct shape_server shape_server = { .stretch = stretch };

status_t rt_call(handle_t endpoint, struct message *message)
{
	status_t status;

	sent = *message;
	message->badge = BADGE;
	if (endpoint == SAMPLE)
		status = answer(message);
	else
		status = shape_dispatch(&shape_server, message);
	replied = *message;
	return status;
}

static void start(void)
{
	calls = 0;
	refusal = STATUS_OK;
	mixed = SAMPLE_COLOUR_BLUE;
	painted = SAMPLE_CORNERS;
	answer = sample_answer;
	kept = (struct sample_state){ 0 };
	sample_tally.answered = 0;
}

static void eight_words(void)
{
	uint64_t r[MESSAGE_WORDS], index;

	start();
	CU_ASSERT_EQUAL(sample_turn(SAMPLE, 10, 11, 12, 13, 14, 15, 16, UINT64_MAX, &r[0], &r[1],
				    &r[2], &r[3], &r[4], &r[5], &r[6], &r[7]), STATUS_OK);
	CU_ASSERT_EQUAL(sent.label, 77 << 16 | 2);
	CU_ASSERT_EQUAL(r[0], UINT64_MAX);
	for (index = 1; index < MESSAGE_WORDS; index++)
		CU_ASSERT_EQUAL(r[index], 17 - index);
}

static void narrow_words(void)
{
	enum sample_colour next;
	enum sample_prime same;
	uint64_t total, sum;
	uint32_t count;

	start();
	CU_ASSERT_EQUAL(sample_paint(SAMPLE, SAMPLE_COLOUR_GREEN, SAMPLE_PRIME_FIVE, &next, &count,
				     &same, &total), STATUS_OK);
	CU_ASSERT_EQUAL(next, SAMPLE_COLOUR_BLUE);
	CU_ASSERT_EQUAL(count, SAMPLE_CORNERS);
	CU_ASSERT_EQUAL(same, SAMPLE_PRIME_FIVE);
	CU_ASSERT_EQUAL(total, UINT64_MAX - 1);
	CU_ASSERT_EQUAL(sample_ranged(SAMPLE, 8, SAMPLE_HIGH, 9, 5, 7, UINT8_MAX, UINT16_MAX,
				      UINT32_MAX, &sum), STATUS_OK);
	CU_ASSERT_EQUAL(sum, 8 + 32 + 9 + 5 + 7 + 0xffull + 0xffff + 0xffffffff);
}

/* Puts `word` at `index` of an otherwise good message of `label`. */
static status_t dispatch(uint64_t label, unsigned int index, uint64_t word)
{
	struct message message = { .label = label, .badge = BADGE };

	if (label == SAMPLE_LABEL_RANGED)
		memcpy(message.words, (uint64_t[]){ 1, 2, 0, 5, 7, 0, 0, 0 }, sizeof(message.words));
	else
		message.words[1] = SAMPLE_PRIME_TWO;
	message.words[index] = word;
	return answer(&message);
}

static void ranges_answered(status_t (*by)(struct message *message))
{
	static const struct {
		uint64_t label;
		unsigned int index;
		uint64_t good[3], bad[4];
	} words[] = {
		{ SAMPLE_LABEL_RANGED, 0, { 1, 5, 8 }, { 0, 9, 1ull << 32 | 1, UINT64_MAX } },
		{ SAMPLE_LABEL_RANGED, 1, { 2, 31, 32 }, { 0, 1, 33, 1ull << 32 | 2 } },
		{ SAMPLE_LABEL_RANGED, 2, { 0, 8, 9 }, { 10, 11, 1ull << 63, UINT64_MAX } },
		{ SAMPLE_LABEL_RANGED, 3, { 5, 6, UINT64_MAX }, { 0, 1, 3, 4 } },
		{ SAMPLE_LABEL_RANGED, 4, { 7, 7, 7 }, { 0, 6, 8, UINT64_MAX } },
		{ SAMPLE_LABEL_RANGED, 5, { 0, 1, 255 }, { 256, 257, 1ull << 32, UINT64_MAX } },
		{ SAMPLE_LABEL_RANGED, 6, { 0, 1, 65535 }, { 65536, 65537, 1ull << 32, UINT64_MAX } },
		{ SAMPLE_LABEL_RANGED, 7, { 0, 1, UINT32_MAX }, { 1ull << 32, 3ull << 32, 1ull << 63,
								  UINT64_MAX } },
		{ SAMPLE_LABEL_PAINT, 0, { 0, 1, 2 }, { 3, 4, 1ull << 32, UINT64_MAX } },
		{ SAMPLE_LABEL_PAINT, 1, { 2, 5, 7 }, { 1, 4, 6, 8 } },
	};
	unsigned int word, index;

	start();
	answer = by;
	for (word = 0; word < COUNT(words); word++) {
		for (index = 0; index < COUNT(words[word].good); index++)
			CU_ASSERT_EQUAL(dispatch(words[word].label, words[word].index,
						 words[word].good[index]), STATUS_OK);
		for (index = 0; index < COUNT(words[word].bad); index++)
			CU_ASSERT_EQUAL(dispatch(words[word].label, words[word].index,
						 words[word].bad[index]), STATUS_BAD_ARGUMENT);
	}
	CU_ASSERT_EQUAL(calls, 3 * COUNT(words));
}

static void ranges(void)
{
	ranges_answered(sample_answer);
}

static void events(void)
{
	struct message message = { .label = SHAPE_LABEL_STRETCH, .badge = BADGE,
				   .words = { SHAPE_STROKE_DOTTED, 100 } };

	ranges_answered(sample_message);
	CU_ASSERT_EQUAL(sample_tally.answered, calls);
	CU_ASSERT_EQUAL(kept.colour, 0);
	start();
	CU_ASSERT_EQUAL(sample_message(&message), STATUS_OK);
	CU_ASSERT_EQUAL(message.words[0], 200);
	CU_ASSERT_EQUAL(kept.half[0], 100);
	message.words[1] = 101;
	CU_ASSERT_EQUAL(sample_message(&message), STATUS_BAD_ARGUMENT);
	message.label = SAMPLE_LABEL_NOTHING;
	CU_ASSERT_EQUAL(sample_message(&message), STATUS_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(calls, 1);
	sample_signal(7);
	CU_ASSERT_EQUAL(sample_tally.answered, 7);
}

static void versions(void)
{
	static const struct durable_kind kind = { SAMPLE_DURABLE };

	CU_ASSERT_EQUAL(kind.magic, DURABLE_MAGIC);
	CU_ASSERT_EQUAL(kind.version, 4);
	CU_ASSERT_EQUAL(kind.oldest, 2);
	CU_ASSERT_EQUAL(kind.size, sizeof(struct sample_state));
	CU_ASSERT_EQUAL(SAMPLE_STATE_SIZE_2, offsetof(struct sample_state, point));
}

static void unknown_methods(void)
{
	static const uint64_t labels[] = {
		0, 1, SAMPLE_LABEL_NOTHING, MESSAGE_LABEL(77, 0), MESSAGE_LABEL(77, 5),
		MESSAGE_LABEL(76, 2), SAMPLE_LABEL_TURN | 1ull << 32, UINT64_MAX,
	};
	struct message message, before;
	unsigned int index;

	start();
	for (index = 0; index < COUNT(labels); index++) {
		memset(&message, 0x5a, sizeof(message));
		message.label = labels[index];
		before = message;
		CU_ASSERT_EQUAL(sample_dispatch(&sample_server, &message), STATUS_NOT_SUPPORTED);
		CU_ASSERT_EQUAL(memcmp(&message, &before, sizeof(message)), 0);
	}
	CU_ASSERT_EQUAL(sample_nothing(SAMPLE), STATUS_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(calls, 0);
}

static void refused_results(void)
{
	enum sample_colour next = SAMPLE_COLOUR_RED;
	enum sample_prime same = SAMPLE_PRIME_TWO;
	uint64_t total = 1;
	uint32_t count = 1;

	start();
	refusal = STATUS_NOT_FOUND;
	CU_ASSERT_EQUAL(sample_paint(SAMPLE, SAMPLE_COLOUR_RED, SAMPLE_PRIME_SEVEN, &next, &count,
				     &same, &total), STATUS_NOT_FOUND);
	refusal = STATUS_OK;
	mixed = SAMPLE_COLOUR_BLUE + 1;
	CU_ASSERT_EQUAL(sample_paint(SAMPLE, SAMPLE_COLOUR_RED, SAMPLE_PRIME_SEVEN, &next, &count,
				     &same, &total), STATUS_BAD_ARGUMENT);
	mixed = SAMPLE_COLOUR_BLUE;
	painted = SAMPLE_CORNERS + 1;
	CU_ASSERT_EQUAL(sample_paint(SAMPLE, SAMPLE_COLOUR_RED, SAMPLE_PRIME_SEVEN, &next, &count,
				     &same, &total), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(calls, 3);
	CU_ASSERT(next == SAMPLE_COLOUR_RED && same == SAMPLE_PRIME_TWO && count == 1 && total == 1);
}

static void nothing_leaks(void)
{
	unsigned int index;
	uint16_t length;

	start();
	CU_ASSERT_EQUAL(shape_stretch(SHAPE, SHAPE_STROKE_SOLID, 100, &length), STATUS_OK);
	CU_ASSERT_EQUAL(length, 101);
	CU_ASSERT_EQUAL(replied.words[1], 100);
	for (index = 2; index < MESSAGE_WORDS; index++) {
		CU_ASSERT_EQUAL(sent.words[index], 0);
		CU_ASSERT_EQUAL(replied.words[index], 0);
	}
	CU_ASSERT_EQUAL(shape_stretch(SHAPE, SHAPE_STROKE_SOLID, 101, &length), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(calls, 1);
}

static void layouts(void)
{
	struct sample_state state;

	CU_ASSERT_EQUAL(sizeof(state), 48);
	CU_ASSERT_EQUAL(sizeof(state.colour), 1);
	CU_ASSERT_EQUAL(COUNT(state.point), SAMPLE_CORNERS);
	CU_ASSERT_EQUAL(sizeof(((struct sample_drawing *)NULL)->line[0]), sizeof(struct shape_line));
	CU_ASSERT_EQUAL(SAMPLE_EVERYTHING, UINT64_MAX);
	CU_ASSERT_EQUAL(offsetof(struct sample_drawing, stroke), 20);
}

static const struct suite_test tests[] = {
	{ "eight arguments and eight results arrive, each in its place", eight_words },
	{ "numbers of every width and enums arrive as they were sent", narrow_words },
	{ "a word outside its range or its type never reaches the server", ranges },
	{ "a server's events reach its functions alike, with its state", events },
	{ "a durable struct says where it came from", versions },
	{ "an unknown method, or one left out, is not supported and changes nothing", unknown_methods },
	{ "results are written only when all are good and the status is OK", refused_results },
	{ "words that a call does not use are zero on both ways", nothing_leaks },
	{ "structs lie as their interface says", layouts },
};

int main(void)
{
	return suite_run("idl_layout", tests, sizeof(tests) / sizeof(tests[0]));
}
