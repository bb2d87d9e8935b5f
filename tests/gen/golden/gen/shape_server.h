/* SPDX-License-Identifier: Apache-2.0 */
/* What a server of shape provides, and how a message finds its function. */
#ifndef GEN_SHAPE_SERVER_H
#define GEN_SHAPE_SERVER_H

#include "gen/shape.h"
#include "ipc/status.h"

/* `badge` is that of the caller's handle. A method left out is STATUS_NOT_SUPPORTED. */
struct shape_server {
	/*
	 * Makes a line longer.
	 *
	 * by: 1 to 100.
	 * Errors: STATUS_NOT_FOUND.
	 */
	status_t (*stretch)(uint64_t badge, enum shape_stroke stroke, uint16_t by,
			    uint16_t *length);
};

/*
 * Answers one message: what is out of its documented range never reaches the server. Results
 * replace the first words; those behind them stay the caller's own, so nothing leaks.
 */
static inline status_t shape_dispatch(const struct shape_server *server, struct message *message)
{
	uint64_t *words = message->words;

	switch (message->label) {
	case SHAPE_LABEL_STRETCH: {
		uint16_t length = 0;
		status_t answer;

		if (!server->stretch)
			break;
		if (words[0] < SHAPE_STROKE_SOLID || words[0] > SHAPE_STROKE_DOTTED)
			return STATUS_BAD_ARGUMENT;
		if (words[1] < 1 || words[1] > 100)
			return STATUS_BAD_ARGUMENT;
		answer = server->stretch(message->badge, words[0], words[1], &length);
		words[0] = length;
		return answer;
	}
	}
	return STATUS_NOT_SUPPORTED;
}

#endif
