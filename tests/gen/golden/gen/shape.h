/* SPDX-License-Identifier: Apache-2.0 */
/* What another interface uses: types, and a method that its server serves. */
#ifndef GEN_SHAPE_H
#define GEN_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/message.h"

#define SHAPE_INTERFACE 78
#define SHAPE_LABEL_STRETCH MESSAGE_LABEL(SHAPE_INTERFACE, 1)

/* How a line looks. */
enum shape_stroke {
	SHAPE_STROKE_SOLID = 1,
	SHAPE_STROKE_DOTTED = 2,
};

struct shape_line {
	uint16_t length;
	uint16_t stroke; /* enum shape_stroke */
};

_Static_assert(sizeof(struct shape_line) == 4, "line");
_Static_assert(offsetof(struct shape_line, length) == 0, "length");
_Static_assert(offsetof(struct shape_line, stroke) == 2, "stroke");

#endif
