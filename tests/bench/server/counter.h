/* SPDX-License-Identifier: Apache-2.0 */
/* A device with one register that counts, for what it costs that a count outlives the server. */
#ifndef BENCH_COUNTER_H
#define BENCH_COUNTER_H

#include "gen/device.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"

/* The server's own: changes the count. */
static void count(uint64_t value);

static status_t write_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	(void)badge, (void)offset, (void)width;
	count(value);
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	static const struct mmio_server mmio = { .write = write_arrives };

	if (message->label >> 16 == DEVICE_INTERFACE)
		return STATUS_OK; /* there is nothing to reset */
	return mmio_dispatch(&mmio, message);
}

void server_start(void)
{
}

void server_signal(uint64_t bits)
{
	(void)bits;
}

#endif
