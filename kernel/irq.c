/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/irq.h"

#include "kernel/cpu.h"
#include "kernel/vm.h"

static struct irq *irqs[ARCH_IRQ_COUNT];

status_t irq_create(struct pool *pool, uint64_t number, struct endpoint *endpoint, uint64_t bits,
		    struct irq **irq)
{
	if (number < ARCH_IRQ_FIRST_DEVICE || number >= ARCH_IRQ_COUNT || bits == 0)
		return STATUS_BAD_ARGUMENT;
	if (irqs[number])
		return STATUS_BUSY;
	*irq = object_create(pool, OBJECT_IRQ, sizeof(**irq), 0);
	if (!*irq)
		return STATUS_NO_MEMORY;
	(*irq)->number = number;
	(*irq)->endpoint = endpoint;
	(*irq)->bits = bits;
	object_hold(&endpoint->object);
	irqs[number] = *irq;
	(*irq)->cpu = cpu_this();
	arch_irq_route(number, (*irq)->cpu);
	arch_irq_enable(number);
	return STATUS_OK;
}

void irq_done(struct irq *irq)
{
	struct thread *server = irq->endpoint->server;

	if (server && irq->cpu != server->schedule.home) {
		irq->cpu = server->schedule.home;
		arch_irq_route(irq->number, irq->cpu);
	}
	arch_irq_done(irq->number, irq->cpu);
}

void irq_destroy(struct irq *irq)
{
	arch_irq_done(irq->number, irq->cpu); /* or it would never come again for its next driver */
	arch_irq_disable(irq->number);
	irqs[irq->number] = NULL;
	object_release(&irq->endpoint->object);
}

void irq_guest_event(uint32_t event)
{
	struct thread *guest = cpu_this()->guest;

	if (guest)
		vcpu_event(CONTAINER(guest, struct vcpu, thread), event);
}

/* A driver's stays active until SYSCALL_IRQ_DONE: a level still high does not come again. */
static void irq_dispatch(uint32_t number)
{
	switch (number) {
	case ARCH_IRQ_TIMER:
		timer_interrupt(cpu_this());
		return;
	case ARCH_IRQ_LOOK: /* at the inbox, on the way out, and at the timers that others set */
		timer_look(cpu_this());
		return;
	case ARCH_IRQ_NONE:
		return;
	}
	if (irqs[number] && !irqs[number]->endpoint->object.dead)
		endpoint_signal(irqs[number]->endpoint, irqs[number]->bits);
}

void irq_handle(void)
{
	/* One an entry: the next one traps again as soon as the CPU is left. */
	irq_dispatch(arch_irq_take());
}
