/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model in a plain struct, for tests of the model alone: what an event changes without having
 * touched it fails the test. In place of servers/rt/durable.c; included by one file of a test.
 */
#ifndef TESTS_HOST_TOUCHED_H
#define TESTS_HOST_TOUCHED_H

#include <CUnit/CUnit.h>
#include <string.h>

#include "servers/rt/durable.h"
#include "tests/host/commits.h"

uint8_t *rt_state_base;
uint8_t rt_line_touched[DURABLE_LINES];
uint64_t rt_lines_listed;
static size_t touched_size;

void rt_touch_line(uint64_t line)
{
	CU_ASSERT_TRUE_FATAL(line < (touched_size + DURABLE_LINE - 1) / DURABLE_LINE);
	rt_line_touched[line] = true;
}

static inline void touched_begin(void *model, size_t size)
{
	commits_forget();
	rt_state_base = model;
	touched_size = size;
}

/* The end of an event; `committed` is the model as it was at the end of the last one. */
static inline void touched_commit(void *committed)
{
	uint8_t *before = committed;
	size_t at, rest;

	for (at = 0; at < touched_size; at += DURABLE_LINE) {
		rest = touched_size - at < DURABLE_LINE ? touched_size - at : DURABLE_LINE;
		if (memcmp(before + at, rt_state_base + at, rest) == 0)
			continue;
		CU_ASSERT_TRUE_FATAL(rt_line_touched[at / DURABLE_LINE]);
		memcpy(before + at, rt_state_base + at, rest);
	}
	commits_forget();
}

#endif
