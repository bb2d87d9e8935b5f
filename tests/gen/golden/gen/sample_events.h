/* SPDX-License-Identifier: Apache-2.0 */
/* What the server sample does with its state, by functions of its own, declared here. */
#ifndef GEN_SAMPLE_EVENTS_H
#define GEN_SAMPLE_EVENTS_H

#include "gen/sample.h"
#include "gen/shape.h"
#include "ipc/message.h"
#include "ipc/status.h"
#include "servers/rt/durable.h"

/* The members of server_durable that do not depend on code. */
#define SAMPLE_DURABLE .magic = DURABLE_MAGIC, .version = SAMPLE_STATE_VERSION, \
	.oldest = SAMPLE_STATE_OLDEST, .size = sizeof(struct sample_state)

/* The server's own, too; zero at the start of each life. */
extern struct sample_tally sample_tally;

/* Writes nothing. */
status_t sample_sample_turn(const struct sample_state *state, const struct sample_tally *tally,
			    uint64_t badge, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
			    uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t *r0,
			    uint64_t *r1, uint64_t *r2, uint64_t *r3, uint64_t *r4, uint64_t *r5,
			    uint64_t *r6, uint64_t *r7);

/*
 * Takes a word of every kind of range; gives back their sum.
 *
 * And nothing else.
 *
 * between: 1 to 8. Between.
 * named: SAMPLE_LOW to SAMPLE_HIGH.
 * below: 0 to 9.
 * above: 5 to 0xffffffffffffffff.
 * exact: 7 to 7.
 * Errors: STATUS_BUSY, STATUS_NO_MEMORY.
 */
status_t sample_sample_ranged(const struct sample_state *state, struct sample_tally *tally,
			      uint64_t badge, uint64_t between, uint32_t named, uint64_t below,
			      uint64_t above, uint64_t exact, uint8_t byte, uint16_t half,
			      uint32_t word, uint64_t *sum);

/*
 * Mixes colours.
 *
 * next: The colour after it.
 * count: 1 to SAMPLE_CORNERS.
 * same: The prime again.
 * Errors: STATUS_NOT_FOUND.
 */
status_t sample_sample_paint(struct sample_state *state, struct sample_tally *tally, uint64_t badge,
			     enum sample_colour colour, enum sample_prime prime,
			     enum sample_colour *next, uint32_t *count, enum sample_prime *same,
			     uint64_t *total);

/*
 * Makes a line longer.
 *
 * by: 1 to 100.
 * Errors: STATUS_NOT_FOUND.
 */
status_t sample_shape_stretch(struct sample_state *state, const struct sample_tally *tally,
			      uint64_t badge, enum shape_stroke stroke, uint16_t by,
			      uint16_t *length);

/* Look. */
void sample_signal_look(const struct sample_state *state, struct sample_tally *tally,
			uint64_t bits);

static inline void sample_signal(uint64_t bits)
{
	sample_signal_look(rt_state(), &sample_tally, bits);
}

/* Answers one message, as the dispatcher of its interface would; the first is the fastest. */
static inline status_t sample_message(struct message *message)
{
	uint64_t *words = message->words;

	switch (__builtin_expect(message->label, SAMPLE_LABEL_TURN)) {
	case SAMPLE_LABEL_TURN:
		return sample_sample_turn(rt_state(), &sample_tally, message->badge, words[0],
					  words[1], words[2], words[3], words[4], words[5],
					  words[6], words[7], &words[0], &words[1], &words[2],
					  &words[3], &words[4], &words[5], &words[6], &words[7]);
	case SAMPLE_LABEL_RANGED:
		if (words[0] < 1 || words[0] > 8)
			return STATUS_BAD_ARGUMENT;
		if (words[1] < SAMPLE_LOW || words[1] > SAMPLE_HIGH)
			return STATUS_BAD_ARGUMENT;
		if (words[2] > 9)
			return STATUS_BAD_ARGUMENT;
		if (words[3] < 5)
			return STATUS_BAD_ARGUMENT;
		if (words[4] != 7)
			return STATUS_BAD_ARGUMENT;
		if (words[5] > UINT8_MAX)
			return STATUS_BAD_ARGUMENT;
		if (words[6] > UINT16_MAX)
			return STATUS_BAD_ARGUMENT;
		if (words[7] > UINT32_MAX)
			return STATUS_BAD_ARGUMENT;
		return sample_sample_ranged(rt_state(), &sample_tally, message->badge, words[0],
					    words[1], words[2], words[3], words[4], words[5],
					    words[6], words[7], &words[0]);
	case SAMPLE_LABEL_PAINT: {
		enum sample_colour next = 0;
		uint32_t count = 0;
		enum sample_prime same = 0;
		status_t answer;

		if (words[0] > SAMPLE_COLOUR_BLUE)
			return STATUS_BAD_ARGUMENT;
		if ((words[1] < SAMPLE_PRIME_TWO || words[1] > SAMPLE_PRIME_THREE) &&
		    words[1] != SAMPLE_PRIME_FIVE && words[1] != SAMPLE_PRIME_SEVEN)
			return STATUS_BAD_ARGUMENT;
		answer = sample_sample_paint(rt_state(), &sample_tally, message->badge, words[0],
					     words[1], &next, &count, &same, &words[3]);
		words[0] = next;
		words[1] = count;
		words[2] = same;
		return answer;
	}
	case SHAPE_LABEL_STRETCH: {
		uint16_t length = 0;
		status_t answer;

		if (words[0] < SHAPE_STROKE_SOLID || words[0] > SHAPE_STROKE_DOTTED)
			return STATUS_BAD_ARGUMENT;
		if (words[1] < 1 || words[1] > 100)
			return STATUS_BAD_ARGUMENT;
		answer = sample_shape_stretch(rt_state(), &sample_tally, message->badge, words[0],
					      words[1], &length);
		words[0] = length;
		return answer;
	}
	}
	return STATUS_NOT_SUPPORTED;
}

#endif
