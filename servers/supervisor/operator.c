/* SPDX-License-Identifier: Apache-2.0 */
/* What an operator may ask, by keys (Ctrl-] 0 gives them to the supervisor) or by a task's call. */
#include "gen/supervisor_events.h"
#include "servers/lib/console_ring.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/supervisor/supervisor.h"

#define BACKSPACE 0x08
#define DELETE 0x7f

static const char *const conditions[] = { "alive", "growing", "held" };

unsigned int task_find(const char *name)
{
	unsigned int number = 0;

	while (number < task_count && strcmp(places[number].name, name) != 0)
		number++;
	return number;
}

status_t supervisor_operator_find(const struct supervisor_state *mine, uint64_t badge,
				  uint64_t name0, uint64_t name1, uint64_t name2, uint64_t name3,
				  uint64_t *task)
{
	const uint64_t name[5] = { name0, name1, name2, name3 };

	(void)mine, (void)badge;
	*task = task_find((const char *)name);
	return *task < task_count ? STATUS_OK : STATUS_NOT_FOUND;
}

status_t supervisor_operator_kill(struct supervisor_state *mine, uint64_t badge, uint64_t task)
{
	(void)mine, (void)badge;
	if (task >= task_count)
		return STATUS_NOT_FOUND;
	life_cut((unsigned int)task);
	return STATUS_OK;
}

status_t supervisor_operator_status(const struct supervisor_state *mine, uint64_t badge,
				    uint64_t task, enum operator_condition *condition,
				    uint64_t *lives)
{
	(void)badge;
	if (task >= task_count)
		return STATUS_NOT_FOUND;
	*condition = (enum operator_condition)mine->task[task].condition;
	*lives = mine->task[task].lives;
	return STATUS_OK;
}

status_t supervisor_operator_fall(struct supervisor_state *mine, uint64_t badge)
{
	(void)badge;
	RT_TOUCH(mine->fall);
	mine->fall = true;
	return STATUS_OK;
}

status_t supervisor_operator_restart(struct supervisor_state *mine, uint64_t badge, uint64_t task)
{
	(void)mine, (void)badge;
	return task < task_count ? life_restart((unsigned int)task) : STATUS_NOT_FOUND;
}

status_t supervisor_operator_upgrade(struct supervisor_state *mine, uint64_t badge, uint64_t task,
				     uint64_t image)
{
	(void)mine, (void)badge;
	if (task >= task_count)
		return STATUS_NOT_FOUND;
	return image < places[task].images ? life_upgrade((unsigned int)task, (unsigned int)image)
					   : STATUS_BAD_IMAGE;
}

static void list(void)
{
	unsigned int number;

	for (number = 0; number < task_count; number++) {
		const struct supervisor_task *task = &state()->task[number];

		rt_log("%s: %s, life %lu, binary %u of %u", places[number].name,
		       conditions[task->condition], task->lives, task->image,
		       places[number].images);
	}
}

/* The next word of the line, which it ends; "" if there is none. */
static char *word(char **line)
{
	char *start = *line;

	while (*start == ' ')
		start++;
	*line = start;
	while (**line && **line != ' ')
		(*line)++;
	if (**line)
		*(*line)++ = '\0';
	return start;
}

/* A digit is enough: nobody has ten binaries. Anything else is one that is not there. */
static uint64_t digit(const char *text)
{
	return text[0] >= '0' && text[0] <= '9' && !text[1] ? (uint64_t)(text[0] - '0')
							     : SUPERVISOR_NO_IMAGE;
}

static const char *reason(status_t status)
{
	switch (status) {
	case STATUS_NOT_FOUND:
		return "there is no such task";
	case STATUS_BAD_STATE:
		return "it is alive";
	case STATUS_BAD_IMAGE:
		return "it has no such binary";
	case STATUS_NOT_SUPPORTED:
		return "that binary does not know its state";
	}
	return "it failed";
}

static void command(struct supervisor_state *mine, char *line)
{
	const char *verb = word(&line), *name = word(&line), *image = word(&line);
	unsigned int task = task_find(name);
	status_t status;

	if (!*verb)
		return;
	if (strcmp(verb, "list") == 0) {
		list();
		return;
	}
	if (strcmp(verb, "kill") == 0)
		status = supervisor_operator_kill(mine, 0, task);
	else if (strcmp(verb, "fall") == 0)
		status = supervisor_operator_fall(mine, 0);
	else if (strcmp(verb, "restart") == 0)
		status = supervisor_operator_restart(mine, 0, task);
	else if (strcmp(verb, "upgrade") == 0)
		status = supervisor_operator_upgrade(mine, 0, task, digit(image));
	else {
		rt_log("commands: list, kill TASK, restart TASK, upgrade TASK BINARY, fall");
		return;
	}
	rt_log("%s %s: %s", verb, name, status == STATUS_OK ? "done" : reason(status));
}

static void key(struct supervisor_state *mine, uint8_t byte)
{
	char line[SUPERVISOR_LINE_SIZE + 1] = { 0 };

	if (byte == '\r' || byte == '\n') {
		rt_log_write("\r\n", 2);
		memcpy(line, mine->line, mine->line_length);
		mine->line_length = 0;
		command(mine, line);
	} else if (byte == BACKSPACE || byte == DELETE) {
		if (mine->line_length) {
			mine->line_length--;
			rt_log_write("\b \b", 3);
		}
	} else if (byte >= ' ' && byte < DELETE && mine->line_length < SUPERVISOR_LINE_SIZE) {
		mine->line[mine->line_length++] = byte;
		rt_log_write((const char *)&byte, 1);
	}
}

/* As many as the ring may hold; what comes meanwhile signals again. */
void operator_keys(struct supervisor_state *mine)
{
	struct console_ring ring = console_input(log_channel());
	uint32_t used;
	uint8_t byte;

	RT_TOUCH(mine->input_tail);
	rt_touch(&mine->line_length, sizeof(mine->line_length) + sizeof(mine->line));
	ring.tail = &mine->input_tail;
	used = console_ring_used(ring);
	if (used > ring.size)
		mine->input_tail = *ring.head;
	else
		for (; used; used--) {
			console_ring_peek(ring, 1, &byte, 1);
			mine->input_tail++;
			key(mine, byte);
		}
}
