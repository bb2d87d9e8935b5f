/* SPDX-License-Identifier: Apache-2.0 */
/* What the hostile servers share: registers by which a guest has them make their calls. */
#ifndef TESTS_SERVERS_HOSTILE_H
#define TESTS_SERVERS_HOSTILE_H

#include "gen/device.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "tests/servers/registers.h"

static uint64_t calls, wrong;

/* The server's own: makes the next calls and counts them. */
static void calls_make(void);

static status_t read_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge;
	(void)width;
	if (offset == REGISTER_CALLS)
		calls_make();
	*value = offset == REGISTER_CALLS ? calls : wrong;
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	static const struct mmio_server mmio = { .read = read_arrives };

	if (message->label >> 16 == DEVICE_INTERFACE)
		return STATUS_OK; /* there is nothing to reset */
	return mmio_dispatch(&mmio, message);
}

void server_signal(uint64_t bits)
{
	(void)bits; /* of its own wild timers */
}

#endif
