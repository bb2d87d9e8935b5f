/* SPDX-License-Identifier: Apache-2.0 */
/* Test guests with several vCPUs: how one is turned on, what it found then, how vCPUs wait. */
#ifndef GUESTS_PROCESSOR_H
#define GUESTS_PROCESSOR_H

#include "tests/guests/runtime.h"

/* Registers as a vCPU finds them: which ones is the architecture's choice. */
#define PROCESSOR_FOUND 4

/* What a vCPU says of itself; only it writes here, but for `main`. */
struct processor {
	void (*main)(uint64_t context); /* what it does when it is turned on; then it goes off */
	uint64_t lives; /* how often it was turned on */
	uint64_t entry; /* 0: processor_entry, 1: processor_other */
	uint64_t context; /* as it was turned on with */
	uint64_t found[PROCESSOR_FOUND];
};

extern volatile struct processor processors[PROCESSORS];

/* Where vCPUs begin: start.S. */
extern const char processor_entry[], processor_other[];

/* From there. */
void processor_begin(uint64_t context, uint64_t entry, uint64_t found0, uint64_t found1,
		     uint64_t found2, uint64_t found3);

/* Turns it on; the firmware's answer. */
uint64_t processor_on(uint64_t number, void (*main)(uint64_t context), uint64_t context);

/* Until the firmware says so. */
void processor_wait_off(uint64_t number);

/* Sleeps until the word has that value at least; who changes it sends an IPI. */
void sleep_until(const volatile uint64_t *word, uint64_t value);

#endif
