/* SPDX-License-Identifier: Apache-2.0 */
/* System calls: called by the trap code, with the caller's registers saved in its context. */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include "kernel/thread.h"

/* Carries out the call; returns the thread that runs now. */
struct thread *syscall_handle(struct thread *caller, uint64_t number);

/* The groups; arguments and results as in enum syscall. */
status_t syscall_create(struct task *task, uint64_t number, const uint64_t *arguments);
status_t syscall_vcpu(struct task *task, uint64_t number, const uint64_t *arguments,
		      uint64_t *results, bool shared);
status_t syscall_thread(struct task *task, uint64_t number, const uint64_t *arguments,
			uint64_t *results);
status_t syscall_schedule(struct task *task, const uint64_t *arguments);
status_t syscall_memory(struct task *task, uint64_t number, const uint64_t *arguments);

#endif
