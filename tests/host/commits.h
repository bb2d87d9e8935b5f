/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lives that end at commits: before and after each one commits.c calls commit_point, which the test
 * defines. Link with COMMITS_LIBS.
 */
#ifndef TESTS_HOST_COMMITS_H
#define TESTS_HOST_COMMITS_H

#include <string.h>

#include "servers/rt/durable.h"

void commit_point(void);

/* What the runtime remembers of a transaction that ended with its life. */
static inline void commits_forget(void)
{
	memset(rt_line_touched, 0, sizeof(rt_line_touched));
	rt_lines_listed = 0;
}

#endif
