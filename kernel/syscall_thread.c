/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls on threads. */
#include "kernel/endpoint.h"
#include "kernel/fault.h"
#include "kernel/syscall.h"
#include "kernel/task.h"

/* What a thread without a report on its way is about. */
static const uint8_t states[] = {
	[THREAD_STOPPED] = THREAD_IS_STOPPED,   [THREAD_READY] = THREAD_IS_READY,
	[THREAD_RECEIVING] = THREAD_IS_WAITING, [THREAD_SENDING] = THREAD_IS_CALLING,
	[THREAD_CALLING] = THREAD_IS_CALLING,   [THREAD_SPENT] = THREAD_IS_READY,
	[THREAD_ANSWERED] = THREAD_IS_CALLING,  [THREAD_FAULTED] = THREAD_IS_FAULTED,
};

/* Who asks may have taken its CPU: then it is the first in line there. */
static bool runs(const struct thread *thread)
{
	const struct cpu *cpu = cpu_this();

	return thread_runs(thread) || (thread->state == THREAD_READY && thread->cpu == cpu &&
				       thread->priority == thread_ready_priority(cpu) &&
				       cpu->ready[thread->priority].next == &thread->link);
}

static status_t get(struct thread *thread, uint64_t number, uint64_t *value)
{
	const struct thread *caller = thread->caller;
	uint64_t state = runs(thread) ? THREAD_IS_RUNNING : states[thread->state];
	const uint64_t values[] = {
		state == THREAD_IS_CALLING && thread->faulted ? THREAD_IS_FAULTED : state,
		caller ? caller->label : MESSAGE_SIGNAL,
		caller ? caller->badge : 0,
		caller ? thread->serves->sequence : 0,
		thread->calls,
	};

	if (number < THREAD_GET_STATE) {
		thread_evict(thread);
		return arch_context_get(&thread->context, number, value);
	}
	if (number > THREAD_GET_CALLS)
		return STATUS_NOT_SUPPORTED;
	*value = values[number - THREAD_GET_STATE];
	return STATUS_OK;
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
