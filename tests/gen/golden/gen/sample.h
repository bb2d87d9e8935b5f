/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One of everything that the language has, for the tests of the generator. This line is long enough
 * to be laid out anew.
 *
 * A second paragraph, with <brackets> and a | bar.
 */
#ifndef GEN_SAMPLE_H
#define GEN_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "gen/shape.h"
#include "ipc/message.h"

#define SAMPLE_INTERFACE 77
#define SAMPLE_VERSION 3
#define SAMPLE_LABEL_NOTHING MESSAGE_LABEL(SAMPLE_INTERFACE, 1)
#define SAMPLE_LABEL_TURN MESSAGE_LABEL(SAMPLE_INTERFACE, 2)
#define SAMPLE_LABEL_RANGED MESSAGE_LABEL(SAMPLE_INTERFACE, 3)
#define SAMPLE_LABEL_PAINT MESSAGE_LABEL(SAMPLE_INTERFACE, 4)

/* The lowest level. */
#define SAMPLE_LOW 2u
#define SAMPLE_HIGH 0x20u
/* Points of a shape. */
#define SAMPLE_CORNERS 4u
#define SAMPLE_EVERYTHING UINT64_C(0xffffffffffffffff)

/* Without gaps. */
enum sample_colour {
	SAMPLE_COLOUR_RED = 0, /* The first. */
	SAMPLE_COLOUR_GREEN = 1,
	SAMPLE_COLOUR_BLUE = 2,
};

/* With gaps. */
enum sample_prime {
	SAMPLE_PRIME_TWO = 2,
	SAMPLE_PRIME_THREE = 3,
	SAMPLE_PRIME_FIVE = 5,
	SAMPLE_PRIME_SEVEN = 7,
};

/* A place. */
struct sample_point {
	uint32_t x;
	uint32_t y; /* Downwards. */
};

_Static_assert(sizeof(struct sample_point) == 8, "point");
_Static_assert(offsetof(struct sample_point, x) == 0, "x");
_Static_assert(offsetof(struct sample_point, y) == 4, "y");

#define SAMPLE_STATE_VERSION 4
#define SAMPLE_STATE_OLDEST 2
#define SAMPLE_STATE_SIZE_2 16

/* What outlives the server. */
struct sample_state {
	uint64_t sequence; /* The last message handled. */
	uint8_t colour; /* enum sample_colour */
	uint8_t small[3];
	uint16_t half[2];
	/*
	 * Where it is, corner by corner, from the upper left one on and then clockwise around it,
	 * as long as there are corners.
	 */
	struct sample_point point[SAMPLE_CORNERS];
};

_Static_assert(sizeof(struct sample_state) == 48, "state");
_Static_assert(offsetof(struct sample_state, sequence) == 0, "sequence");
_Static_assert(offsetof(struct sample_state, colour) == 8, "colour");
_Static_assert(offsetof(struct sample_state, small) == 9, "small");
_Static_assert(offsetof(struct sample_state, half) == 12, "half");
_Static_assert(offsetof(struct sample_state, point) == 16, "point");

/* What each life counts anew. */
struct sample_tally {
	uint64_t answered;
};

_Static_assert(sizeof(struct sample_tally) == 8, "tally");
_Static_assert(offsetof(struct sample_tally, answered) == 0, "answered");

/* Of another interface's types. */
struct sample_drawing {
	struct shape_line frame; /* A struct of another interface. */
	struct shape_line line[SAMPLE_CORNERS];
	uint16_t stroke[2]; /* enum shape_stroke */
};

_Static_assert(sizeof(struct sample_drawing) == 24, "drawing");
_Static_assert(offsetof(struct sample_drawing, frame) == 0, "frame");
_Static_assert(offsetof(struct sample_drawing, line) == 4, "line");
_Static_assert(offsetof(struct sample_drawing, stroke) == 20, "stroke");

#endif
