/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel as a server sees it. A message stays its caller's until it is answered, and goes to
 * the next life first and with the same number; a signal that was delivered to a life is gone with
 * it (kernel/endpoint.c). A life has a stack of its own; who lets a place run waits for it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "servers/rt/internal.h"
#include "servers/rt/syscall.h"
#include "tests/crash/crash.h"

enum stop { STOP_NOT, STOP_WAITS, STOP_DEAD };

struct place crash_place[CRASH_PLACES];
struct machine machine;

void crash_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(machine.failure, sizeof(machine.failure), format, arguments);
	va_end(arguments);
	_longjmp(machine.abandoned, 1);
}

unsigned int world_places(const struct world *world)
{
	unsigned int count = 0;

	while (count < CRASH_PLACES && world->image[count])
		count++;
	return count;
}

/* At the bottom of a place's stack: each life begins here. */
static void stack_bottom(void)
{
	struct place *place;

	if (_setjmp(machine.running->birth) == 0)
		_longjmp(machine.running->runner, STOP_DEAD);
	place = machine.running;
	place->image->main(place->argument ? place->argument : (uint64_t)&place->start,
			   place->lives++);
}

static _Noreturn void stack_prepare(struct place *place)
{
	ucontext_t context;

	getcontext(&context);
	context.uc_stack.ss_sp = place->stack;
	context.uc_stack.ss_size = sizeof(place->stack);
	makecontext(&context, stack_bottom, 0);
	setcontext(&context);
	__builtin_unreachable();
}

/* As rt_entry begins a life. */
static _Noreturn void life_begin(struct place *place)
{
	const struct image *image = place->image;

	memset(image->variables, 0, (size_t)(image->variables_end - image->variables));
	place->alive = true;
	place->opened = false;
	_longjmp(place->birth, 1);
}

static _Noreturn void place_go_on(struct place *place)
{
	static bool prepared[CRASH_PLACES];
	bool *there = &prepared[place - crash_place];

	machine.running = place;
	if (!*there) {
		*there = true;
		stack_prepare(place);
	}
	if (place->alive)
		_longjmp(place->life, 1);
	if (machine.cuts && machine.world->dead) {
		machine.running = NULL;
		machine.world->dead(place);
		machine.running = place;
	}
	life_begin(place);
}

/* Until it waits and nobody has anything for it. */
static void place_run(struct place *place)
{
	struct place *const outer = machine.running;

	place->runs = true;
	while (_setjmp(place->runner) != STOP_WAITS)
		place_go_on(place);
	place->runs = false;
	machine.running = outer;
}

void machine_run(void)
{
	unsigned int index = 0;

	while (index < world_places(machine.world)) {
		struct place *place = &crash_place[index++];

		if (!place->runs && (!place->alive || place->signals || place->callers)) {
			place_run(place);
			index = 0;
		}
	}
}

static void life_cut(struct place *place, const void *where)
{
	struct caller *hand = place->hand;

	if (!machine.cuts++) {
		machine.where[0] = where;
		machine.recovering = place;
		machine.recovery = machine.points;
	}
	machine.where[1] = where;
	if (hand) {
		place->sequence--;
		hand->returned = true;
		hand->next = place->callers;
		place->callers = hand;
		place->hand = NULL;
	}
	machine.cut = machine.next_cut ? machine.next_cut() : 0;
	if (machine.cut)
		machine.cut += machine.points;
	place->alive = false;
	_longjmp(place->runner, STOP_DEAD);
}

void machine_point(const void *where)
{
	machine.points++;
	if (machine.points == machine.cut)
		life_cut(machine.running, where);
	if (machine.points == machine.most)
		crash_fail("no end after %lu points", (unsigned long)machine.points);
}

void machine_start(const struct world *world)
{
	unsigned int index;

	machine.world = world;
	machine.running = machine.recovering = NULL;
	machine.points = machine.recovery = machine.cuts = 0;
	for (index = 0; index < CRASH_PLACES; index++) {
		struct place *place = &crash_place[index];

		place->image = world->image[index];
		place->callers = place->hand = NULL;
		place->sequence = place->signals = place->lives = 0;
		place->alive = place->runs = place->opened = false;
	}
}

void place_argument(struct place *place, const char *name, uint64_t value)
{
	struct start_argument *argument = &place->start.argument[place->start.page.count++];

	snprintf(argument->name, sizeof(argument->name), "%s", name);
	argument->value = value;
}

void place_text(struct place *place, const char *name, const char *text)
{
	struct start_argument *argument = &place->start.argument[place->start.page.count];

	place_argument(place, name, 0);
	snprintf(argument->text, sizeof(argument->text), "%s", text);
}

/* --- Messages --------------------------------------------------------------------------------- */

void place_post(struct place *place, uint64_t badge, struct caller *caller)
{
	struct caller **end = &place->callers;

	while (*end)
		end = &(*end)->next;
	*end = caller;
	caller->message.badge = badge;
	caller->next = NULL;
	caller->answered = caller->returned = false;
}

/* The caller is stopped, and nobody gets the answer. */
void place_withdraw(struct place *place, struct caller *caller)
{
	struct caller **at = &place->callers;

	if (place->hand == caller)
		place->hand = NULL;
	while (*at && *at != caller)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = caller->next;
	/* Nobody else's message may have the number of one that was in hand. */
	if (caller->returned)
		place->sequence++;
}

/* The caller itself lies where no cut reaches it: a server that calls may end before the answer. */
status_t place_call(struct place *place, uint64_t badge, struct message *message)
{
	struct caller caller = { .message = *message };

	if (place->runs)
		return STATUS_DEADLOCK;
	place_post(place, badge, &caller);
	place_run(place);
	if (!caller.answered)
		crash_fail("a message of label %lx has no answer", (unsigned long)message->label);
	memcpy(message->words, caller.message.words, sizeof(message->words));
	return caller.status;
}

status_t place_send(struct place *place, uint64_t badge, struct message *message)
{
	status_t status = place_call(place, badge, message);

	machine_run();
	return status;
}

void place_signal(struct place *place, uint64_t bits)
{
	place->signals |= bits;
}

static void answer(struct place *place, status_t status, const struct message *message)
{
	struct caller *caller = place->hand;

	caller->status = status;
	memcpy(caller->message.words, message->words, sizeof(message->words));
	caller->answered = true;
	place->hand = NULL;
	if (caller->on_answer)
		caller->on_answer(caller);
}

static bool receive(struct place *place, struct message *message)
{
	struct caller *caller = place->callers;

	if (place->signals) {
		*message = (struct message){ .label = MESSAGE_SIGNAL,
					     .sequence = place->sequence,
					     .words = { place->signals } };
		place->signals = 0;
		return true;
	}
	if (!caller)
		return false;
	place->callers = caller->next;
	place->hand = caller;
	caller->message.sequence = ++place->sequence;
	*message = caller->message;
	return true;
}

/* --- System calls ----------------------------------------------------------------------------- */

void rt_reply_wait(handle_t endpoint, status_t status, struct message *message)
{
	struct place *const place = machine.running;

	(void)endpoint;
	crash_point();
	if (place->hand)
		answer(place, status, message);
	if (machine.recovering == place && !(place->callers && place->callers->returned)) {
		machine.recovery = machine.points - machine.recovery;
		machine.recovering = NULL;
	}
	while (!receive(place, message)) {
		crash_point();
		if (_setjmp(place->life) == 0)
			_longjmp(place->runner, STOP_WAITS);
	}
	crash_point();
}

status_t rt_call(handle_t endpoint, struct message *message)
{
	struct message copy = *message;
	status_t status;

	crash_point();
	status = machine.world->call(endpoint, &copy);
	crash_point();
	memcpy(message->words, copy.words, sizeof(copy.words));
	return status;
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	const uint64_t argument[] = { a0, a1, a2, a3, a4, a5 };
	uint64_t ignored[3];
	status_t status = STATUS_OK;

	crash_point();
	if (!result)
		result = ignored;
	if (number == SYSCALL_CLOCK) {
		result[0] = machine.points;
		result[1] = UINT32_MAX;
	} else {
		status = machine.world->system(number, argument, result);
	}
	crash_point();
	return status;
}

status_t rt_syscall_one(enum syscall number, uint64_t a0)
{
	return rt_syscall(number, a0, 0, 0, 0, 0, 0, NULL);
}

void rt_clear_pages(void *start, uint64_t size)
{
	crash_point();
	memset(start, 0, size);
	crash_point();
}

_Noreturn void rt_trap(void)
{
	crash_fail("the server ended itself");
}

void rt_log_open(void)
{
}

/* A cut is no damage: state that is made anew has lost something. */
void rt_log_write(const char *text, uint32_t length)
{
	static const char word[] = "the durable state is";

	if (!machine.harmed && length > sizeof(word) && memcmp(text, word, sizeof(word) - 1) == 0)
		crash_fail("%.*s", (int)length - 1, text);
}
