/* SPDX-License-Identifier: Apache-2.0 */
/* Message passing: delivery, reply, signals. The path of every VM exit. */
#include "kernel/endpoint.h"

#include "ipc/message.h"
#include "kernel/vm.h"

#define CIRCLE_DEPTH 16

/* Only one who would wait at a busy endpoint at a time: a circle has a last one. */
static struct lock circles;

/* The claimed server gets the signals that there are; it runs on its own account. */
static void deliver_signals(struct endpoint *endpoint, struct thread *server, uint64_t signals)
{
	uint64_t *to = message_words(&server->context);
	uint32_t index;

	to[0] = signals;
	for (index = 1; index < MESSAGE_WORDS; index++)
		to[index] = 0;
	message_deliver(&server->context, MESSAGE_SIGNAL, 0, endpoint->sequence);
	server->priority = server->base_priority;
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

/* The server that waits, claimed; or NULL, and the server that is busy will look. */
static struct thread *claim_or_mark(struct endpoint *endpoint)
{
	for (;;) {
		struct thread *server = endpoint_claim(endpoint);
		uint64_t word = ENDPOINT_BUSY;

		if (server)
			return server;
		/* Pairs with receive's exchange: what it is to look at was written before. */
		if (__atomic_compare_exchange_n(&endpoint->word, &word, ENDPOINT_PENDING, false,
						__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
		    word == ENDPOINT_PENDING)
			return NULL;
	}
}

/* Behind everyone who is at least as urgent, and behind a message that came back. */
static void callers_insert(struct endpoint *endpoint, struct thread *caller)
{
	struct queue *at = endpoint->callers.previous;

	while (at != &endpoint->callers && !CONTAINER(at, struct thread, link)->returned &&
	       CONTAINER(at, struct thread, link)->priority < caller->priority)
		at = at->previous;
	queue_insert(at->next, &caller->link);
}

void endpoint_requeue(struct thread *caller, uint8_t priority)
{
	struct endpoint *endpoint = caller->endpoint;

	lock_take(&endpoint->lock);
	caller->priority = priority;
	/* Unless a server has just taken it. */
	if (caller->state == THREAD_SENDING && !caller->returned) {
		queue_remove(&caller->link);
		callers_insert(endpoint, caller);
	}
	thread_lend(endpoint->server, priority);
	lock_drop(&endpoint->lock);
}

struct thread *endpoint_queue(struct endpoint *endpoint, struct thread *caller)
{
	struct thread *server;

	lock_take(&endpoint->lock);
	server = claim_or_mark(endpoint);
	if (!server) {
		caller->endpoint = endpoint;
		caller->returned = false;
		callers_insert(endpoint, caller);
		caller->state = THREAD_SENDING;
		thread_lend(endpoint->server, caller->priority);
	}
	lock_drop(&endpoint->lock);
	return server;
}

/* The endpoint at which a thread waits that sends or calls. */
static const struct endpoint *waits_at(const struct thread *thread, uint8_t state)
{
	return state == THREAD_CALLING ? thread->server->serves : thread->endpoint;
}

static bool circular(const struct endpoint *endpoint, const struct thread *caller)
{
	unsigned int depth;

	for (depth = 0; depth < CIRCLE_DEPTH; depth++) {
		const struct thread *server = endpoint->server;
		uint8_t state;

		if (server == caller)
			return true;
		if (!server)
			return false;
		/* Pairs with endpoint_deliver: who calls says whom. */
		state = __atomic_load_n(&server->state, __ATOMIC_ACQUIRE);
		if (state != THREAD_SENDING && state != THREAD_CALLING)
			return false;
		endpoint = waits_at(server, state);
	}
	return true;
}

status_t endpoint_call(struct endpoint *endpoint, struct thread *caller, struct thread **server)
{
	status_t status = STATUS_OK;

	*server = NULL;
	lock_take(&circles);
	if (circular(endpoint, caller))
		status = STATUS_DEADLOCK;
	else
		*server = endpoint_queue(endpoint, caller);
	lock_drop(&circles);
	if (*server)
		endpoint_deliver(endpoint, *server, caller);
	return status;
}

void endpoint_signal(struct endpoint *endpoint, uint64_t bits)
{
	struct thread *server;

	/* Before the server is made to look. Pairs with receive. */
	__atomic_fetch_or(&endpoint->signals, bits, __ATOMIC_SEQ_CST);
	server = claim_or_mark(endpoint);
	if (server) {
		/* Pairs with endpoint_signal on other CPUs. */
		deliver_signals(endpoint, server,
				__atomic_exchange_n(&endpoint->signals, 0, __ATOMIC_SEQ_CST));
		thread_hand(server, thread_own_cpu(server));
	} else if (endpoint->server) {
		thread_lend(endpoint->server, endpoint->server->base_priority);
	}
}

void endpoint_timer(struct endpoint *endpoint, uint64_t deadline, uint64_t bits)
{
	lock_take(&endpoint->lock);
	endpoint->timer_bits = bits;
	if (deadline == TIMER_OFF)
		timer_cancel(&endpoint->timer);
	else
		timer_set(&endpoint->timer,
			  endpoint->server ? thread_own_cpu(endpoint->server) : cpu_this(),
			  deadline);
	lock_drop(&endpoint->lock);
}

/* The reply reaches a task's call. */
static inline void answer_call(struct thread *caller, status_t status, const uint64_t *words)
{
	message_copy(message_words(&caller->context), words);
	status_deliver(&caller->context, status);
	caller->state = THREAD_READY;
}

/* The reply reaches the caller: who runs for it now, if anybody. */
static struct thread *answer(struct thread *caller, status_t status, const uint64_t *words)
{
	if (!caller->task)
		return vcpu_answer(CONTAINER(caller, struct vcpu, thread), status, words);
	if (caller->faulted) {
		caller->state = THREAD_FAULTED;
		return NULL;
	}
	answer_call(caller, status, words);
	return caller;
}

/* The server waits, and from here on another CPU may run it; false: somebody came meanwhile. */
static inline bool wait(struct endpoint *endpoint, struct thread *server)
{
	server->state = THREAD_RECEIVING;
	server->cpu = NULL;
	/* From BUSY. Pairs with endpoint_claim: the server's registers are in memory. */
	return arch_offer(&endpoint->word, (uint64_t)server);
}

/* The same for the current thread, which has no caller and no FP registers. */
static inline bool current_wait(struct cpu *cpu, struct endpoint *endpoint, struct thread *server)
{
	arch_context_save(&server->context);
	if (!wait(endpoint, server))
		return false;
	cpu->current = NULL;
	return true;
}

/* The most urgent caller's message: where the server goes on with it. With the lock. */
static struct cpu *receive_caller(struct endpoint *endpoint, struct thread *server)
{
	struct thread *caller = CONTAINER(endpoint->callers.next, struct thread, link);

	queue_remove(&caller->link);
	endpoint_hand(endpoint, server, caller);
	return caller->cpu;
}

void endpoint_lend_first(struct endpoint *endpoint, struct thread *server)
{
	const struct queue *at = endpoint->callers.next;
	uint64_t word = ENDPOINT_BUSY;
	const struct thread *first;

	if (at == &endpoint->callers)
		return;
	do {
		first = CONTAINER(at, struct thread, link);
		if (server->priority < first->priority)
			server->priority = first->priority;
		at = at->next;
		/* Behind the one that came back somebody may be more urgent. */
	} while (first->returned && at != &endpoint->callers);
	/* It looks again before it waits. If this fails, somebody else has marked it. */
	__atomic_compare_exchange_n(&endpoint->word, &word, ENDPOINT_PENDING, false,
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* The busy server, of which hardware holds nothing, goes on with what there is, or waits. */
static void receive(struct endpoint *endpoint, struct thread *server)
{
	struct cpu *to = thread_own_cpu(server);
	uint64_t signals;

	lock_take(&endpoint->lock);
	for (;;) {
		/* Who comes from here on marks it anew. Pairs with claim_or_mark. */
		__atomic_exchange_n(&endpoint->word, ENDPOINT_BUSY, __ATOMIC_SEQ_CST);
		/* Pairs with endpoint_signal. */
		signals = __atomic_exchange_n(&endpoint->signals, 0, __ATOMIC_SEQ_CST);
		if (signals || !queue_empty(&endpoint->callers))
			break;
		if (wait(endpoint, server)) {
			lock_drop(&endpoint->lock);
			return;
		}
	}
	if (signals)
		deliver_signals(endpoint, server, signals);
	else
		to = receive_caller(endpoint, server);
	/* Who waits lent it with the lock held: from here on it has what they have. */
	__atomic_store_n(&server->lent, 0, __ATOMIC_RELAXED);
	endpoint_lend_first(endpoint, server);
	lock_drop(&endpoint->lock);
	thread_hand(server, to);
}

/* More to do at once: the server goes on with it, and whoever was answered queues up. */
static __attribute__((noinline)) struct thread *receive_next(struct cpu *cpu,
							     struct endpoint *endpoint,
							     struct thread *server,
							     struct thread *answered)
{
	cpu_let_go(cpu, server);
	if (answered)
		thread_ready(answered);
	receive(endpoint, server);
	return thread_schedule(cpu);
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

	if (before && before != server && (before->caller || endpoint->word > ENDPOINT_PENDING))
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

static __attribute__((noinline)) struct thread *reply_wait_slowly(struct thread *server,
								  struct cpu *cpu,
								  struct endpoint *endpoint,
								  struct thread *caller)
{
	struct thread *next = NULL;

	if (caller) {
		server->caller = NULL;
		next = answer(caller, message_status(&server->context),
			      message_words(&server->context));
	} else {
		schedule_pay(cpu, NULL); /* it was on its own account, and may go elsewhere */
		server->schedule.asleep = true;
	}
	if (!current_wait(cpu, endpoint, server))
		return receive_next(cpu, endpoint, server, next);
	return thread_prefer(cpu, next);
}

/* Often it is a task's call. */
static __attribute__((noinline)) struct thread *reply_call(struct thread *server, struct cpu *cpu,
							   struct endpoint *endpoint,
							   struct thread *caller)
{
	if (!caller || !caller->task || caller->faulted)
		return reply_wait_slowly(server, cpu, endpoint, caller);
	server->caller = NULL;
	answer_call(caller, message_status(&server->context),
		    message_words(&server->context));
	if (!current_wait(cpu, endpoint, server))
		return receive_next(cpu, endpoint, server, caller);
	return thread_prefer(cpu, caller);
}

/* What nearly always happens comes first, and calls nothing: an exit is done, nobody waits. */
struct thread *endpoint_reply_wait(struct thread *server)
{
	struct endpoint *endpoint = server->serves;
	struct thread *caller = server->caller;
	struct cpu *cpu = cpu_this();
	struct vcpu *vcpu;

	if (!caller || caller->task)
		return reply_call(server, cpu, endpoint, caller);
	vcpu = CONTAINER(caller, struct vcpu, thread);
	if (message_status(&server->context) != STATUS_OK ||
	    caller->priority < thread_ready_priority(cpu) ||
	    !vcpu_complete(vcpu, message_words(&server->context)))
		return reply_wait_slowly(server, cpu, endpoint, caller);
	server->caller = NULL;
	if (__builtin_expect(!current_wait(cpu, endpoint, server), 0))
		return receive_next(cpu, endpoint, server, caller);
	return __builtin_expect(vcpu_has_events(caller), 0) ? vcpu_run(vcpu) : caller;
}

/* A message whose server is gone is the next to be delivered again, with the same number. */
static void message_return(struct thread *caller)
{
	struct endpoint *endpoint = caller->server->serves;

	endpoint->sequence--;
	caller->endpoint = endpoint;
	queue_insert(endpoint->callers.next, &caller->link);
	caller->state = THREAD_SENDING;
	caller->returned = true;
	endpoint->word = ENDPOINT_PENDING;
}

void endpoint_forget(struct thread *thread)
{
	switch (thread->state) {
	case THREAD_RECEIVING:
		thread->serves->word = ENDPOINT_PENDING;
		break;
	case THREAD_SENDING:
		queue_remove(&thread->link);
		/* Nobody else's message may have the number of one that was in hand. */
		if (thread->returned)
			thread->endpoint->sequence++;
		break;
	case THREAD_CALLING:
		thread->server->caller = NULL;
		break;
	}
	if (thread->caller)
		message_return(thread->caller);
	thread->caller = NULL;
}

void endpoint_answered(struct thread *caller)
{
	static const uint64_t nothing[MESSAGE_WORDS];
	struct thread *next;

	cpu_let_go(cpu_this(), caller); /* an idle CPU may still hold it */
	next = answer(caller, STATUS_DEAD, nothing);
	if (next)
		thread_ready(next);
}

status_t endpoint_destroy(struct endpoint *endpoint)
{
	if (endpoint->server && endpoint->server->caller)
		return STATUS_BUSY;
	if (endpoint->server)
		endpoint->server->serves_slot = HANDLE_NONE;
	if (!queue_empty(&endpoint->callers)) {
		struct thread *caller = CONTAINER(endpoint->callers.next, struct thread, link);

		queue_remove(&caller->link);
		caller->state = THREAD_ANSWERED;
		thread_notify(caller);
		return STATUS_AGAIN;
	}
	if (endpoint->word > ENDPOINT_PENDING)
		thread_stop((struct thread *)endpoint->word);
	unserve(endpoint);
	timer_cancel(&endpoint->timer);
	return STATUS_OK;
}
