/* SPDX-License-Identifier: Apache-2.0 */
/* Message passing: delivery, reply, signals. The path of every VM exit. */
#include "kernel/endpoint.h"

#include "ipc/message.h"
#include "kernel/vm.h"

#define CIRCLE_DEPTH 16

static void deliver_signals(struct endpoint *endpoint, struct thread *server)
{
	uint64_t *to = arch_message_words(&server->context);
	uint32_t index;

	to[0] = endpoint->signals;
	for (index = 1; index < MESSAGE_WORDS; index++)
		to[index] = 0;
	arch_message_deliver(&server->context, MESSAGE_SIGNAL, 0, endpoint->sequence);
	endpoint->signals = 0;
	server->priority = server->base_priority;
	server->state = THREAD_READY;
}

static void timer_expired(struct timer *timer)
{
	struct endpoint *endpoint = CONTAINER(timer, struct endpoint, timer);

	endpoint_signal(endpoint, endpoint->timer_bits);
}

struct endpoint *endpoint_create(struct pool *pool)
{
	struct endpoint *endpoint = object_create(pool, OBJECT_ENDPOINT, sizeof(*endpoint), 0);

	if (!endpoint)
		return NULL;
	queue_init(&endpoint->callers);
	timer_init(&endpoint->timer, timer_expired);
	return endpoint;
}

/* Behind everyone who is at least as urgent, and behind a message that came back. */
static void callers_insert(struct endpoint *endpoint, struct thread *caller)
{
	struct queue *at = endpoint->callers.previous;

	while (at != &endpoint->callers && !CONTAINER(at, struct thread, link)->returned &&
	       CONTAINER(at, struct thread, link)->priority < caller->priority)
		at = at->previous;
	queue_insert(at->next, &caller->link);
	caller->state = THREAD_SENDING;
	caller->returned = false;
}

void endpoint_requeue(struct thread *caller)
{
	if (caller->returned)
		return;
	queue_remove(&caller->link);
	callers_insert(caller->endpoint, caller);
}

void endpoint_queue(struct endpoint *endpoint, struct thread *caller)
{
	caller->endpoint = endpoint;
	callers_insert(endpoint, caller);
	thread_boost(endpoint->server, caller->priority);
}

bool endpoint_circular(const struct endpoint *endpoint, const struct thread *caller)
{
	unsigned int depth;

	for (depth = 0; depth < CIRCLE_DEPTH; depth++) {
		const struct thread *server = endpoint->server;

		if (endpoint->receiver || !server)
			return false;
		if (server == caller)
			return true;
		if (server->state != THREAD_SENDING && server->state != THREAD_CALLING)
			return false;
		endpoint = thread_waits_at(server);
	}
	return true;
}

void endpoint_signal(struct endpoint *endpoint, uint64_t bits)
{
	struct thread *server = endpoint->receiver;

	endpoint->signals |= bits;
	if (server) {
		endpoint->receiver = NULL;
		deliver_signals(endpoint, server);
		thread_ready(server);
	} else if (endpoint->server) {
		thread_boost(endpoint->server, endpoint->server->base_priority);
	}
}

/* The reply reaches the caller: who runs for it now, if anybody. */
static inline struct thread *answer(struct thread *caller, status_t status, const uint64_t *words)
{
	if (!caller->task)
		return vcpu_answer(CONTAINER(caller, struct vcpu, thread), status, words);
	if (caller->faulted) {
		caller->state = THREAD_FAULTED;
		return NULL;
	}
	message_copy(arch_message_words(&caller->context), words);
	arch_status_deliver(&caller->context, status);
	caller->state = THREAD_READY;
	return caller;
}

/* More to do at once: the server goes on with it, and whoever was answered queues up. */
static __attribute__((noinline)) struct thread *receive_next(struct endpoint *endpoint,
							     struct thread *server,
							     struct thread *answered)
{
	if (answered)
		thread_ready(answered);
	if (endpoint->signals) {
		deliver_signals(endpoint, server);
	} else {
		struct thread *caller = CONTAINER(endpoint->callers.next, struct thread, link);

		queue_remove(&caller->link);
		endpoint_deliver(endpoint, server, caller);
	}
	/* What was just received may be less urgent than who waits behind it. */
	if (!queue_empty(&endpoint->callers))
		thread_boost(server,
			     CONTAINER(endpoint->callers.next, struct thread, link)->priority);
	return thread_schedule(cpu_this());
}

static void unserve(struct endpoint *endpoint)
{
	if (!endpoint->server)
		return;
	endpoint->server->serves_slot = HANDLE_NONE;
	endpoint->server->serves = NULL;
	endpoint->server = NULL;
}

bool endpoint_serve(struct endpoint *endpoint, struct thread *server, uint64_t slot)
{
	struct thread *before = endpoint->server;

	if (before && before != server && (before->caller || endpoint->receiver))
		return false;
	unserve(endpoint);
	if (server->serves)
		unserve(server->serves);
	server->serves = endpoint;
	server->serves_slot = slot;
	endpoint->server = server;
	return true;
}

void endpoint_handle_closed(struct endpoint *endpoint, const struct task *task, uint64_t slot)
{
	struct thread *server = endpoint->server;

	if (server && server->task == task && server->serves_slot == slot)
		server->serves_slot = HANDLE_NONE;
}

static inline bool idle(const struct endpoint *endpoint)
{
	return !endpoint->signals && queue_empty(&endpoint->callers);
}

static inline void receive_wait(struct endpoint *endpoint, struct thread *server)
{
	server->caller = NULL;
	server->state = THREAD_RECEIVING;
	endpoint->receiver = server;
}

static __attribute__((noinline)) struct thread *reply_wait_slowly(struct thread *server)
{
	struct thread *caller = server->caller, *next = NULL;
	struct endpoint *endpoint = server->serves;

	if (caller) {
		server->caller = NULL;
		next = answer(caller, arch_message_status(&server->context),
			      arch_message_words(&server->context));
	}
	if (!idle(endpoint))
		return receive_next(endpoint, server, next);
	receive_wait(endpoint, server);
	return thread_prefer(cpu_this(), next);
}

/* What nearly always happens comes first, and calls nothing: an exit is done, nobody waits. */
struct thread *endpoint_reply_wait(struct thread *server)
{
	struct endpoint *endpoint = server->serves;
	struct thread *caller = server->caller;

	if (caller && !caller->task && idle(endpoint) &&
	    arch_message_status(&server->context) == STATUS_OK &&
	    caller->priority >= thread_ready_priority(cpu_this()) &&
	    vcpu_complete(CONTAINER(caller, struct vcpu, thread),
			  arch_message_words(&server->context))) {
		receive_wait(endpoint, server);
		return caller;
	}
	return reply_wait_slowly(server);
}

/* A message whose server is gone is the next to be delivered again. */
static void message_return(struct thread *caller)
{
	caller->endpoint = caller->server->serves;
	queue_insert(caller->endpoint->callers.next, &caller->link);
	caller->state = THREAD_SENDING;
	caller->returned = true;
}

void endpoint_forget(struct thread *thread)
{
	switch (thread->state) {
	case THREAD_RECEIVING:
		thread->serves->receiver = NULL;
		break;
	case THREAD_SENDING:
		queue_remove(&thread->link);
		break;
	case THREAD_CALLING:
		thread->server->caller = NULL;
		break;
	}
	if (thread->caller)
		message_return(thread->caller);
	thread->caller = NULL;
}

status_t endpoint_destroy(struct endpoint *endpoint)
{
	static const uint64_t nothing[MESSAGE_WORDS];

	if (endpoint->server && endpoint->server->caller)
		return STATUS_BUSY;
	if (endpoint->server)
		endpoint->server->serves_slot = HANDLE_NONE;
	if (!queue_empty(&endpoint->callers)) {
		struct thread *caller = CONTAINER(endpoint->callers.next, struct thread, link);

		queue_remove(&caller->link);
		caller = answer(caller, STATUS_DEAD, nothing);
		if (caller)
			thread_ready(caller);
		return STATUS_AGAIN;
	}
	if (endpoint->receiver)
		thread_stop(endpoint->receiver);
	unserve(endpoint);
	timer_cancel(&endpoint->timer);
	return STATUS_OK;
}
