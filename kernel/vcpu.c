/* SPDX-License-Identifier: Apache-2.0 */
/* vCPUs: their exits become messages, and the answers resume them. */
#include "gen/fault.h"
#include "gen/hypercall.h"
#include "gen/interrupt.h"
#include "gen/mmio.h"
#include "kernel/vm.h"

const struct route route_none = { .first = UINT64_MAX, .last = UINT64_MAX };

static void timer_expired(struct timer *timer)
{
	struct vcpu *vcpu = CONTAINER(timer, struct vcpu, timer);

	/* Back on the CPU, the virtual timer's own interrupt follows. */
	if (vcpu->thread.cpu == cpu_this() && vcpu->thread.state == THREAD_SLEEPING)
		thread_ready(&vcpu->thread);
}

struct vcpu *vcpu_create(struct pool *pool, struct vm *vm, uint64_t index, struct memory *page,
			 uint8_t priority)
{
	struct vcpu *vcpu = object_create(pool, OBJECT_VCPU, sizeof(*vcpu),
					  offsetof(struct vcpu, thread.object));

	if (!vcpu)
		return NULL;
	thread_init(&vcpu->thread, priority, NULL, 0);
	timer_init(&vcpu->timer, timer_expired);
	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->badge = index << 32;
	vcpu->page_memory = page;
	vcpu->lists_in_page = true;
	vcpu->route = &route_none;
	object_hold(&vm->object);
	object_hold(&page->object);
	page->windows++; /* it stays as long as the vCPU */
	vm->vcpus[index] = vcpu;
	arch_vcpu_init(vcpu);
	return vcpu;
}

void vcpu_destroyed(struct vcpu *vcpu)
{
	vcpu->vm->vcpus[vcpu->index] = NULL;
	vcpu->page_memory->windows--;
	object_release(&vcpu->page_memory->object);
	object_release(&vcpu->vm->object);
}

/* The route that takes `value`, or NULL. */
static inline const struct route *route_find(const struct vm *vm, uint32_t kind, uint64_t value)
{
	uint32_t low = vm->route_start[kind], high = vm->route_start[kind + 1];

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const struct route *route = &vm->routes[middle];

		if (value > route->last)
			low = middle + 1;
		else if (value < route->first)
			high = middle;
		else
			return route;
	}
	return NULL;
}

static inline void message_set(struct vcpu *vcpu, uint64_t label, uint64_t badge,
			       const uint64_t *words)
{
	vcpu->thread.label = label;
	vcpu->thread.badge = badge | vcpu->badge;
	vcpu->thread.words = words;
}

/* Hands the exit to the VM manager; without one the vCPU stops. Who runs instead, or NULL. */
static struct thread *fault_send(struct vcpu *vcpu, status_t status)
{
	uint64_t *words = vcpu->thread.fault_words;

	if (vcpu->vm->fault_endpoint->object.dead) {
		vcpu->thread.state = THREAD_STOPPED;
		return NULL;
	}
	words[0] = vcpu->exit.kind;
	words[1] = vcpu->exit.address;
	words[2] = vcpu->exit.syndrome;
	words[3] = vcpu->exit.virtual_address;
	words[4] = (uint64_t)status;
	vcpu->exit.kind = EXIT_FAULT;
	message_set(vcpu, FAULT_LABEL_VCPU, vcpu->vm->fault_badge, words);
	return endpoint_send(vcpu->vm->fault_endpoint, &vcpu->thread);
}

/* No server does what a routed exit asks for. Who runs now, or NULL. */
static struct thread *exit_refuse(struct vcpu *vcpu, status_t status)
{
	if (vcpu->exit.kind == EXIT_MMIO || vcpu->exit.kind == EXIT_SYSREG)
		return fault_send(vcpu, status);
	if (vcpu->exit.kind == EXIT_HYPERCALL)
		arch_vcpu_refuse_hypercall(vcpu);
	vcpu_set_ready(vcpu);
	return &vcpu->thread;
}

/* The server is busy, or gone: at a dead endpoint nobody waits. Who runs instead, or NULL. */
static __attribute__((noinline)) struct thread *send_slowly(struct vcpu *vcpu,
							    struct endpoint *endpoint)
{
	if (endpoint->object.dead)
		return exit_refuse(vcpu, STATUS_DEAD);
	return endpoint_send(endpoint, &vcpu->thread);
}

static inline struct thread *route_send(struct vcpu *vcpu, const struct route *route,
					uint64_t label, const uint64_t *words)
{
	struct endpoint *endpoint = route->endpoint;
	struct thread *server;

	if ((route->flags & ROUTE_INTERRUPTS) && !endpoint->object.dead)
		arch_vcpu_lists_take(vcpu);
	server = endpoint_claim(endpoint);
	message_set(vcpu, label, route->badge, words);
	if (__builtin_expect(!server, 0))
		return send_slowly(vcpu, endpoint);
	endpoint_deliver(endpoint, server, &vcpu->thread);
	return server;
}

static inline struct thread *run(struct thread *next)
{
	return __builtin_expect(next != NULL, 1) ? next : thread_schedule(cpu_this());
}

struct thread *vcpu_exit_fault(struct vcpu *vcpu, uint32_t kind, uint64_t address, status_t status)
{
	vcpu->exit.kind = kind;
	vcpu->exit.address = address;
	return run(fault_send(vcpu, status));
}

static __attribute__((noinline)) struct thread *mmio_unrouted(struct vcpu *vcpu, uint64_t address)
{
	return vcpu_exit_fault(vcpu, EXIT_MMIO, address, STATUS_NOT_FOUND);
}

struct thread *vcpu_exit_mmio(struct vcpu *vcpu, uint64_t address, uint64_t width, bool write,
			      uint64_t value)
{
	const struct route *route = vcpu->route;
	uint64_t *words = vcpu->exit.words;

	if (__builtin_expect(address - route->first > route->last - route->first, 0)) {
		route = route_find(vcpu->vm, EXIT_MMIO, address);
		if (!route)
			return mmio_unrouted(vcpu, address);
		vcpu->route = route;
	}
	vcpu->exit.kind = EXIT_MMIO;
	vcpu->exit.address = address;
	words[0] = address - route->first;
	words[1] = width;
	words[2] = value;
	_Static_assert(MMIO_LABEL_WRITE == MMIO_LABEL_READ + 1, "one addition instead of a choice");
	return run(route_send(vcpu, route, MMIO_LABEL_READ + write, words));
}

struct thread *vcpu_exit_sysreg(struct vcpu *vcpu, uint64_t number, uint64_t label, uint64_t value,
				uint64_t second)
{
	const struct route *route = route_find(vcpu->vm, EXIT_SYSREG, number);
	uint64_t *words = vcpu->exit.words;

	if (!route)
		return vcpu_exit_fault(vcpu, EXIT_SYSREG, number, STATUS_NOT_FOUND);
	vcpu->exit.kind = EXIT_SYSREG;
	vcpu->exit.address = number;
	words[0] = number;
	words[1] = value;
	words[2] = second;
	return run(route_send(vcpu, route, label, words));
}

struct thread *vcpu_exit_hypercall(struct vcpu *vcpu)
{
	const uint64_t *words = arch_hypercall_words(vcpu);
	const struct route *route = route_find(vcpu->vm, EXIT_HYPERCALL, (uint32_t)words[0]);

	if (!route) {
		arch_vcpu_refuse_hypercall(vcpu);
		return &vcpu->thread;
	}
	vcpu->exit.kind = EXIT_HYPERCALL;
	return run(route_send(vcpu, route, HYPERCALL_LABEL_CALL, words));
}

struct thread *vcpu_exit_wait(struct vcpu *vcpu)
{
	struct thread *thread = &vcpu->thread;

	if (!arch_vcpu_interrupt_pending(vcpu)) {
		/* Before the events are looked at: pairs with vcpu_event. */
		__atomic_store_n(&thread->state, THREAD_SLEEPING, __ATOMIC_SEQ_CST);
		if (vcpu_has_events(thread))
			thread->state = THREAD_READY;
	}
	return thread_schedule(cpu_this());
}

/* The fault endpoint's answer, and what a routed server refused. */
static struct thread *answer_slowly(struct vcpu *vcpu, status_t status)
{
	struct thread *next = &vcpu->thread;

	if (vcpu->exit.kind != EXIT_FAULT) {
		next = exit_refuse(vcpu, status);
	} else if (status == STATUS_OK) {
		vcpu_set_ready(vcpu);
	} else {
		vcpu->thread.state = THREAD_STOPPED;
		return NULL;
	}
	return next == &vcpu->thread ? vcpu_attend(vcpu) : next;
}

struct thread *vcpu_answer(struct vcpu *vcpu, status_t status, const uint64_t *words)
{
	if (status != STATUS_OK || !vcpu_complete(vcpu, words))
		return answer_slowly(vcpu, status);
	return vcpu_attend(vcpu);
}

struct thread *vcpu_attend(struct vcpu *vcpu)
{
	const struct route *route;
	uint32_t events;

	if (__builtin_expect(!vcpu_has_events(&vcpu->thread), 1))
		return &vcpu->thread;
	/* Only who is alone holds it. Pairs with vcpu_hold. */
	if (__atomic_load_n(&vcpu->events, __ATOMIC_RELAXED) & VCPU_EVENT_HELD) {
		vcpu->thread.state = THREAD_HELD;
		vcpu->thread.schedule.asleep = true; /* it saves no budget up */
		return NULL;
	}
	/* Pairs with vcpu_event: what comes from here on is another event. */
	events = __atomic_exchange_n(&vcpu->events, 0, __ATOMIC_SEQ_CST) & ~VCPU_EVENT_SPENT;
	if (vcpu->thread.schedule.spent) {
		__atomic_fetch_or(&vcpu->events, events, __ATOMIC_RELAXED);
		thread_ready(&vcpu->thread);
		return NULL;
	}
	route = route_find(vcpu->vm, EXIT_INTERRUPT, 0);
	if (!events || !route)
		return &vcpu->thread;
	vcpu->exit.words[0] = events;
	vcpu->exit.words[1] = vcpu->exit.words[2] = 0;
	vcpu->exit.kind = EXIT_INTERRUPT;
	return route_send(vcpu, route, INTERRUPT_LABEL_REFILL, vcpu->exit.words);
}

struct thread *vcpu_run(struct vcpu *vcpu)
{
	return run(vcpu_attend(vcpu));
}

/* It sleeps at that CPU. */
static void vcpu_wake(struct vcpu *vcpu, struct cpu *at)
{
	struct thread *thread = &vcpu->thread;

	if (at != cpu_this()) {
		thread_notify(thread);
	} else if (thread == at->current) {
		thread->state = THREAD_READY;
		at->reschedule = true;
	} else {
		thread_ready(thread);
	}
}

void vcpu_event(struct vcpu *vcpu, uint32_t event)
{
	struct thread *thread = &vcpu->thread;
	struct cpu *at;
	uint8_t state;

	/* Before the state is looked at: pairs with vcpu_has_events, and vcpu_attend's exchange. */
	if (__atomic_fetch_or(&vcpu->events, event, __ATOMIC_SEQ_CST) & event)
		return;
	state = __atomic_load_n(&thread->state, __ATOMIC_SEQ_CST);
	/* Where it is now or was: if it moves, it attends to its events before it runs on. */
	at = __atomic_load_n(&thread->cpu, __ATOMIC_RELAXED);
	if (state == THREAD_SLEEPING)
		vcpu_wake(vcpu, at);
	/* There it may be in the guest; from here it comes by vcpu_attend. */
	else if (state == THREAD_READY && at && at != cpu_this())
		arch_cpus_interrupt(cpu_bit(at));
}

status_t vcpu_start(struct vcpu *vcpu)
{
	if (vcpu->thread.state != THREAD_STOPPED)
		return STATUS_BAD_STATE;
	thread_ready(&vcpu->thread);
	return STATUS_OK;
}

status_t vcpu_hold(struct vcpu *vcpu, uint64_t held)
{
	if (held > 1)
		return STATUS_BAD_ARGUMENT;
	if (held) {
		vcpu->events |= VCPU_EVENT_HELD;
		/* If it ran, it is in a queue now, and so attends to that before it runs on. */
		thread_evict(&vcpu->thread);
		return STATUS_OK;
	}
	vcpu->events &= ~VCPU_EVENT_HELD;
	if (vcpu->thread.state == THREAD_HELD)
		thread_ready(&vcpu->thread);
	return STATUS_OK;
}

void vcpu_stopped(struct vcpu *vcpu)
{
	uint8_t state = vcpu->thread.state;

	/* What the interrupt controller was to look at it sees when the vCPU runs again. */
	if (vcpu->exit.kind == EXIT_INTERRUPT &&
	    (state == THREAD_SENDING || state == THREAD_CALLING))
		vcpu->events |= vcpu->exit.words[0];
	timer_cancel(&vcpu->timer);
}
