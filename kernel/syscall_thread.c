/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls on threads. */
#include "kernel/endpoint.h"
#include "kernel/fault.h"
#include "kernel/syscall.h"
#include "kernel/task.h"

static uint64_t state_of(const struct thread *thread)
{
	switch (thread->state) {
	case THREAD_STOPPED:
		return THREAD_IS_STOPPED;
	case THREAD_READY:
	case THREAD_SPENT:
		return THREAD_IS_READY;
	case THREAD_RECEIVING:
		return THREAD_IS_WAITING;
	case THREAD_FAULTED:
		return THREAD_IS_FAULTED;
	}
	return thread->faulted ? THREAD_IS_FAULTED : THREAD_IS_CALLING;
}

static status_t get(struct thread *thread, uint64_t number, uint64_t *value)
{
	const struct thread *caller = thread->caller;

	switch (number) {
	case THREAD_GET_STATE:
		*value = state_of(thread);
		return STATUS_OK;
	case THREAD_GET_LABEL:
		*value = caller ? caller->label : MESSAGE_SIGNAL;
		return STATUS_OK;
	case THREAD_GET_BADGE:
		*value = caller ? caller->badge : 0;
		return STATUS_OK;
	case THREAD_GET_SEQUENCE:
		*value = caller ? thread->serves->sequence : 0;
		return STATUS_OK;
	}
	thread_evict(thread);
	return arch_context_get(&thread->context, number, value);
}

static status_t start(struct thread *thread, const uint64_t *arguments)
{
	if (thread->state != THREAD_STOPPED)
		return STATUS_BAD_STATE;
	if ((arguments[1] & 3) || (arguments[2] & 15))
		return STATUS_BAD_ARGUMENT;
	thread_start(thread, arguments[1], arguments[2], arguments[3], arguments[4]);
	return STATUS_OK;
}

status_t syscall_thread(struct task *task, uint64_t number, const uint64_t *arguments,
			uint64_t *results)
{
	struct handle *handle;
	status_t status;
	struct object *object = handle_find(task, arguments[0], OBJECT_THREAD, RIGHT_MANAGE,
					    &handle, &status);
	struct thread *thread;

	if (!object)
		return status;
	thread = CONTAINER(object, struct thread, object);
	if (number == SYSCALL_THREAD_GET)
		return get(thread, arguments[1], &results[1]);
	if (number == SYSCALL_THREAD_START)
		return start(thread, arguments);
	if (thread_is_supervisor(thread))
		return STATUS_BUSY; /* nobody could start it again: it exits instead */
	thread_stop(thread);
	return STATUS_OK;
}

status_t syscall_schedule(struct task *task, const uint64_t *arguments)
{
	struct object *object;
	struct handle *handle;
	status_t status;

	if (!handle_find(task, arguments[0], OBJECT_MACHINE, RIGHT_MANAGE, &handle, &status))
		return status;
	object = handle_find(task, arguments[1], OBJECT_VCPU, RIGHT_MANAGE, &handle, &status);
	if (!object && status == STATUS_BAD_TYPE)
		object = handle_find(task, arguments[1], OBJECT_THREAD, RIGHT_MANAGE, &handle,
				     &status);
	return object ? thread_schedule_set(CONTAINER(object, struct thread, object), arguments[2],
					    arguments[3], arguments[4])
		      : status;
}
