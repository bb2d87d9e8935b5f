/* SPDX-License-Identifier: Apache-2.0 */
/* The rest of the kernel as an architecture's trap code has it: a guest, a task, and what was told. */
#ifndef TESTS_HOST_EXITS_H
#define TESTS_HOST_EXITS_H

#include "kernel/task.h"
#include "kernel/vm.h"
#include "tests/host/suite.h"

/* What the rest of the kernel was told. */
struct told {
	const char *what;
	uint64_t address, width, value, second, number, label, syndrome, position[4];
	bool write;
	status_t status;
	struct thread *fp;
	uint64_t deadline;
};

/* Somebody is alone in the kernel; `stays`: the thread is not taken away meanwhile. */
struct alone {
	unsigned int waits;
	bool stays;
	uint64_t pc;
};

extern struct told told;
extern struct alone alone;
extern struct thread thread;
extern struct vcpu vcpu;

/* Nothing is told yet. */
void exits_forget(void);

/* The guest and the task are as new; their first `count` registers are X(number). */
void exits_start(unsigned int count);

#define X(number) (0x1111111111111100ul + (number))
#define TOLD(text) CU_ASSERT_STRING_EQUAL(told.what, text)

/* The architecture's: where the thread that made the exit goes on, as the hardware has it. */
uint64_t exit_pc(void);

#endif
