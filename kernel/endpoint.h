/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Endpoints: where a server waits, for messages (calls, VM exits, faults) and for signals alike.
 *
 * A message stays in its sender, the kernel's, until it is answered: the server gets a copy in its
 * registers. If that server ends, the next one gets it again, before all others and with the same
 * number. Signals are bits that say "look", never "what".
 *
 * One atomic word says how it stands. While it names a waiting server, whoever swaps it for BUSY
 * has that server for itself; the server, done, swaps BUSY for itself. Who comes while it is busy
 * leaves PENDING, so that the server looks before it waits. These two swaps are the whole of a
 * trip to a server and back; only callers who queue, and a server who finds PENDING, take the lock.
 */
#ifndef KERNEL_ENDPOINT_H
#define KERNEL_ENDPOINT_H

#include "kernel/call.h"
#include "kernel/thread.h"

#define ENDPOINT_BUSY 0ul
#define ENDPOINT_PENDING 1ul /* busy, and somebody came meanwhile */

struct endpoint {
	struct object object;
	uint64_t word;         /* BUSY, PENDING, or the struct thread that waits */
	struct lock lock;      /* of callers, their state, and the timer */
	struct queue callers;  /* THREAD_SENDING, most urgent first */
	struct thread *server; /* the thread that received last; has what is in hand */
	uint64_t sequence;     /* of the last message: who has the server for itself counts */
	uint64_t signals;
	struct timer timer;
	uint64_t timer_bits;
};

struct endpoint *endpoint_create(struct pool *pool);
status_t endpoint_destroy(struct endpoint *endpoint);

/* The server that waits, now the caller's own; or NULL. */
static inline struct thread *endpoint_claim(struct endpoint *endpoint)
{
	/* Pairs with wait in endpoint.c: the server's registers are in memory. */
	return (struct thread *)arch_claim(&endpoint->word, ENDPOINT_PENDING);
}

/*
 * The server is busy: the caller waits its turn and lends its priority, NULL. If it is not so
 * after all, the server, claimed.
 */
struct thread *endpoint_queue(struct endpoint *endpoint, struct thread *caller);

struct message_words {
	uint64_t word[MESSAGE_WORDS];
};

/* As one struct, so that the compiler moves pairs of registers and makes no loop. */
static inline void message_copy(uint64_t *to, const uint64_t *from)
{
	*(struct message_words *)to = *(const struct message_words *)from;
}

/* The claimed or busy server gets a copy of the caller's message. */
static inline void endpoint_hand(struct endpoint *endpoint, struct thread *server,
				 struct thread *caller)
{
	message_copy(message_words(&server->context), caller->words);
	message_deliver(&server->context, caller->label, caller->badge, ++endpoint->sequence);
	server->caller = caller;
	server->priority = caller->priority;
	caller->server = server;
	/* Pairs with thread_look and circular: who sees it calling sees whom. */
	__atomic_store_n(&caller->state, THREAD_CALLING, __ATOMIC_RELEASE);
}

/* The same, and the server goes on in the caller's place. */
static inline void endpoint_deliver(struct endpoint *endpoint, struct thread *server,
				    struct thread *caller)
{
	endpoint_hand(endpoint, server, caller);
	server->state = THREAD_READY;
	/* Last: from here on it is at that CPU. Pairs with thread_look. */
	__atomic_store_n(&server->cpu, caller->cpu, __ATOMIC_RELEASE);
}

/*
 * The caller's message (label, badge, words) goes to the endpoint; the caller blocks. Returns the
 * server's thread, ready to run in the caller's place, or NULL if it is busy.
 */
static inline struct thread *endpoint_send(struct endpoint *endpoint, struct thread *caller)
{
	struct thread *server = endpoint_claim(endpoint);

	if (__builtin_expect(!server, 0)) {
		server = endpoint_queue(endpoint, caller);
		if (!server)
			return NULL;
	}
	endpoint_deliver(endpoint, server, caller);
	return server;
}

/* A caller at this CPU, which waits or waited in the endpoint's queue, got another priority. */
void endpoint_requeue(struct thread *caller, uint8_t priority);

/*
 * The same for a task's call to a server that is busy: STATUS_DEADLOCK, and nothing is sent, if it
 * would wait for itself. STATUS_OK: it waits, or *server is ready to run in its place.
 */
status_t endpoint_call(struct endpoint *endpoint, struct thread *caller, struct thread **server);

void endpoint_signal(struct endpoint *endpoint, uint64_t bits);

/* The signal `bits` at `deadline`, on the CPU of the server's own activity; TIMER_OFF: not. */
void endpoint_timer(struct endpoint *endpoint, uint64_t deadline, uint64_t bits);

/*
 * Alone: from now on the thread is the endpoint's server: who waits there lends it priority. Not
 * while another one receives there or has a message of the endpoint in hand, so a message in hand
 * is always one of the endpoint that the thread serves.
 */
bool endpoint_serve(struct endpoint *endpoint, struct thread *server, uint64_t slot);

/* Alone: the task's handle `slot` of the endpoint is closed: who serves through it looks anew. */
void endpoint_handle_closed(struct endpoint *endpoint, const struct task *task, uint64_t slot);

/* A busy server is less urgent than nobody who waits for it. With the lock, or alone. */
void endpoint_lend_first(struct endpoint *endpoint, struct thread *server);

/* Answers the message in hand, then waits for the next at the endpoint it serves: who runs then. */
struct thread *endpoint_reply_wait(struct thread *server);

/* Tells a caller at this CPU that its endpoint has ended (THREAD_ANSWERED). */
void endpoint_answered(struct thread *caller);

/* Alone: undoes what the thread has to do with endpoints; its message goes back to the queue. */
void endpoint_forget(struct thread *thread);

#endif
