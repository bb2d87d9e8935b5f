/* SPDX-License-Identifier: Apache-2.0 */
/* The whole VM manager behind its messages, with a sound VM "linux" of two vCPUs. */
#ifndef TESTS_HOST_VMM_WHOLE_H
#define TESTS_HOST_VMM_WHOLE_H

#include "tests/host/vmm_fake.h"

#define WHOLE_MEMORY_SIZE 0x400000ull
#define WHOLE_IMAGE_SIZE 0x10000ull

struct whole {
	uint8_t memory[WHOLE_MEMORY_SIZE];
	uint8_t kernel[8192], initrd[5000];
	uint8_t plan[4096];
};

extern struct whole whole;

/* Prepares a VM; a test may then break it before its first life. */
void whole_prepare(void);
void whole_argument(const char *name, uint64_t number);
/* A life begins as the runtime has it, and does all there is to do. */
void whole_live(void);
/* The same, up to its first look. */
void whole_begin(void);
/* Both, and it starts. */
void whole_start(void);

/* One event, with its commit and settle. */
status_t whole_deliver(struct message *message);
void whole_look(uint64_t signals);
/* The timer rings until there is nothing to do. */
void whole_ring(void);

/* A vCPU's call to its firmware. */
status_t whole_call(struct message *message, uint32_t vcpu, const uint64_t words[8]);
/* One that is answered: the words of the answer, until the next call. */
const uint64_t *whole_firmware(uint32_t vcpu, const uint64_t words[8]);

/* The vCPU runs, with the registers of one that has just started. */
void whole_expect_reset(uint32_t vcpu, uint64_t pc, uint64_t argument);

#define TURN_ON(...) ((const uint64_t[8])MACHINE_TURN_ON(__VA_ARGS__))
#define TURN_OFF ((const uint64_t[8])MACHINE_TURN_OFF)
#define STATUS_OF(vcpu) ((const uint64_t[8])MACHINE_STATUS(vcpu))
#define SHUTDOWN ((const uint64_t[8])MACHINE_SHUTDOWN)
#define RESET ((const uint64_t[8])MACHINE_RESET)

#endif
