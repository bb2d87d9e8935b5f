/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to a server of sample. They return its status, or why the kernel could not reach it, and
 * write results on STATUS_OK only.
 */
#ifndef GEN_SAMPLE_CLIENT_H
#define GEN_SAMPLE_CLIENT_H

#include "gen/sample.h"
#include "ipc/status.h"
#include "servers/rt/syscall.h"

/* Neither asks nor answers. */
static inline status_t sample_nothing(handle_t sample)
{
	struct message message;

	rt_call_begin(&message, SAMPLE_LABEL_NOTHING);
	return rt_call(sample, &message);
}

/* As many words as a message has, both ways: turns them around. */
static inline status_t sample_turn(handle_t sample, uint64_t a0, uint64_t a1, uint64_t a2,
				   uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7,
				   uint64_t *r0, uint64_t *r1, uint64_t *r2, uint64_t *r3,
				   uint64_t *r4, uint64_t *r5, uint64_t *r6, uint64_t *r7)
{
	struct message message;
	status_t answer;

	rt_call_begin(&message, SAMPLE_LABEL_TURN);
	message.words[0] = a0;
	message.words[1] = a1;
	message.words[2] = a2;
	message.words[3] = a3;
	message.words[4] = a4;
	message.words[5] = a5;
	message.words[6] = a6;
	message.words[7] = a7;
	answer = rt_call(sample, &message);
	if (answer != STATUS_OK)
		return answer;
	*r0 = message.words[0];
	*r1 = message.words[1];
	*r2 = message.words[2];
	*r3 = message.words[3];
	*r4 = message.words[4];
	*r5 = message.words[5];
	*r6 = message.words[6];
	*r7 = message.words[7];
	return STATUS_OK;
}

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
static inline status_t sample_ranged(handle_t sample, uint64_t between, uint32_t named,
				     uint64_t below, uint64_t above, uint64_t exact, uint8_t byte,
				     uint16_t half, uint32_t word, uint64_t *sum)
{
	struct message message;
	status_t answer;

	rt_call_begin(&message, SAMPLE_LABEL_RANGED);
	message.words[0] = between;
	message.words[1] = named;
	message.words[2] = below;
	message.words[3] = above;
	message.words[4] = exact;
	message.words[5] = byte;
	message.words[6] = half;
	message.words[7] = word;
	answer = rt_call(sample, &message);
	if (answer != STATUS_OK)
		return answer;
	*sum = message.words[0];
	return STATUS_OK;
}

/*
 * Mixes colours.
 *
 * next: The colour after it.
 * count: 1 to SAMPLE_CORNERS.
 * same: The prime again.
 * Errors: STATUS_NOT_FOUND.
 */
static inline status_t sample_paint(handle_t sample, enum sample_colour colour,
				    enum sample_prime prime, enum sample_colour *next,
				    uint32_t *count, enum sample_prime *same, uint64_t *total)
{
	struct message message;
	status_t answer;

	rt_call_begin(&message, SAMPLE_LABEL_PAINT);
	message.words[0] = colour;
	message.words[1] = prime;
	answer = rt_call(sample, &message);
	if (answer != STATUS_OK)
		return answer;
	if (message.words[0] > SAMPLE_COLOUR_BLUE)
		return STATUS_BAD_ARGUMENT;
	if (message.words[1] < 1 || message.words[1] > SAMPLE_CORNERS)
		return STATUS_BAD_ARGUMENT;
	if ((message.words[2] < SAMPLE_PRIME_TWO || message.words[2] > SAMPLE_PRIME_THREE) &&
	    message.words[2] != SAMPLE_PRIME_FIVE && message.words[2] != SAMPLE_PRIME_SEVEN)
		return STATUS_BAD_ARGUMENT;
	*next = message.words[0];
	*count = message.words[1];
	*same = message.words[2];
	*total = message.words[3];
	return STATUS_OK;
}

#endif
