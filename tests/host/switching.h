/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two guests and two tasks on one CPU, whose registers are variables: what moves when another of
 * them takes it. Tests that every architecture has, and what they need to know of it.
 */
#ifndef TESTS_HOST_SWITCHING_H
#define TESTS_HOST_SWITCHING_H

#include "hardware.h" /* arch/<cpu>/ */
#include "kernel/task.h"
#include "tests/host/suite.h"

extern struct cpu cpu;
extern struct vm vms[2];
extern struct vcpu vcpus[2];
extern struct vcpu_interrupts pages[2];
extern struct thread tasks[2];
extern struct arch_fp fp_hardware;
extern uint64_t timer_deadline; /* of the kernel's timer interrupt */

/* Nobody has run yet. */
void start(void);

/* Every register that a guest can write moves with its vCPU. */
void test_switch(void);
/* FP registers are everybody's own, also of a task that is started again. */
void test_fp(void);
void test_fp_restart(void);

/* --- The architecture's ----------------------------------------------------------------------- */

/* Before the guest and the task of that number are reset. */
void guest_prepare(unsigned int number);

/* As the vectors do. */
void switch_to(struct thread *next);

/* As arch_thread_release does: the CPU holds nothing of the thread any more. */
void let_go(struct thread *thread);

/* The n-th register that a guest can write and no trap keeps it from; NULL: there are no more. */
uint64_t *guest_register(unsigned int index);

/* Whether the current thread's next FP instruction traps. */
bool fp_traps(const struct thread *thread);
/* Whether it will not, once it runs, as far as its context says. */
bool fp_is_open(const struct thread *thread);
/* The FP registers can be saved and loaded without a trap in the kernel. */
bool fp_is_reachable(void);
/* One of them. */
uint64_t *fp_register(void);
/* The context may not use them, as after arch_context_init. */
void fp_close(struct arch_context *context);

#endif
