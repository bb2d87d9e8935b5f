/* SPDX-License-Identifier: Apache-2.0 */
/* Guests that have their own servers cut, at one instruction after the other. */
#ifndef RESTART_CUT_H
#define RESTART_CUT_H

#include "arch_restart.h"
#include "tests/guests/runtime.h"
#include "tests/servers/killer.h"

#define KILLER (DEVICE + 0x0000)
#define MORTAL (DEVICE + 0x1000)

/* Whether the VM's bootargs have this word, and the number behind it if so. */
bool argument(const char *word, uint64_t *number);

/* Cuts while one request is done: each may cost one spurious interrupt. */
extern uint64_t cuts_each;

/* Does one thing and checks all of it; the number is another one each time. */
typedef bool request(uint64_t number);

/*
 * Has the request done with the victim cut 1, 2, 3... instructions after its start, until it is over
 * before the cut; in longer steps if these are more than the bootargs' sweep.points. "pass - <what>"
 * if it was done rightly each time. With sweep.twice in the bootargs then the same with two cuts, the
 * second one 1, 2, 3... instructions behind the first.
 */
void sweep(const char *what, enum victim victim, request *request);

#endif
