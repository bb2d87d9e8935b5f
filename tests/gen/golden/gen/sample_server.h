/* SPDX-License-Identifier: Apache-2.0 */
/* What a server of sample provides, and how a message finds its function. */
#ifndef GEN_SAMPLE_SERVER_H
#define GEN_SAMPLE_SERVER_H

#include "gen/sample.h"
#include "ipc/status.h"

/* `badge` is that of the caller's handle. A method left out is STATUS_NOT_SUPPORTED. */
struct sample_server {
	/* Neither asks nor answers. */
	status_t (*nothing)(uint64_t badge);
	/* As many words as a message has, both ways: turns them around. */
	status_t (*turn)(uint64_t badge, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
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
	status_t (*ranged)(uint64_t badge, uint64_t between, uint32_t named, uint64_t below,
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
	status_t (*paint)(uint64_t badge, enum sample_colour colour, enum sample_prime prime,
			  enum sample_colour *next, uint32_t *count, enum sample_prime *same,
			  uint64_t *total);
};

/*
 * Answers one message: what is out of its documented range never reaches the server. Results
 * replace the first words; those behind them stay the caller's own, so nothing leaks.
 */
static inline status_t sample_dispatch(const struct sample_server *server, struct message *message)
{
	uint64_t *words = message->words;

	switch (message->label) {
	case SAMPLE_LABEL_NOTHING:
		if (!server->nothing)
			break;
		return server->nothing(message->badge);
	case SAMPLE_LABEL_TURN:
		if (!server->turn)
			break;
		return server->turn(message->badge, words[0], words[1], words[2], words[3],
				    words[4], words[5], words[6], words[7], &words[0], &words[1],
				    &words[2], &words[3], &words[4], &words[5], &words[6],
				    &words[7]);
	case SAMPLE_LABEL_RANGED:
		if (!server->ranged)
			break;
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
		return server->ranged(message->badge, words[0], words[1], words[2], words[3],
				      words[4], words[5], words[6], words[7], &words[0]);
	case SAMPLE_LABEL_PAINT: {
		enum sample_colour next = 0;
		uint32_t count = 0;
		enum sample_prime same = 0;
		status_t answer;

		if (!server->paint)
			break;
		if (words[0] > SAMPLE_COLOUR_BLUE)
			return STATUS_BAD_ARGUMENT;
		if ((words[1] < SAMPLE_PRIME_TWO || words[1] > SAMPLE_PRIME_THREE) &&
		    words[1] != SAMPLE_PRIME_FIVE && words[1] != SAMPLE_PRIME_SEVEN)
			return STATUS_BAD_ARGUMENT;
		answer = server->paint(message->badge, words[0], words[1], &next, &count, &same,
				       &words[3]);
		words[0] = next;
		words[1] = count;
		words[2] = same;
		return answer;
	}
	}
	return STATUS_NOT_SUPPORTED;
}

#endif
