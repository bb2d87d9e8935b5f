/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that makes system calls with wild handles, numbers and sizes, from a fixed seed. Each
 * must come back with a status code, and when all that a batch made is destroyed, the pool that
 * paid for it must be whole again.
 *
 * It keeps off what would end the test and prove nothing: to wait where nobody answers, to lose its
 * own handles, and to start something more urgent than itself.
 */
#include <stdbool.h>

#include "tests/servers/hostile.h"

#include "arch_server.h"

#define BATCH 400
#define STATUS_LAST STATUS_AGAIN
#define PRIORITIES 8
#define PASSES 8 /* what holds an object is itself held by something, at most this deep */
#define POOL_SIZE 0x80000ul

enum { POOL = 64, ENDPOINT, MEMORY, WINDOW, TASK, THREAD, VM, PAGE, VCPU, SMALL, LAST };

static uint64_t seed;
static uint64_t batches;
static uint64_t worked; /* bit n: among the wild calls number n has done something */
static handle_t line, parent, first; /* own slots from `first` on are not the plan's */

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed >> 11;
}

static status_t call(uint64_t number, const uint64_t *a)
{
	uint64_t result[3];
	status_t status = rt_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5], result);

	calls++;
	if (status > STATUS_OK || status < STATUS_LAST) {
		rt_log("wild: call %lu of handle %lx gave %lx", number, a[0], (uint64_t)status);
		wrong++;
	}
	return status;
}

static status_t call_one(uint64_t number, uint64_t handle)
{
	const uint64_t arguments[6] = { handle };

	return call(number, arguments);
}

static uint64_t wild_handle(void)
{
	switch (draw() % 16) {
	case 0:
		return draw();
	case 1:
		return draw() % first;
	case 2:
		return HANDLE_COUNT - 2 + draw() % 4;
	case 3:
		return first + draw() % (HANDLE_COUNT - first);
	}
	return POOL + draw() % (LAST - POOL + 4);
}

static uint64_t wild_number(void)
{
	static const uint64_t edges[] = {
		0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 255, 256, 4095, 4096, 4097, 0x10000, 0x200000,
		0x200001, 0x40000000, 1ul << 32, SPACE_END - 4096, SPACE_END, SPACE_END + 4096,
		1ul << 52, 1ul << 63, -4096ul, ~0ul,
	};

	switch (draw() % 4) {
	case 0:
		return draw() << 11 ^ draw();
	case 1:
		return draw() % 64 * 0x1000;
	}
	return edges[draw() % (sizeof(edges) / sizeof(edges[0]))];
}

static bool spared(uint64_t number, const uint64_t *arguments)
{
	uint64_t info[3] = { OBJECT_NONE };
	status_t status = rt_object_info((handle_t)arguments[0], info);
	bool endpoint = status == STATUS_OK && info[0] == OBJECT_ENDPOINT;

	switch (number) {
	case SYSCALL_REPLY_WAIT:
		return endpoint;
	case SYSCALL_EXIT:
		return true;
	case SYSCALL_CALL:
		return endpoint && arguments[0] != line;
	case SYSCALL_CLOSE: /* what has not quite ended could never be destroyed afterwards */
		return status == STATUS_OK || status == STATUS_DEAD;
	case SYSCALL_DESTROY:
		return arguments[0] == parent;
	}
	return false;
}

/* Calls that would work, with what make_objects makes. */
static const uint64_t sensible[][7] = {
	{ SYSCALL_SIGNAL, ENDPOINT },
	{ SYSCALL_CREATE_POOL, POOL, 0, 0x2000 },
	{ SYSCALL_CREATE_MEMORY, POOL, 0, 0x1000, 0x1000 },
	{ SYSCALL_CREATE_ENDPOINT, SMALL, 0 },
	{ SYSCALL_CREATE_TASK, POOL, 0 },
	{ SYSCALL_CREATE_THREAD, POOL, 0, TASK, 1, ENDPOINT, 7 },
	{ SYSCALL_CREATE_VM, POOL, 0, ENDPOINT, 9 },
	{ SYSCALL_CREATE_VCPU, POOL, 0, VM, 1, PAGE, 1 },
	{ SYSCALL_CREATE_WINDOW, SMALL, 0, MEMORY, 0x1000, 0x1000 },
	{ SYSCALL_GRANT, TASK, 7, ENDPOINT, RIGHT_CALL | RIGHT_GRANT, 5 },
	{ SYSCALL_MAP, TASK, WINDOW, 0x600000, 0, 0x1000, MAP_READ },
	{ SYSCALL_MAP, VM, MEMORY, 0x200000, 0, 0x4000, MAP_READ | MAP_WRITE },
	{ SYSCALL_UNMAP, TASK, 0x600000, 0x1000 },
	{ SYSCALL_THREAD_START, THREAD, 0x400000, 0x401000 },
	{ SYSCALL_THREAD_STOP, THREAD },
	{ SYSCALL_THREAD_GET, THREAD, THREAD_GET_STATE },
	{ SYSCALL_ROUTE, VM, EXIT_HYPERCALL, 0, 0, ENDPOINT },
	{ SYSCALL_VCPU_GET, VCPU, 31 },
	{ SYSCALL_VCPU_SET, VCPU, 31, 0x40000000 },
	{ SYSCALL_VCPU_START, VCPU },
	{ SYSCALL_VCPU_STOP, VCPU },
	{ SYSCALL_VCPU_HOLD, VCPU, 1 },
	{ SYSCALL_VCPU_KICK, VCPU },
	{ SYSCALL_TIMER, ENDPOINT, 0, 3 },
	{ SYSCALL_DESTROY, THREAD },
};

static uint64_t wild_argument(void)
{
	return draw() % 2 ? wild_handle() : wild_number();
}

/* One of those, into any slot and with one argument in eight wild; or nothing but wild words. */
static uint64_t wild_choose(uint64_t *arguments)
{
	const uint64_t *chosen = sensible[draw() % (sizeof(sensible) / sizeof(sensible[0]))];
	bool sense = draw() % 2;
	unsigned int index;

	for (index = 0; index < 6; index++)
		arguments[index] = sense && draw() % 8 ? chosen[1 + index] : wild_argument();
	if (sense && arguments[1] == 0)
		arguments[1] = LAST + draw() % (HANDLE_COUNT - LAST);
	return sense ? chosen[0] : draw() % 32 ? draw() % (SYSCALL_COUNT + 2) : (uint32_t)draw();
}

static void wild_call(void)
{
	uint64_t arguments[6], number = wild_choose(arguments);

	if (number == SYSCALL_CREATE_THREAD)
		arguments[3] %= PRIORITIES;
	if (number == SYSCALL_CREATE_VCPU)
		arguments[5] %= PRIORITIES;
	if (!spared(number, arguments) && call(number, arguments) == STATUS_OK)
		worked |= 1ul << number;
}

/* One of each kind; each call twice, the second time with its slot taken or its range mapped. */
static void make_objects(void)
{
	const uint64_t made[][7] = {
		{ SYSCALL_CREATE_POOL, parent, POOL, POOL_SIZE },
		{ SYSCALL_CREATE_ENDPOINT, POOL, ENDPOINT },
		{ SYSCALL_CREATE_MEMORY, POOL, MEMORY, 0x4000, 0x1000 },
		{ SYSCALL_CREATE_WINDOW, POOL, WINDOW, MEMORY, 0x1000, 0x2000 },
		{ SYSCALL_CREATE_TASK, POOL, TASK },
		{ SYSCALL_CREATE_THREAD, POOL, THREAD, TASK, 1, ENDPOINT, 7 },
		{ SYSCALL_CREATE_VM, POOL, VM, ENDPOINT, 9 },
		{ SYSCALL_CREATE_MEMORY, POOL, PAGE, 0x1000, 0x1000 },
		{ SYSCALL_CREATE_VCPU, POOL, VCPU, VM, 0, PAGE, 1 },
		{ SYSCALL_CREATE_POOL, POOL, SMALL, 0x4000 },
		{ SYSCALL_MAP, TASK, MEMORY, 0x400000, 0, 0x4000, MAP_READ | MAP_WRITE },
		{ SYSCALL_MAP, VM, MEMORY, 0x40000000, 0, 0x4000, MAP_READ | MAP_EXECUTE },
	};
	unsigned int index;

	for (index = 0; index < sizeof(made) / sizeof(made[0]); index++)
		if (call(made[index][0], &made[index][1]) != STATUS_OK ||
		    call(made[index][0], &made[index][1]) != STATUS_BUSY) {
			rt_log("wild: object %u is not made once", index);
			wrong++;
		}
}

static void destroy_all(void)
{
	unsigned int pass, handle;
	uint64_t info[3];
	status_t status;

	for (pass = 0; pass < PASSES; pass++)
		for (handle = HANDLE_COUNT - 1; handle >= first; handle--) {
			if (rt_object_info(handle, info) == STATUS_BAD_HANDLE)
				continue;
			do
				status = call_one(SYSCALL_DESTROY, handle);
			while (status == STATUS_AGAIN);
			if (status == STATUS_OK || status == STATUS_DEAD)
				call_one(SYSCALL_CLOSE, handle);
		}
}

static uint64_t parent_free(void)
{
	uint64_t info[3];

	rt_object_info(parent, info);
	return info[1];
}

static void calls_make(void)
{
	uint64_t before = parent_free();
	unsigned int index;

	make_objects();
	for (index = 0; index < BATCH; index++)
		wild_call();
	destroy_all();
	if (parent_free() != before) {
		rt_log("wild: batch %lu has lost %lu bytes", batches, before - parent_free());
		wrong++;
	}
	if (++batches < HOSTILE_BATCHES)
		return;
	rt_log("wild: %lu calls, %s", calls, wrong ? "not all answered well" : "all answered");
	for (index = 0; index < SYSCALL_COUNT; index++)
		if (!(worked >> index & 1))
			rt_log("wild: call %u never worked", index);
}

void server_start(void)
{
	uint64_t info[3];

	seed = 0x636f7070696365ul;
	line = (handle_t)rt_argument("line");
	parent = (handle_t)rt_argument("pool");
	for (first = 1; rt_object_info(first, info) == STATUS_OK; first++)
		;
}
