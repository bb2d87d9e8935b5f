/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile server: tens of thousands of system calls with wild handles, numbers and sizes, from a
 * fixed seed. Each has to come back with a status code. Objects are made of a pool of the round's;
 * when all of them are destroyed, the pool must be whole again.
 *
 * It keeps away from two calls only: waiting, or calling, where nobody will ever answer.
 */
#include <stdbool.h>

#include "gen/device_server.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

#define ROUNDS 120
#define CALLS 400 /* a round */
#define REMAKE 50 /* calls after which what was destroyed is made again */
#define ROUND_POOL 0x80000ul
#define STATUSES 14 /* 0 to -13 */
#define PASSES 8    /* what one object holds of another is gone after so many */

#define SIGNAL_WAKE 1u

/* Own slots: where the round's objects are made. */
enum { SLOT_POOL = 100, SLOT_LAST = 115 };

static uint64_t seed = 0x636f7070696365ul;
static uint64_t counts[STATUSES];
static uint64_t calls, stray, leaks, whole;
static handle_t endpoint, line, parent;
static uint64_t free_slot; /* the plan filled all below */
static bool closed; /* a handle was closed while its object may live */

static uint64_t random_next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static status_t call(uint64_t number, const uint64_t *a)
{
	uint64_t result[3];
	status_t status = rt_syscall((enum syscall)number, a[0], a[1], a[2], a[3], a[4], a[5], result);

	calls++;
	if (status > 0 || status <= -STATUSES)
		stray++;
	else
		counts[-status]++;
	return status;
}

static status_t call3(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2)
{
	const uint64_t arguments[6] = { a0, a1, a2 };

	return call(number, arguments);
}

static uint64_t handle_type(uint64_t handle)
{
	uint64_t result[3] = { OBJECT_NONE };

	return rt_object_info((handle_t)handle, result) == STATUS_OK ? result[0] : OBJECT_NONE;
}

/* A handle: mostly one that there is, sometimes anything. */
static uint64_t wild_handle(void)
{
	uint64_t random = random_next();

	switch (random >> 8 & 15) {
	case 0:
		return random_next();
	case 1:
		return random % 16;
	case 2:
		return HANDLE_COUNT - 2 + random % 5;
	case 3:
		return line;
	}
	return SLOT_POOL + random % (SLOT_LAST - SLOT_POOL + 1);
}

static uint64_t wild_number(void)
{
	static const uint64_t edges[] = {
		0, 1, 2, 3, 7, 8, 31, 32, 64, 255, 256, 4095, 4096, 4097, 0x2000, 0x10000, 0x200000,
		0x200001, 1ul << 30, 1ul << 32, (1ul << 40) - 4096, 1ul << 40, (1ul << 40) + 4096,
		1ul << 52, 1ul << 63, ~0ul, ~0ul - 4095, -4096ul, 0x40000000, 0x09000000,
	};
	uint64_t random = random_next();

	switch (random >> 8 & 7) {
	case 0:
		return random_next();
	case 1:
		return random_next() & 0xfffff000;
	case 2:
		return random % 16;
	}
	return edges[random % (sizeof(edges) / sizeof(*edges))];
}

/* Would the caller wait for ever? */
static bool never_answered(uint64_t number, uint64_t handle)
{
	if (number != SYSCALL_CALL && number != SYSCALL_REPLY_WAIT)
		return false;
	return handle_type(handle) == OBJECT_ENDPOINT && (handle != line || number != SYSCALL_CALL);
}

static void wild_call(void)
{
	uint64_t number = random_next() % (SYSCALL_COUNT + 2), arguments[6];
	unsigned int index;

	if (random_next() % 64 == 0)
		number = random_next() & 0xffffffff;
	for (index = 0; index < 6; index++)
		arguments[index] = random_next() & 1 ? wild_handle() : wild_number();
	if (random_next() % 4)
		arguments[0] = wild_handle();
	if (number == SYSCALL_CLOSE && (arguments[0] < free_slot || random_next() % 8))
		return; /* or little would be left to be wild with */
	if (never_answered(number, arguments[0]))
		return;
	if (call(number, arguments) == STATUS_OK && number == SYSCALL_CLOSE)
		closed = true;
}

/* One of each kind, each made twice: the second time its slot is taken. */
static void make_objects(void)
{
	const uint64_t made[][7] = {
		{ SYSCALL_CREATE_ENDPOINT, SLOT_POOL, 101 },
		{ SYSCALL_CREATE_POOL, SLOT_POOL, 102, 0x4000 },
		{ SYSCALL_CREATE_MEMORY, SLOT_POOL, 103, 0x4000, 0x1000 },
		{ SYSCALL_CREATE_WINDOW, SLOT_POOL, 104, 103, 0x1000, 0x2000 },
		{ SYSCALL_CREATE_TASK, SLOT_POOL, 105 },
		{ SYSCALL_CREATE_THREAD, SLOT_POOL, 106, 105, 1, 101, 7 },
		{ SYSCALL_CREATE_VM, SLOT_POOL, 107, 101, 9 },
		{ SYSCALL_CREATE_MEMORY, SLOT_POOL, 108, 0x1000, 0x1000 },
		{ SYSCALL_CREATE_VCPU, SLOT_POOL, 109, 107, 0, 108, 1 },
		{ SYSCALL_CREATE_ENDPOINT, SLOT_POOL, 110 },
		{ SYSCALL_MAP, 105, 103, 0x400000, 0, 0x4000, MAP_READ | MAP_WRITE },
		{ SYSCALL_MAP, 107, 103, 0x40000000, 0, 0x4000, MAP_READ },
	};
	unsigned int index;

	for (index = 0; index < sizeof(made) / sizeof(*made); index++) {
		call(made[index][0], &made[index][1]);
		call(made[index][0], &made[index][1]);
	}
}

/* Takes what came to the own endpoint; a timer ends the wait. */
static void drain(void)
{
	struct message message = { 0 };

	rt_timer(endpoint, 0, SIGNAL_WAKE);
	do
		rt_reply_wait(endpoint, STATUS_BAD_STATE, &message);
	while (message.label != MESSAGE_SIGNAL);
}

/* Ends what the slot names and empties it, if nothing else needs it; the last time in any case. */
static void discard(uint64_t handle, bool last)
{
	uint64_t result[3], type = handle_type(handle);
	status_t status;

	if (rt_object_info((handle_t)handle, result) == STATUS_BAD_HANDLE)
		return;
	do
		status = call3(SYSCALL_DESTROY, handle, 0, 0);
	while (status == STATUS_AGAIN);
	if (last && status != STATUS_OK && status != STATUS_DEAD)
		rt_log("wild: object of type %lu is left: status %ld", type, status);
	if (status == STATUS_OK || status == STATUS_DEAD || last)
		call3(SYSCALL_CLOSE, handle, 0, 0);
}

/* Destroys everything of the round, in whatever order that takes. */
static void clean_up(void)
{
	uint64_t handle;
	unsigned int pass;

	for (pass = 1; pass <= PASSES; pass++)
		for (handle = HANDLE_COUNT - 1; handle >= free_slot; handle--)
			if (handle != SLOT_POOL)
				discard(handle, pass == PASSES);
	if (call3(SYSCALL_DESTROY, SLOT_POOL, 0, 0) == STATUS_OK)
		whole++;
	else if (!closed)
		leaks++;
	call3(SYSCALL_CLOSE, SLOT_POOL, 0, 0);
}

static void round_run(bool random)
{
	unsigned int index;

	closed = false;
	call3(SYSCALL_CREATE_POOL, parent, SLOT_POOL, ROUND_POOL);
	make_objects();
	for (index = 0; random && index < CALLS; index++) {
		wild_call();
		if (index % REMAKE == 0)
			make_objects();
	}
	drain();
	clean_up();
}

void server_start(void)
{
	unsigned int index;

	endpoint = (handle_t)rt_argument("endpoint");
	line = (handle_t)rt_argument("line");
	parent = (handle_t)rt_argument("pool");
	for (free_slot = 1; handle_type(free_slot) != OBJECT_NONE; free_slot++)
		;
	rt_log("wild: begins");
	for (index = 0; index < ROUNDS; index++)
		round_run(index % 8 != 0);
	rt_log("wild: %lu calls, %lu without a status code", calls, stray);
	rt_log("wild: %lu pools whole again, %lu not though all was destroyed", whole, leaks);
	for (index = 0; index < STATUSES; index++)
		rt_log("wild: status -%u: %lu", index, counts[index]);
	rt_log("wild: ends");
}

static status_t reset(uint64_t badge)
{
	(void)badge;
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	static const struct device_server device = { .reset = reset };

	return device_dispatch(&device, message);
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
