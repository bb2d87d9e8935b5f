/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server behind the benchmark guest's registers. It reads the counter, which the guest
 * allows its servers.
 */
#include "gen/device.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "tests/bench/registers.h"
#include "tests/bench/server/bench.h"

#define CONSTANT 0x636f7070ul

void stamped_reply_wait(handle_t endpoint, struct message *message, uint64_t stamps[2]);

static handle_t endpoint, peer;
static uint64_t stamps[2];
static uint64_t created;

/* What follows an answer instead of the usual wait. */
static enum { THEN_WAIT, THEN_STAMP, THEN_CREATE } then;

void server_start(void)
{
	endpoint = (handle_t)rt_argument("endpoint");
	peer = (handle_t)rt_argument("peer");
	child_prepare();
}

static uint64_t call_ticks(void)
{
	struct message message = { .label = 1 };
	uint64_t before = bench_counter();

	rt_call(peer, &message);
	return bench_counter() - before;
}

static status_t read_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge;
	(void)width;
	*value = CONSTANT;
	switch (offset) {
	case BENCH_CONSTANT:
		return STATUS_OK;
	case BENCH_STAMP:
		then = THEN_STAMP;
		return STATUS_OK;
	case BENCH_LEFT:
		*value = stamps[0];
		return STATUS_OK;
	case BENCH_ARRIVED:
		*value = stamps[1];
		return STATUS_OK;
	case BENCH_CALL:
		*value = call_ticks();
		return STATUS_OK;
	case BENCH_YIELD:
		bench_yield();
		return STATUS_OK;
	case BENCH_CREATE:
		then = THEN_CREATE;
		return STATUS_OK;
	case BENCH_CREATED:
		*value = created;
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

static const struct mmio_server mmio = { .read = read_arrives };

status_t server_message(struct message *message)
{
	status_t status;

	if (message->label >> 16 == DEVICE_INTERFACE)
		return STATUS_OK; /* there is nothing to reset */
	status = mmio_dispatch(&mmio, message);
	if (then == THEN_STAMP) {
		then = THEN_WAIT;
		stamped_reply_wait(endpoint, message, stamps);
		return mmio_dispatch(&mmio, message);
	}
	if (then == THEN_CREATE) {
		then = THEN_WAIT;
		created = child_run(message);
	}
	return status;
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
