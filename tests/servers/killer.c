/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device by which a guest cuts servers, one at a time or again and again. It is more urgent than
 * all servers: a victim is cut at the very instruction at which the killer's timer comes, wherever it
 * is. Times are nanoseconds, so instructions under -icount. Where the machine's clock is not as fine,
 * the timer is set at the begin of a tick, and what is missing to whole ticks passes before anybody
 * else runs.
 */
#include <stdbool.h>

#include "gen/device.h"
#include "gen/mmio_server.h"
#include "gen/operator_client.h"
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/rt/syscall.h"
#include "arch_killer.h"
#include "tests/servers/killer.h"

#define SIGNAL_TIMER 1u
#define SECOND 1000000000ul /* in nanoseconds */

static const char *const names[VICTIMS] = {
	[VICTIM_MANAGER] = ".vmm",   [VICTIM_CONSOLE] = ".console", [VICTIM_DISK] = ".disk",
	[VICTIM_UART] = "uart",      [VICTIM_BLK] = "blk",          [VICTIM_MORTAL] = ".mortal",
	[VICTIM_OTHER] = "first.mortal",
};

/* What an interrupt controller may be called; there is one. */
static const char *const controllers[] = { ".vgic", ".vplic", ".vaia" };

static handle_t endpoint, operator;
static uint64_t tasks[VICTIMS], counts[VICTIMS];
static uint64_t victim, seed, period, mask, count, again, cut_at, took;
static uint64_t tick; /* of the clock, in nanoseconds */
static status_t answer;
static bool armed;

/* The tasks of the killer's own VM, and the drivers; ~0 where there is none. */
static status_t find(enum victim number, const char *rest)
{
	const char *own = ((const struct start_page *)START_ADDRESS)->task;
	uint64_t name[4] = { 0 };
	char *to = (char *)name;

	while (rest[0] == '.' && *own != '.')
		*to++ = *own++;
	memcpy(to, rest, strlen(rest));
	tasks[number] = UINT64_MAX;
	return operator_find(operator, name[0], name[1], name[2], name[3], &tasks[number]);
}

static void find_controller(void)
{
	unsigned int index;

	for (index = 0; index < sizeof(controllers) / sizeof(controllers[0]); index++)
		if (find(VICTIM_CONTROLLER, controllers[index]) == STATUS_OK)
			return;
}

static uint64_t nanoseconds(void)
{
	return rt_clock(NULL) * tick;
}

void server_start(void)
{
	uint64_t frequency;
	enum victim number;

	rt_clock(&frequency);
	tick = SECOND / frequency;
	endpoint = (handle_t)rt_argument("endpoint");
	operator = (handle_t)rt_argument("operator");
	for (number = 0; number < VICTIMS; number++)
		if (names[number])
			find(number, names[number]);
	find_controller();
	seed = 1;
}

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed >> 11;
}

static void cut(uint64_t number)
{
	cut_at = nanoseconds();
	if (number == VICTIM_SUPERVISOR)
		answer = operator_fall(operator);
	else
		answer = operator_kill(operator, tasks[number]);
	took = nanoseconds() - cut_at;
	count++;
	counts[number]++;
}

/* One of the mask, which is not empty. */
static uint64_t drawn(void)
{
	uint64_t left, ways = 0, skip;

	for (left = mask; left; left &= left - 1)
		ways++;
	left = mask;
	for (skip = draw() % ways; skip; skip--)
		left &= left - 1;
	return (uint64_t)__builtin_ctzll(left);
}

/* So many instructions pass. */
static void pass(uint64_t instructions)
{
	uint64_t pairs;

	if (instructions & 1)
		__asm__ volatile("nop");
	for (pairs = instructions / 2; pairs; pairs--)
		__asm__ volatile("" : "+r"(pairs));
}

static void arm(uint64_t delay)
{
	uint64_t ticks = (delay + tick - 1) / tick;

	armed = true;
	clock_align();
	rt_timer(endpoint, rt_clock(NULL) + ticks, SIGNAL_TIMER);
	pass(ticks * tick - delay);
}

static void next(void)
{
	if (period) {
		arm(period / 2 + draw() % period);
	} else if (again) {
		arm(again);
		again = 0;
	}
}

void server_signal(uint64_t bits)
{
	if (!(bits & SIGNAL_TIMER) || !armed)
		return;
	armed = false;
	cut(period ? drawn() : victim);
	next();
}

static status_t read_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	enum operator_condition condition = OPERATOR_CONDITION_ALIVE;
	status_t status;
	uint64_t lives;

	(void)badge, (void)width;
	if (offset >= KILLER_COUNTS && (offset - KILLER_COUNTS) / 8 < VICTIMS) {
		*value = counts[(offset - KILLER_COUNTS) / 8];
		return STATUS_OK;
	}
	switch (offset) {
	case KILLER_COUNT:
		*value = count;
		return STATUS_OK;
	case KILLER_LIVES:
		return operator_status(operator, tasks[victim], &condition, value);
	case KILLER_CONDITION:
		status = operator_status(operator, tasks[victim], &condition, &lives);
		*value = condition;
		return status;
	case KILLER_CUT:
		*value = cut_at;
		return STATUS_OK;
	case KILLER_TOOK:
		*value = took;
		return STATUS_OK;
	case KILLER_ANSWER:
		*value = (uint64_t)answer;
		return STATUS_OK;
	case KILLER_CLOCK:
		*value = nanoseconds();
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

static status_t write_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	(void)badge, (void)width;
	switch (offset) {
	case KILLER_VICTIM:
		if (value >= VICTIMS)
			return STATUS_BAD_ARGUMENT;
		victim = value;
		return STATUS_OK;
	case KILLER_DELAY:
		arm(value);
		return STATUS_OK;
	case KILLER_SEED:
		seed = value | 1;
		return STATUS_OK;
	case KILLER_MASK:
		mask = value & ((1ul << VICTIMS) - 1);
		return STATUS_OK;
	case KILLER_PERIOD:
		period = mask ? value : 0;
		next();
		return STATUS_OK;
	case KILLER_AGAIN:
		again = value;
		return STATUS_OK;
	case KILLER_RESTART:
		answer = operator_restart(operator, tasks[victim]);
		return STATUS_OK;
	case KILLER_UPGRADE:
		answer = operator_upgrade(operator, tasks[victim], value);
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

status_t server_message(struct message *message)
{
	static const struct mmio_server mmio = { .read = read_arrives, .write = write_arrives };

	if (message->label >> 16 == DEVICE_INTERFACE)
		return STATUS_OK; /* what was begun goes on over the VM's reset */
	return mmio_dispatch(&mmio, message);
}
