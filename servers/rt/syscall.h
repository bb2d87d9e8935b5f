/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls as C functions; what each does and may answer stands in docs/syscalls.md, the
 * order of the registers is the order of the arguments. The architecture's file of servers/rt/
 * provides rt_syscall.
 */
#ifndef RT_SYSCALL_H
#define RT_SYSCALL_H

#include "ipc/message.h"
#include "ipc/status.h"
#include "ipc/syscall.h"

/* Up to six arguments in, up to three results out (in result[], which may be NULL). */
status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3]);

/* The same for what has one argument and no results: it is part of most events. */
status_t rt_syscall_one(enum syscall number, uint64_t a0);

/* Clears whole pages. */
void rt_clear_pages(void *start, uint64_t size);

/* A call with all words 0: written one by one, as an initializer may become a call of memset. */
static inline void rt_call_begin(struct message *message, uint64_t label)
{
	_Static_assert(MESSAGE_WORDS == 8, "all of them");
	message->label = label;
	message->badge = message->sequence = 0;
	message->words[0] = message->words[1] = message->words[2] = message->words[3] = 0;
	message->words[4] = message->words[5] = message->words[6] = message->words[7] = 0;
}

/* Send label and words, wait; the reply's words replace them. The status is the server's own. */
status_t rt_call(handle_t endpoint, struct message *message);

/* Answer the message in hand with `status` and words, if there is one, then wait for the next. */
void rt_reply_wait(handle_t endpoint, status_t status, struct message *message);

static inline status_t rt_signal(handle_t endpoint)
{
	return rt_syscall_one(SYSCALL_SIGNAL, endpoint);
}

static inline status_t rt_irq_done(handle_t irq)
{
	return rt_syscall_one(SYSCALL_IRQ_DONE, irq);
}

static inline status_t rt_vcpu_kick(handle_t vcpu)
{
	return rt_syscall_one(SYSCALL_VCPU_KICK, vcpu);
}

/* A thread's register, or THREAD_GET_*. */
static inline status_t rt_thread_get(handle_t thread, uint64_t reg, uint64_t *value)
{
	uint64_t result[3];
	status_t status = rt_syscall(SYSCALL_THREAD_GET, thread, reg, 0, 0, 0, 0, result);

	*value = result[0];
	return status;
}

/* Ends this life: the fault that is reported says FAULT_EXIT and the code. */
static inline _Noreturn void rt_exit(uint64_t code)
{
	for (;;)
		rt_syscall(SYSCALL_EXIT, code, 0, 0, 0, 0, 0, 0);
}

static inline status_t rt_vcpu_get(handle_t vcpu, uint64_t reg, uint64_t *value)
{
	uint64_t result[3];
	status_t status = rt_syscall(SYSCALL_VCPU_GET, vcpu, reg, 0, 0, 0, 0, result);

	*value = result[0];
	return status;
}

static inline status_t rt_vcpu_set(handle_t vcpu, uint64_t reg, uint64_t value)
{
	return rt_syscall(SYSCALL_VCPU_SET, vcpu, reg, value, 0, 0, 0, 0);
}

static inline status_t rt_vcpu_start(handle_t vcpu)
{
	return rt_syscall(SYSCALL_VCPU_START, vcpu, 0, 0, 0, 0, 0, 0);
}

static inline status_t rt_vcpu_stop(handle_t vcpu)
{
	return rt_syscall(SYSCALL_VCPU_STOP, vcpu, 0, 0, 0, 0, 0, 0);
}

/* Until 0 the guest executes nothing; what it waits for goes on. */
static inline status_t rt_vcpu_hold(handle_t vcpu, uint64_t held)
{
	return rt_syscall(SYSCALL_VCPU_HOLD, vcpu, held, 0, 0, 0, 0, 0);
}

/* deadline in ticks of rt_clock, or TIMER_OFF; `bits` are signalled at the endpoint. */
static inline status_t rt_timer(handle_t endpoint, uint64_t deadline, uint64_t bits)
{
	return rt_syscall(SYSCALL_TIMER, endpoint, deadline, bits, 0, 0, 0, 0);
}

/* Ticks now; *frequency in ticks a second, if not NULL. */
static inline uint64_t rt_clock(uint64_t *frequency)
{
	uint64_t result[3];

	rt_syscall(SYSCALL_CLOCK, 0, 0, 0, 0, 0, 0, result);
	if (frequency)
		*frequency = result[1];
	return result[0];
}

/* result: type, size or free bytes, physical address (0 without RIGHT_DMA). */
static inline status_t rt_object_info(handle_t handle, uint64_t result[3])
{
	return rt_syscall(SYSCALL_OBJECT_INFO, handle, 0, 0, 0, 0, 0, result);
}

#endif
