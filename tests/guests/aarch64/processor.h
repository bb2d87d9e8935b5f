/* SPDX-License-Identifier: Apache-2.0 */
/* Test guests with several vCPUs: how one is turned on, what it found then, how vCPUs wait. */
#ifndef GUESTS_PROCESSOR_H
#define GUESTS_PROCESSOR_H

#include "tests/guests/aarch64/runtime.h"

#define PSCI_CPU_OFF 0x84000002ul
#define PSCI_CPU_ON_32 0x84000003ul
#define PSCI_CPU_ON 0xc4000003ul
#define PSCI_AFFINITY_INFO 0xc4000004ul
#define PSCI_SYSTEM_RESET 0x84000009ul

#define AFFINITY_ON 0
#define AFFINITY_OFF 1

/* What a vCPU says of itself; only it writes here, but for `main`. */
struct processor {
	void (*main)(uint64_t context); /* what it does when it is turned on; then it goes off */
	uint64_t lives; /* how often it was turned on */
	uint64_t entry; /* 0: processor_entry, 1: processor_other */
	uint64_t context, level, masks, control, vectors; /* registers as it found them */
};

extern volatile struct processor processors[PROCESSORS];

/* Where vCPUs begin. */
extern const char processor_entry[], processor_other[];

/* The firmware's answer to a call. */
static inline uint64_t ask(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return firmware(function, a1, a2, a3).x[0];
}

/* CPU_ON, its answer. */
uint64_t processor_on(uint64_t number, void (*main)(uint64_t context), uint64_t context);

/* Until AFFINITY_INFO says so. */
void processor_wait_off(uint64_t number);

/* SGI `number` to the vCPUs of the mask. */
static inline void sgi_send(uint64_t number, uint64_t mask)
{
	__asm__ volatile("dsb sy" : : : "memory");
	REGISTER_WRITE(S3_0_C12_C11_5, number << 24 | mask); /* ICC_SGI1R_EL1 */
}

/* Sleeps until the word has that value at least; who changes it sends an SGI. */
void sleep_until(const volatile uint64_t *word, uint64_t value);

#endif
