/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stress server's users run, in a task or in a VM: loads from the page that will be taken
 * away, each counted in a page that stays, and now and then a message. And the registers by which
 * a guest starts the server and reads what it found.
 */
#ifndef TESTS_SERVERS_STRESS_H
#define TESTS_SERVERS_STRESS_H

#include <stdint.h>

#define STRESS_STRIDE 0x1000ul
#define STRESS_SEED 0x00   /* write: what the rounds are drawn from */
#define STRESS_START 0x08  /* write: that many rounds */
#define STRESS_ROUNDS 0x10 /* read, answered after the last round: how many were done */
#define STRESS_WRONG 0x18  /* what was not as it has to be */

/* Where a user finds things in its space. */
#define USER_CODE 0x400000
#define USER_COUNTS 0x401000 /* a struct user_count each */
#define USER_PAGE 0x402000   /* the page that is taken away */

/* What a user holds, and what an answer other than 0 has it do. */
#define USER_DOOR 1
#define USER_LOBBY 2 /* nobody ever serves there */

#define COUNT_SHIFT 6

struct user_count {
	uint64_t loads;
	uint64_t lobby; /* the status of its call to the lobby */
	uint64_t padding[6];
};

#endif
