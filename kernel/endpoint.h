/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Endpoints: where a server waits, for messages (calls, VM exits, faults) and for signals alike.
 *
 * A message stays in its sender, the kernel's, until it is answered: the server gets a copy in its
 * registers. Signals are bits that say "look", never "what".
 */
#ifndef KERNEL_ENDPOINT_H
#define KERNEL_ENDPOINT_H

#include "kernel/thread.h"

struct endpoint {
	struct object object;
	struct queue callers;    /* THREAD_SENDING, most urgent first */
	struct thread *receiver; /* the server's thread while it waits, or NULL */
	struct thread *server;   /* the thread that received last; has what is in hand */
	uint64_t sequence;
	uint64_t signals;
	struct timer timer;
	uint64_t timer_bits;
};

struct endpoint *endpoint_create(struct pool *pool);
status_t endpoint_destroy(struct endpoint *endpoint);

/* The caller waits its turn: the server is busy. */
void endpoint_queue(struct endpoint *endpoint, struct thread *caller);

struct message_words {
	uint64_t word[MESSAGE_WORDS];
};

/* As one struct, so that the compiler moves pairs of registers and makes no loop. */
static inline void message_copy(uint64_t *to, const uint64_t *from)
{
	*(struct message_words *)to = *(const struct message_words *)from;
}

/* The waiting server gets a copy of the caller's message and goes on in the caller's place. */
static inline void endpoint_deliver(struct endpoint *endpoint, struct thread *server,
				    struct thread *caller)
{
	message_copy(arch_message_words(&server->context), caller->words);
	arch_message_deliver(&server->context, caller->label, caller->badge, ++endpoint->sequence);
	server->caller = caller;
	server->priority = caller->priority;
	server->state = THREAD_READY;
	caller->server = server;
	caller->state = THREAD_CALLING;
}

/*
 * The caller's message (label, badge, words) goes to the endpoint; the caller blocks. Returns the
 * server's thread, ready to run in the caller's place, or NULL if it is busy.
 */
static inline struct thread *endpoint_send(struct endpoint *endpoint, struct thread *caller)
{
	struct thread *server = endpoint->receiver;

	if (__builtin_expect(!server, 0)) {
		endpoint_queue(endpoint, caller);
		return NULL;
	}
	endpoint->receiver = NULL;
	endpoint_deliver(endpoint, server, caller);
	return server;
}

/* The endpoint at which a thread waits that sends or calls. */
static inline struct endpoint *thread_waits_at(const struct thread *thread)
{
	return thread->state == THREAD_CALLING ? thread->server->serves : thread->endpoint;
}

/* A caller in its endpoint's queue got another priority. */
void endpoint_requeue(struct thread *caller);

/* Would a call of `caller` at the endpoint wait for itself? */
bool endpoint_circular(const struct endpoint *endpoint, const struct thread *caller);

void endpoint_signal(struct endpoint *endpoint, uint64_t bits);

/*
 * From now on the thread is the endpoint's server: who waits there lends it priority. Not while
 * another one receives there or has a message of the endpoint in hand, so a message in hand is
 * always one of the endpoint that the thread serves.
 */
bool endpoint_serve(struct endpoint *endpoint, struct thread *server, uint64_t slot);

/* The task's handle `slot` of the endpoint is closed: who serves through it is checked anew. */
void endpoint_handle_closed(struct endpoint *endpoint, const struct task *task, uint64_t slot);

/* Answers the message in hand, then waits for the next at the endpoint it serves: who runs then. */
struct thread *endpoint_reply_wait(struct thread *server);

/* Undoes what the thread has to do with endpoints; a message in its hand goes back to the queue. */
void endpoint_forget(struct thread *thread);

#endif
