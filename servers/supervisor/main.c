/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's life: check the bundle, carry out the plan, then watch. */
#include <libfdt.h>
#include <stdarg.h>

#include "gen/fault_server.h"
#include "gen/operator_server.h"
#include "gen/supervisor_server.h"
#include "servers/rt/format.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

#define LINE 200
#define VMS 64

struct bundle bundle;

/* The UART server is less urgent than this task: it prints the last lines in this time. */
#define LAST_WORDS_A_SECOND 20
#define SIGNAL_OFF 1

static uint64_t vms_running; /* bit n: VM n has not ended */
static uint64_t log_task;    /* fault badge of the UART server */
static handle_t endpoint;

static _Noreturn void power_off(void)
{
	rt_syscall(SYSCALL_MACHINE, SLOT_MACHINE, MACHINE_OFF, 0, 0, 0, 0, NULL);
	rt_trap();
}

_Noreturn void refuse(const char *format, ...)
{
	char text[LINE];
	va_list arguments;

	va_start(arguments, format);
	format_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	rt_log("cannot boot: %s", text);
	power_off();
}

static status_t on_ended(uint64_t badge, uint64_t reason)
{
	uint64_t frequency, now;

	if (badge >= VMS)
		return STATUS_BAD_RIGHTS;
	rt_log("VM %lu has %s", badge, reason == SUPERVISOR_REASON_OFF ? "ended" : "failed");
	vms_running &= ~(1ul << badge);
	if (vms_running == 0) {
		now = rt_clock(&frequency);
		rt_timer(endpoint, now + frequency / LAST_WORDS_A_SECOND, SIGNAL_OFF);
	}
	return STATUS_OK;
}

static status_t on_task_fault(uint64_t badge, uint64_t address, uint64_t syndrome, uint64_t pc,
			      uint64_t stack, uint64_t frame, uint64_t link)
{
	uint64_t task = badge & ~BADGE_FAULT;

	(void)frame;
	if (!(badge & BADGE_FAULT))
		return STATUS_BAD_RIGHTS;
	rt_log("%s has died: syndrome %lx, address %lx, pc %lx, stack %lx, link %lx",
	       task_name(task), syndrome, address, pc, stack, link);
	task_restart(task);
	return STATUS_OK;
}

static status_t on_find(uint64_t badge, uint64_t name0, uint64_t name1, uint64_t name2,
			uint64_t name3, uint64_t *task)
{
	uint64_t name[5] = { name0, name1, name2, name3 };

	(void)badge;
	*task = task_find((const char *)name);
	return task_exists(*task) ? STATUS_OK : STATUS_NOT_FOUND;
}

static status_t on_kill(uint64_t badge, uint64_t task)
{
	(void)badge;
	if (!task_exists(task))
		return STATUS_NOT_FOUND;
	task_restart(task);
	return STATUS_OK;
}

static status_t operator_arrives(struct message *message)
{
	static const struct operator_server operator = { .find = on_find, .kill = on_kill };

	return message->badge == OPERATOR_BADGE_OPERATOR ? operator_dispatch(&operator, message)
							 : STATUS_BAD_RIGHTS;
}

status_t server_message(struct message *message)
{
	static const struct supervisor_server supervisor = { .ended = on_ended };
	static const struct fault_server fault = { .task = on_task_fault };

	if (message->label >> 16 == SUPERVISOR_INTERFACE)
		return supervisor_dispatch(&supervisor, message);
	if (message->label >> 16 == OPERATOR_INTERFACE)
		return operator_arrives(message);
	return fault_dispatch(&fault, message);
}

void server_signal(uint64_t bits)
{
	if ((bits & SIGNAL_OFF) && vms_running == 0)
		power_off();
}

static const void *open_plan(void)
{
	struct bundle_file file = file_find("system.dtb");
	const void *tree = bundle.archive + file.offset;

	if (fdt_check_full(tree, file.size) != 0 ||
	    fdt_node_check_compatible(tree, 0, "coppice,plan-1") != 0)
		refuse("system.dtb is truncated, corrupt or no plan");
	return tree;
}

/* Takes the place of the runtime's: the kernel starts this task with the bundle's size. */
_Noreturn void rt_main(uint64_t bundle_size, uint64_t life)
{
	const void *tree;
	int plan, node;

	(void)life;
	bundle.archive = (const char *)BUNDLE_ADDRESS;
	bundle.size = bundle_size;
	map(SLOT_SELF_TASK, SLOT_BUNDLE, BUNDLE_ADDRESS, 0, bundle_size, MAP_READ, "the bundle");
	tree = open_plan();
	plan = tree_node(tree, 0, "plan");
	schedule_self(tree, plan);
	seed_open();
	objects_create(tree, plan);
	endpoint = tree_number(tree,
			       tree_node(tree, tree_node(tree, plan, "objects"), "supervisor"),
			       "slot");
	tasks_create(tree, plan, endpoint);
	fdt_for_each_subnode(node, tree, tree_node(tree, plan, "vms"))
		vms_running = vms_running << 1 | 1;
	rt_log("starting");
	log_task = tree_number(tree, plan, "log-task");
	log_open(tree, plan);
	tasks_start();
	rt_serve(endpoint);
}
