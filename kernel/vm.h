/* SPDX-License-Identifier: Apache-2.0 */
/* VMs, their vCPUs, and the routing of exits: straight to the server that owns the range. */
#ifndef KERNEL_VM_H
#define KERNEL_VM_H

#include "kernel/endpoint.h"
#include "kernel/space.h"
#include "kernel/thread.h"

#define VM_VCPUS 8

struct route {
	uint64_t first, last;
	struct endpoint *endpoint;
	uint64_t badge; /* 32 bits */
	uint32_t flags;
};

/* No address is its. */
extern const struct route route_none;

struct vm {
	struct object object;
	struct space space;
	struct endpoint *fault_endpoint;
	uint64_t fault_badge;
	struct vcpu *vcpus[VM_VCPUS];
	/* Sorted by first, without overlap; kind k's are route_start[k] to route_start[k + 1]. */
	uint32_t route_start[EXIT_KINDS + 1];
	struct route routes[ROUTE_COUNT];
};

struct vcpu {
	struct thread thread; /* first */
	struct vm *vm;
	uint32_t index;
	uint64_t badge;       /* its part of an exit's badge: MESSAGE_VCPU gives the index back */
	const struct route *route; /* that the last MMIO exit took: mostly it is the same */
	uint32_t events;      /* VCPU_EVENT_*, from any CPU: heard of before the guest runs on */
	bool lists_in_page;   /* the interrupt page holds the list registers, not the hardware */
	struct memory *page_memory;
	struct timer timer;   /* the virtual timer, while it sleeps and the hardware is another's */

	/* The exit on its way: what fault.vcpu reports if its server refuses it. */
	struct {
		uint32_t kind; /* enum exit_kind, EXIT_KINDS for none of them, or EXIT_FAULT */
		uint64_t address, syndrome, virtual_address;
		uint64_t words[MESSAGE_WORDS]; /* the last five stay 0 */
	} exit;
	struct arch_vcpu arch;
};

/* The exit is with the fault endpoint already. */
#define EXIT_FAULT (EXIT_KINDS + 1)

/* What one takes of its pool: its root and itself. */
#define VM_SIZE (ARCH_VM_ROOT_SIZE + sizeof(struct vm))
struct vm *vm_create(struct pool *pool, struct endpoint *fault, uint64_t badge);
status_t vm_destroy(struct vm *vm);
status_t vm_route(struct vm *vm, uint64_t kind, uint64_t first, uint64_t last,
		  struct endpoint *endpoint, uint32_t badge, uint32_t flags);

struct vcpu *vcpu_create(struct pool *pool, struct vm *vm, uint64_t index, struct memory *page,
			 uint8_t priority);

/*
 * Exits. Each returns the thread that runs now. The exit's numbers come from the hardware; all the
 * words that the guest chose travel on unread.
 */
struct thread *vcpu_exit_mmio(struct vcpu *vcpu, uint64_t address, uint64_t width, bool write,
			      uint64_t value);
/* `label` and the two values: of a method of idl/sysreg.idl. */
struct thread *vcpu_exit_sysreg(struct vcpu *vcpu, uint64_t number, uint64_t label, uint64_t value,
				uint64_t second);
struct thread *vcpu_exit_hypercall(struct vcpu *vcpu);
struct thread *vcpu_exit_fault(struct vcpu *vcpu, uint32_t kind, uint64_t address, status_t status);
struct thread *vcpu_exit_wait(struct vcpu *vcpu);

/* The server's answer: the thread that goes on because of it, or NULL. */
struct thread *vcpu_answer(struct vcpu *vcpu, status_t status, const uint64_t *words);

/* The kernel's own event: its budget ended while a server worked for it. */
#define VCPU_EVENT_SPENT (1u << 31)

/* It is held: stays set as long, so that every way back to the guest comes by vcpu_attend. */
#define VCPU_EVENT_HELD (1u << 30)

/* Before a ready vCPU runs: its events go to the interrupt controller first. Who runs, or NULL. */
struct thread *vcpu_attend(struct vcpu *vcpu);

/* The same, or somebody else. */
struct thread *vcpu_run(struct vcpu *vcpu);

/*
 * Something for the vCPU's interrupt controller to look at; ends its wait, at whatever CPU.
 *
 * The one who tells sets the event, then looks at the state; the vCPU's CPU sets the state, then
 * looks at the events (vcpu_has_events). So one of the two sees the other.
 */
void vcpu_event(struct vcpu *vcpu, uint32_t event);

static inline bool vcpu_has_events(const struct thread *thread)
{
	/* After the state is set: pairs with vcpu_event. */
	return __atomic_load_n(&CONTAINER(thread, struct vcpu, thread)->events, __ATOMIC_SEQ_CST);
}

status_t vcpu_start(struct vcpu *vcpu);

/*
 * Alone: 1, and until 0 the guest executes nothing. All that it waits for goes on: an exit is
 * done, events gather, a stop is a stop; it is only that it does not go on by itself.
 */
status_t vcpu_hold(struct vcpu *vcpu, uint64_t held);
void vcpu_stopped(struct vcpu *vcpu);
void vcpu_destroyed(struct vcpu *vcpu);

#include "arch_vcpu_inline.h"

/* It goes on; the events are to be looked at. */
static inline void vcpu_set_ready(struct vcpu *vcpu)
{
	/* Before that look: pairs with vcpu_event. */
	__atomic_store_n(&vcpu->thread.state, THREAD_READY, __ATOMIC_SEQ_CST);
}

/* A routed exit that its server did: the vCPU is ready, and may have events. */
static inline bool vcpu_complete(struct vcpu *vcpu, const uint64_t *words)
{
	if (vcpu->exit.kind >= EXIT_KINDS)
		return false;
	arch_vcpu_complete(vcpu, words);
	vcpu_set_ready(vcpu);
	return true;
}

#endif
