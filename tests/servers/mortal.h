/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device that counts what is written to it, and dies in the middle of it when it is told to. Who
 * includes this says which version of the state it knows and what it does at its start.
 *
 * How it is to die lies in memory that is no part of its durable state: a death takes nothing of it
 * back, so each is died once.
 */
#ifndef TESTS_SERVERS_MORTAL_H
#define TESTS_SERVERS_MORTAL_H

#include "gen/device.h"
#include "gen/mmio_server.h"
#include "servers/rt/durable.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "tests/servers/mortal_registers.h"

#include "arch_server.h"

/* Version 1 ends before `squares`. */
struct mortal_state {
	uint64_t sum, writes, made;
	uint64_t padding[13]; /* what follows lies in another line */
	uint64_t sum_again; /* changes together with `sum` */
	uint64_t squares; /* version 2: of the values added, as far as it saw them */
};

#define MORTAL_SIZE_1 offsetof(struct mortal_state, squares)

struct mortal_fate {
	uint64_t how, where, times;
	uint64_t sum, writes; /* as committed, for who has to make the state anew */
};

/* The server's own: what it does when a life begins. */
static void mortal_begin(void);

static volatile struct mortal_fate *fate;
static handle_t itself;

static struct mortal_state *state(void)
{
	return rt_state();
}

static void spin(void)
{
	for (;;)
		__asm__ volatile("");
}

static void die(enum mortal_how how)
{
	struct message message = { .label = MMIO_LABEL_READ };

	switch (how) {
	case MORTAL_FAULT:
		die_null();
		break;
	case MORTAL_ILLEGAL:
		die_illegal();
		break;
	case MORTAL_EXIT:
		rt_exit(7);
	case MORTAL_OVERFLOW:
		die_overflow();
		break;
	case MORTAL_LOOP:
		spin();
		break;
	case MORTAL_CIRCLE:
		/* It would wait for itself. */
		if (rt_call(itself, &message) == STATUS_DEADLOCK)
			rt_fail("mortal: calls go in a circle");
		break;
	case MORTAL_CORRUPT:
		state()->sum += 1000; /* without RT_TOUCH */
		rt_fail("mortal: has written where it must not");
	default:
		break;
	}
}

static void pass(enum mortal_where where)
{
	if (!fate->times || fate->where != where)
		return;
	fate->times--;
	die((enum mortal_how)fate->how);
}

void server_start(void)
{
	fate = (volatile struct mortal_fate *)rt_argument("memory");
	itself = (handle_t)rt_argument_or("peer", HANDLE_NONE);
	mortal_begin();
	pass(MORTAL_IN_START);
}

void server_settle(const struct message *message)
{
	fate->sum = state()->sum;
	fate->writes = state()->writes;
	/* Of the write that says how to die it would die forever: that one commits nothing. */
	if (message && message->label == MMIO_LABEL_WRITE && message->words[0] == MORTAL_ADD)
		pass(MORTAL_IN_SETTLE);
}

static void create(void *zeroed)
{
	(void)zeroed;
}

static bool check(const void *found)
{
	const struct mortal_state *there = found;

	return there->sum == there->sum_again;
}

static void rebuild(void *made)
{
	struct mortal_state *fresh = made;

	fresh->sum = fresh->sum_again = fate->sum;
	fresh->writes = fate->writes;
	fresh->made = 1;
}

/* The binary's version: the oldest whose state it takes over, its size, and what else it has. */
#define MORTAL_VERSION_IS(number, from, bytes, ...)                                                \
	const struct durable_kind server_durable DURABLE_KIND = {                                  \
		.magic = DURABLE_MAGIC,                                                            \
		.version = (number),                                                               \
		.oldest = (from),                                                                  \
		.size = (bytes),                                                                   \
		.create = create,                                                                  \
		.check = check,                                                                    \
		.rebuild = rebuild,                                                                \
		__VA_ARGS__                                                                        \
	}

static void add(uint64_t value)
{
	pass(MORTAL_BEFORE);
	RT_TOUCH(*state());
	state()->sum += value;
	state()->writes++;
	pass(MORTAL_BETWEEN);
	state()->sum_again += value;
	if (server_durable.version == 2)
		state()->squares += value * value;
	pass(MORTAL_AFTER);
}

static status_t read_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge, (void)width;
	switch (offset) {
	case MORTAL_ADD:
		*value = state()->sum;
		return STATUS_OK;
	case MORTAL_WRITES:
		*value = state()->writes;
		return STATUS_OK;
	case MORTAL_MADE:
		*value = state()->made;
		return STATUS_OK;
	case MORTAL_TIMES:
		*value = fate->times;
		return STATUS_OK;
	case MORTAL_VERSION:
		*value = server_durable.version;
		return STATUS_OK;
	case MORTAL_SQUARES:
		*value = server_durable.version == 2 ? state()->squares : 0;
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

static void work(uint64_t turns)
{
	for (; turns; turns--)
		__asm__ volatile("");
}

static status_t write_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	(void)badge, (void)width;
	switch (offset) {
	case MORTAL_ADD:
		add(value);
		return STATUS_OK;
	case MORTAL_HOW:
		fate->how = value;
		return STATUS_OK;
	case MORTAL_WHERE:
		fate->where = value;
		return STATUS_OK;
	case MORTAL_TIMES:
		fate->times = value;
		return STATUS_OK;
	case MORTAL_WORK:
		work(value);
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

status_t server_message(struct message *message)
{
	static const struct mmio_server mmio = { .read = read_arrives, .write = write_arrives };

	if (message->label >> 16 == DEVICE_INTERFACE)
		return STATUS_OK; /* it counts on over the VM's reset */
	return mmio_dispatch(&mmio, message);
}

void server_signal(uint64_t bits)
{
	(void)bits;
}

#endif
