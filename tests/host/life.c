/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime's neighbours: entry, arguments, log, system calls. */
#include "tests/host/life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "tests/host/commits.h"

enum { CUT = 1, DONE };

struct durable life_durable;
static struct life *life;
static jmp_buf end;

static void point(void)
{
	if (++life->points == life->cut)
		longjmp(end, CUT);
}

void commit_point(void)
{
	point();
}

static const struct life_argument *find(const char *name)
{
	const struct life_argument *argument = life->arguments;

	while (argument->name && strcmp(argument->name, name))
		argument++;
	return argument->name ? argument : NULL;
}

uint64_t rt_argument(const char *name)
{
	const struct life_argument *argument = find(name);

	if (!argument)
		rt_fail("no argument %s", name);
	return argument->number;
}

uint64_t rt_argument_or(const char *name, uint64_t otherwise)
{
	const struct life_argument *argument = find(name);

	return argument ? argument->number : otherwise;
}

const char *rt_argument_text(const char *name)
{
	const struct life_argument *argument = find(name);

	return argument ? (const char *)(uintptr_t)argument->number : "";
}

void rt_log(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(life->line, sizeof(life->line), format, list);
	va_end(list);
}

void rt_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	abort();
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	status_t status;

	(void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)result;
	point();
	status = life->syscall(number, a0);
	point();
	return status;
}

status_t rt_syscall_one(enum syscall number, uint64_t a0)
{
	return rt_syscall(number, a0, 0, 0, 0, 0, 0, NULL);
}

status_t rt_call(handle_t endpoint, struct message *message)
{
	status_t status;

	point();
	status = life->call(endpoint, message);
	point();
	return status;
}

void rt_reply_wait(handle_t endpoint, status_t status, struct message *message)
{
	(void)endpoint;
	point();
	if (life->received && life->in_hand) {
		life->in_hand = false;
		life->answered(message, status);
	}
	life->received = true;
	if (!life->in_hand) {
		struct message *next = &life->message;

		memset(next, 0, sizeof(*next));
		if (!life->next(next))
			longjmp(end, DONE);
		life->in_hand = next->label != MESSAGE_SIGNAL;
		if (life->in_hand)
			next->sequence = ++life->sequence;
	}
	*message = life->message;
	point();
}

void life_run(struct life *of)
{
	uint64_t watch = 0;

	life = of;
	life->points = 0;
	life->sequence = life->message.sequence = 0;
	life->in_hand = life->received = false;
	life->line[0] = '\0';
	life->lives = 1;
	switch (setjmp(end)) {
	case DONE:
		return;
	case CUT:
		life->lives++;
		life->points = 0;
		life->cut = life->cut_again;
		life->cut_again = 0;
		life->received = false;
		if (life->in_hand && life->message.label == life->renumber)
			life->message.sequence = ++life->sequence;
	}
	commits_forget();
	life->forget();
	server_start();
	rt_durable_open(&life_durable, &server_durable);
	rt_serve(1, &watch);
}
