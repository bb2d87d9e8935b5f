/* SPDX-License-Identifier: Apache-2.0 */
/* What instrumented code calls beside the compiler's own names. */
#ifndef TESTS_CRASH_HOOKS_H
#define TESTS_CRASH_HOOKS_H

#include "servers/rt/rt.h"

/* This life has opened its durable state: from here on it stores only to lines it has touched. */
void crash_opened(void);

#endif
