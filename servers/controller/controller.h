/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each interrupt controller of a VM is as a server, whatever its model: its vCPUs, with their
 * pages and kicks, and when what an event has changed takes effect. server.c has the runtime's
 * server_start, server_signal and server_settle; of a controller are server_message, its durable
 * state, and controller_page_write.
 */
#ifndef CONTROLLER_H
#define CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/message.h"
#include "ipc/syscall.h"

#define CONTROLLER_VCPUS 8
#define CONTROLLER_LINES 2 /* words of 64 interrupts */

/*
 * Badges: the VM manager's is 0, a line's its interrupt number. From here on are those of the
 * routes of vCPUs' exits, which nobody but the kernel has.
 */
#define CONTROLLER_ROUTES 0x400u

struct vcpu_interrupts; /* ipc/<arch>.h */

struct controller {
	uint32_t vcpus;
	uint64_t lines[CONTROLLER_LINES]; /* the interrupts that devices have */
	handle_t vcpu[CONTROLLER_VCPUS];
	/*
	 * A page is ours to write while its vCPU's exit is in hand (controller_has_page). If an
	 * earlier life was cut before it wrote what it had committed, the message comes again, and
	 * with it the turn to write.
	 */
	struct vcpu_interrupts *page[CONTROLLER_VCPUS];
};

extern struct controller controller;

/*
 * The vCPUs whose pages no longer fit the model, one bit each: they are kicked when the event is
 * committed, but for the one whose page is in hand. Not durable: a new life kicks all, which costs
 * them a look.
 */
extern uint32_t controller_kicks;

/* Whether the message is the exit of a vCPU there is, and came over that route. */
static inline bool controller_came(uint64_t badge, uint32_t route)
{
	return MESSAGE_ROUTE(badge) == route && MESSAGE_VCPU(badge) < controller.vcpus;
}

/* The same of any route: the vCPU's page is in hand. */
static inline bool controller_has_page(uint64_t badge)
{
	return MESSAGE_ROUTE(badge) >= CONTROLLER_ROUTES && MESSAGE_VCPU(badge) < controller.vcpus;
}

/* Brings a page, which is in hand, in line with the committed state. */
void controller_page_write(const void *state, uint32_t vcpu, struct vcpu_interrupts *page);

#endif
