/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's life: check the bundle, carry out the plan, then watch over it. */
#include <libfdt.h>
#include <stdarg.h>

#include "gen/console.h"
#include "gen/supervisor_events.h"
#include "ipc/image.h"
#include "servers/rt/format.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/schedule.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

#define LINE 200

/* The UART server is less urgent than this task: it prints the last lines in this time. */
#define LAST_WORDS_A_SECOND 20

struct bundle bundle;
handle_t endpoint;
bool again;

static unsigned int log_task; /* the UART server's number */

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

status_t supervisor_supervisor_ended(struct supervisor_state *mine, uint64_t badge, uint64_t reason)
{
	uint64_t frequency, now = rt_clock(&frequency);

	if (badge >= VMS)
		return STATUS_BAD_RIGHTS;
	RT_TOUCH(mine->vms_running);
	RT_TOUCH(mine->off_due);
	if (mine->vms_running >> badge & 1)
		rt_log("VM %lu has %s", badge,
		       reason == SUPERVISOR_REASON_OFF ? "ended" : "failed");
	mine->vms_running &= ~(1ul << badge);
	if (mine->vms_running == 0)
		mine->off_due = now + frequency / LAST_WORDS_A_SECOND;
	return STATUS_OK;
}

status_t supervisor_fault_task(struct supervisor_state *mine, uint64_t badge, uint64_t address,
			       uint64_t syndrome, uint64_t pc, uint64_t stack, uint64_t frame,
			       uint64_t link)
{
	uint64_t number = badge & ~BADGE_FAULT;

	(void)mine;
	(void)pc, (void)stack, (void)frame, (void)link; /* the report asks for all of them */
	if (!(badge & BADGE_FAULT) || number >= task_count)
		return STATUS_BAD_RIGHTS;
	report_death((unsigned int)number, syndrome, address);
	life_died((unsigned int)number);
	return STATUS_OK;
}

/* Other handles of this endpoint give no right to what the operator may. */
status_t server_message(struct message *message)
{
	if (message->label >> 16 == OPERATOR_INTERFACE &&
	    message->badge != OPERATOR_BADGE_OPERATOR)
		return STATUS_BAD_RIGHTS;
	return supervisor_message(message);
}

/* A task may have died while nobody was there to hear of it: its report waits, and comes again. */
void supervisor_signal_look(struct supervisor_state *mine, uint64_t bits)
{
	if (bits & SIGNAL_KEYS)
		operator_keys(mine);
}

void server_signal(uint64_t bits)
{
	supervisor_signal(bits);
}

/* What was asked is committed, so that it happens once: the next life answers for it. */
static void fall(void)
{
	RT_TOUCH(state()->fall);
	state()->fall = false;
	rt_commit(NULL, STATUS_OK);
	rt_fail("the operator cuts the supervisor");
}

void server_settle(const struct message *message)
{
	uint64_t now = rt_clock(NULL), next, due;

	(void)message;
	if (state()->fall)
		fall();
	__atomic_store_n(&log_channel()->input_tail, state()->input_tail, __ATOMIC_RELEASE);
	next = watch_look(now);
	life_settle(now);
	hold_settle();
	log_through(state()->task[log_task].condition != OPERATOR_CONDITION_HELD);
	if (state()->off_due && state()->off_due <= now)
		power_off();
	due = life_due();
	if (due > next)
		due = next;
	if (state()->off_due && state()->off_due < due)
		due = state()->off_due;
	rt_timer(endpoint, due, SIGNAL_TIMER);
}

/* Every task begins its first life as if it were one more. */
static void create(void *zeroed)
{
	struct supervisor_state *made = zeroed;
	unsigned int number;

	for (number = 0; number < SUPERVISOR_TASKS; number++) {
		made->task[number].condition = OPERATOR_CONDITION_GROWING;
		made->task[number].mapped = SUPERVISOR_NO_IMAGE;
		made->task[number].previous = SUPERVISOR_NO_IMAGE;
		made->task[number].stopped = true;
	}
}

static bool check(const void *found)
{
	const struct supervisor_state *there = found;
	unsigned int number;

	for (number = 0; number < SUPERVISOR_TASKS; number++)
		if (there->task[number].condition > OPERATOR_CONDITION_HELD)
			return false;
	return there->phase <= SUPERVISOR_PHASE_MADE &&
	       there->line_length <= SUPERVISOR_LINE_SIZE;
}

/* The system is there, and all VMs run; each task begins a next life with its first binary. */
static void rebuild(void *made)
{
	struct supervisor_state *mine = made;
	unsigned int number;

	mine->phase = SUPERVISOR_PHASE_MADE;
	mine->vms_running = all_vms;
	mine->vms_held = all_vms;
	for (number = 0; number < SUPERVISOR_TASKS; number++)
		mine->task[number].stopped = false;
}

const struct durable_kind server_durable DURABLE_KIND = {
	SUPERVISOR_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

/* Cleared before it is where a next life looks for it. */
static struct durable *durable_find(void)
{
	uint64_t info[3];
	status_t status = rt_syscall(SYSCALL_OBJECT_INFO, SLOT_DURABLE, 0, 0, 0, 0, 0, info);

	if (status == STATUS_BAD_HANDLE) {
		rt_syscall_one(SYSCALL_CLOSE, SLOT_SCRATCH);
		unmap(SLOT_SELF_TASK, DURABLE_ADDRESS, sizeof(struct durable));
		if (rt_syscall(SYSCALL_CREATE_MEMORY, SLOT_ROOT_POOL, SLOT_SCRATCH,
			       sizeof(struct durable), PAGE, 0, 0, NULL) != STATUS_OK)
			refuse("no memory");
		map(SLOT_SELF_TASK, SLOT_SCRATCH, DURABLE_ADDRESS, 0, sizeof(struct durable),
		    MAP_READ | MAP_WRITE, "the supervisor's state");
		rt_clear_pages((void *)DURABLE_ADDRESS, sizeof(struct durable));
		rt_syscall(SYSCALL_GRANT, SLOT_SELF_TASK, SLOT_DURABLE, SLOT_SCRATCH, RIGHTS_ALL, 0,
			   0, NULL);
	}
	rt_syscall_one(SYSCALL_CLOSE, SLOT_SCRATCH);
	return (struct durable *)DURABLE_ADDRESS;
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

/* What a former life has made of it stays; the tasks begin only when all is there. */
static void carry_out(const void *tree, int plan)
{
	struct supervisor_state *mine = state();

	window_close();
	schedule_self(tree, plan, 0);
	seed_open();
	objects_create(tree, plan);
	tasks_create(tree, plan);
	log_open(tree, plan);
	RT_TOUCH(*mine);
	mine->vms_running = all_vms;
	mine->phase = SUPERVISOR_PHASE_MADE;
	rt_commit(NULL, STATUS_OK);
	rt_log("starting");
}

/* Takes the place of the runtime's: the kernel starts this task with the bundle's size. */
_Noreturn void rt_main(uint64_t bundle_size, uint64_t life)
{
	struct durable *durable;
	const void *tree;
	int plan;

	again = life != 0;
	bundle.archive = (const char *)BUNDLE_ADDRESS;
	bundle.size = bundle_size;
	map(SLOT_SELF_TASK, SLOT_BUNDLE, BUNDLE_ADDRESS, 0, bundle_size, MAP_READ, "the bundle");
	durable = durable_find();
	tree = open_plan();
	plan = tree_node(tree, 0, "plan");
	endpoint = tree_number(tree,
			       tree_node(tree, tree_node(tree, plan, "objects"), "supervisor"),
			       "slot");
	tasks_read(tree, plan);
	hold_read(tree, plan);
	life_limits(tree, plan);
	watch_limit(tree, plan);
	log_task = tree_number(tree, plan, "log-task");
	rt_durable_open(durable, &server_durable);
	if (state()->phase == SUPERVISOR_PHASE_MAKING)
		carry_out(tree, plan);
	schedule_self(tree, plan, tree_number64(tree, plan, "overrun", 0));
	log_through(true);
	if (again)
		rt_log("the supervisor goes on in its life number %lu", life + 1);
	rt_serve(endpoint, &durable->watch);
}
