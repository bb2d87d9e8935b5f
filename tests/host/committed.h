/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model's state without the runtime: what changed since the last commit without having been
 * touched ends the test, which calls state_begin at first, and state_commit after each event.
 */
#ifndef TESTS_HOST_COMMITTED_H
#define TESTS_HOST_COMMITTED_H

#include <string.h>

#include "servers/rt/durable.h"
#include "tests/host/suite.h"

uint8_t *rt_state_base;
uint8_t rt_line_touched[DURABLE_LINES];
uint64_t rt_lines_logged;

static size_t state_size;

void rt_touch_line(uint64_t line)
{
	CU_ASSERT_TRUE_FATAL(line < (state_size + DURABLE_LINE - 1) / DURABLE_LINE);
	rt_line_touched[line] = true;
}

static inline void state_begin(void *state, size_t size)
{
	memset(rt_line_touched, 0, sizeof(rt_line_touched));
	rt_lines_logged = 0;
	rt_state_base = state;
	state_size = size;
}

/* `before`: as it was at the last commit; becomes what it is now. */
static inline void state_commit(void *before)
{
	uint8_t *then = before;
	size_t at, rest;

	for (at = 0; at < state_size; at += DURABLE_LINE) {
		rest = state_size - at < DURABLE_LINE ? state_size - at : DURABLE_LINE;
		if (memcmp(then + at, rt_state_base + at, rest) == 0)
			continue;
		CU_ASSERT_TRUE_FATAL(rt_line_touched[at / DURABLE_LINE]);
		memcpy(then + at, rt_state_base + at, rest);
	}
	memset(rt_line_touched, 0, sizeof(rt_line_touched));
	rt_lines_logged = 0;
}

#endif
