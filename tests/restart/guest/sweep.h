/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of the sweeping guest: of every architecture, and of its interrupt controller. */
#ifndef RESTART_SWEEP_H
#define RESTART_SWEEP_H

#include "tests/restart/guest/cut.h"

/*
 * Waits for an interrupt that is counted there, and gives what is too much the time to come.
 * `before`, `spurious`: the count, and spurious_count, before it was asked for.
 */
bool came_once(const volatile uint32_t *count, uint32_t before, uint32_t spurious);

/* --- Of the architecture, in controller.c ------------------------------------------------------ */

/* What the requests below need; behind interrupts_start. */
void controller_start(void);
/* An interrupt came: true, if it is one of theirs. */
bool controller_told(uint32_t number);
/* The requests that only this interrupt controller does. */
void controller_sweep(void);

#endif
