/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to a server of shape. They return its status, or why the kernel could not reach it, and
 * write results on STATUS_OK only.
 */
#ifndef GEN_SHAPE_CLIENT_H
#define GEN_SHAPE_CLIENT_H

#include "gen/shape.h"
#include "ipc/status.h"
#include "servers/rt/syscall.h"

/*
 * Makes a line longer.
 *
 * by: 1 to 100.
 * Errors: STATUS_NOT_FOUND.
 */
static inline status_t shape_stretch(handle_t shape, enum shape_stroke stroke, uint16_t by,
				     uint16_t *length)
{
	struct message message;
	status_t answer;

	rt_call_begin(&message, SHAPE_LABEL_STRETCH);
	message.words[0] = stroke;
	message.words[1] = by;
	answer = rt_call(shape, &message);
	if (answer != STATUS_OK)
		return answer;
	if (message.words[0] > UINT16_MAX)
		return STATUS_BAD_ARGUMENT;
	*length = message.words[0];
	return STATUS_OK;
}

#endif
