/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's interrupts: the kernel's own few, and those that are signals to a driver. */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include "kernel/endpoint.h"

struct irq {
	struct object object;
	uint32_t number;
	struct endpoint *endpoint;
	uint64_t bits;
	struct cpu *cpu; /* where it comes */
};

/* Binds the machine's interrupt `number` to a signal; it is enabled from here on. */
status_t irq_create(struct pool *pool, uint64_t number, struct endpoint *endpoint, uint64_t bits,
		    struct irq **irq);
void irq_destroy(struct irq *irq);

/* Takes the most urgent interrupt that is pending at this CPU, if any. */
void irq_handle(void);

/* Of the vCPU whose guest registers this CPU holds: an interrupt that the hardware has for it. */
void irq_guest_event(uint32_t event);

/* The driver is done with it: it may come again, from now on to the driver's own CPU. */
void irq_done(struct irq *irq);

#endif
