/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounds in which tasks and VMs are made from a pool, run, and lose what they use: the memory, the
 * endpoint, their threads. When that call has returned, no user may get at it once more, on no CPU.
 * After each round the pool is whole again.
 */
#include <stdbool.h>

#include "gen/device.h"
#include "gen/fault.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/rt/syscall.h"
#include "tests/servers/stress.h"

#include "arch_stress.h"

#define PAGE 4096ul
#define USERS 4
#define ROUND_POOL 0x40000ul
#define PRIORITY_USER 3
#define BADGE_FIRST 1 /* of user 0's messages */
#define LABEL_USER 0x10000
#define ANSWER_LOBBY 1

/* Own slots, far from those that the plan fills. */
enum { POOL = 64, DOOR, LOBBY, TAKEN, FIRST_USER };
enum { SPACE, RUNNER, INTERRUPTS, SLOTS_A_USER };

/* How a round ends; in the first two every user must fault. */
enum ending { END_DESTROY_MEMORY, END_UNMAP, END_STOP, END_DESTROY, ENDINGS };

struct user {
	bool vm;
	bool shares;   /* a second thread in the task of the user before it */
	bool lobby;    /* was sent there */
	bool faulted;
	handle_t base; /* its slots */
};

extern const char task_code[], task_code_end[], vm_code[], vm_code_end[];

__asm__("	.pushsection .rodata\n"
	"	.balign	8\n"
	"task_code:\n" TASK_CODE
	"task_code_end:\n"
	"	.balign	8\n"
	"vm_code:\n" VM_CODE
	"vm_code_end:\n"
	"	.popsection\n");

_Static_assert(sizeof(struct user_count) == 1 << COUNT_SHIFT, "as the users' code has it");

/* The shared memory, by pages. */
enum { PAGE_TASK_CODE, PAGE_VM_CODE, PAGE_COUNTS };

static handle_t parent, memory, machine;
static char *shared;
static uint64_t seed, rounds, wrong;
static unsigned int cpus;
static struct user user[USERS];
static unsigned int users;
static struct message hand; /* the last message; its sender waits until the next wait_message */

static uint64_t draw(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static void mistake(const char *what, uint64_t value)
{
	if (wrong++ < 10)
		rt_log("stress: round %lu: %s: %lx", rounds, what, value);
}

static status_t call(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		     uint64_t a4, uint64_t a5)
{
	status_t status;

	do
		status = rt_syscall(number, a0, a1, a2, a3, a4, a5, NULL);
	while (status == STATUS_AGAIN);
	return status;
}

static void must(const char *what, enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2,
		 uint64_t a3, uint64_t a4, uint64_t a5)
{
	status_t status = call(number, a0, a1, a2, a3, a4, a5);

	if (status != STATUS_OK)
		mistake(what, (uint64_t)status);
}

static void end(handle_t slot)
{
	must("DESTROY", SYSCALL_DESTROY, slot, 0, 0, 0, 0, 0);
	must("CLOSE", SYSCALL_CLOSE, slot, 0, 0, 0, 0, 0);
}

static volatile struct user_count *count_of(unsigned int number)
{
	volatile struct user_count *count =
		(volatile struct user_count *)(shared + PAGE_COUNTS * PAGE) + number;

	line_refresh(count);
	return count;
}

/* A CPU, or two, drawn; today's mask of the creator where there is nobody to ask. */
static void schedule(handle_t runner)
{
	if (cpus > 1)
		must("SCHEDULE", SYSCALL_SCHEDULE, machine, runner,
		     1ul << draw(cpus) | 1ul << draw(cpus), 0, 0, 0);
}

static void map_all(handle_t space, uint64_t code_page)
{
	must("MAP code", SYSCALL_MAP, space, memory, USER_CODE, code_page * PAGE, PAGE,
	     MAP_READ | MAP_EXECUTE);
	must("MAP counts", SYSCALL_MAP, space, memory, USER_COUNTS, PAGE_COUNTS * PAGE, PAGE,
	     MAP_READ | MAP_WRITE);
	must("MAP page", SYSCALL_MAP, space, TAKEN, USER_PAGE, 0, PAGE, MAP_READ);
}

static void make_vm(struct user *new, unsigned int number)
{
	handle_t space = new->base + SPACE, vcpu = new->base + RUNNER;
	handle_t page = new->base + INTERRUPTS;

	must("CREATE_VM", SYSCALL_CREATE_VM, POOL, space, DOOR, BADGE_FIRST + number, 0, 0);
	must("CREATE_MEMORY", SYSCALL_CREATE_MEMORY, POOL, page, PAGE, PAGE, 0, 0);
	must("CREATE_VCPU", SYSCALL_CREATE_VCPU, POOL, vcpu, space, draw(8), page,
	     1 + draw(PRIORITY_USER));
	map_all(space, PAGE_VM_CODE);
	must("ROUTE", SYSCALL_ROUTE, space, EXIT_HYPERCALL, 0, UINT32_MAX, DOOR,
	     BADGE_FIRST + number);
	must("VCPU_SET", SYSCALL_VCPU_SET, vcpu, VCPU_PC, USER_CODE, 0, 0, 0);
	must("VCPU_SET", SYSCALL_VCPU_SET, vcpu, VCPU_MODE, VCPU_MODE_VALUE, 0, 0, 0);
	must("VCPU_SET", SYSCALL_VCPU_SET, vcpu, VCPU_ARGUMENT, number, 0, 0, 0);
	schedule(vcpu);
	must("VCPU_START", SYSCALL_VCPU_START, vcpu, 0, 0, 0, 0, 0);
}

static void make_task(struct user *new, unsigned int number)
{
	handle_t space = new->base + SPACE, thread = new->base + RUNNER;

	if (!new->shares) {
		must("CREATE_TASK", SYSCALL_CREATE_TASK, POOL, space, 0, 0, 0, 0);
		map_all(space, PAGE_TASK_CODE);
		must("GRANT", SYSCALL_GRANT, space, USER_DOOR, DOOR, RIGHT_CALL,
		     BADGE_FIRST + number, 0);
		must("GRANT", SYSCALL_GRANT, space, USER_LOBBY, LOBBY, RIGHT_CALL, 0, 0);
	} else {
		space -= SLOTS_A_USER;
	}
	must("CREATE_THREAD", SYSCALL_CREATE_THREAD, POOL, thread, space, 1 + draw(PRIORITY_USER),
	     DOOR, BADGE_FIRST + number);
	schedule(thread);
	must("THREAD_START", SYSCALL_THREAD_START, thread, USER_CODE, PAGE, number, 0, 0);
}

static void make_users(void)
{
	unsigned int number;

	users = 1 + (unsigned int)draw(USERS);
	for (number = 0; number < users; number++) {
		struct user *new = &user[number];

		*new = (struct user){ .vm = draw(2), .base = FIRST_USER + SLOTS_A_USER * number };
		new->shares = !new->vm && number && !user[number - 1].vm &&
			      !user[number - 1].shares && draw(2);
		*count_of(number) = (struct user_count){ 0 };
		(void)count_of(number);
		if (new->vm)
			make_vm(new, number);
		else
			make_task(new, number);
	}
}

/* Whose message is in hand. Two threads of one task share the badge of their calls. */
static uint64_t sender(void)
{
	uint64_t number = MESSAGE_ROUTE(hand.badge) - BADGE_FIRST;

	if (number < users && hand.label == LABEL_USER)
		number = hand.words[0];
	if (number < users)
		return number;
	mistake("a message of nobody", hand.badge);
	return 0;
}

static bool is_fault(void)
{
	return hand.label == FAULT_LABEL_TASK || hand.label == FAULT_LABEL_VCPU;
}

/*
 * Answers the message in hand and takes the next, which must be one that can come now. Who has
 * faulted does not run again.
 */
static void wait_message(status_t answer, bool fault_allowed)
{
	uint64_t address;

	rt_reply_wait(DOOR, is_fault() ? STATUS_DEAD : answer, &hand);
	if (!is_fault()) {
		(void)sender();
		return;
	}
	address = hand.words[hand.label == FAULT_LABEL_VCPU];
	if (!fault_allowed || address != USER_PAGE)
		mistake("a fault at", address);
	user[sender()].faulted = true;
}

/* A thread whose message is in hand is sent to wait for nobody; then that place ends. */
static void lobby(void)
{
	struct user *guest = &user[sender()];

	if (users > 1 && !guest->vm && draw(2)) {
		guest->lobby = true;
		wait_message(ANSWER_LOBBY, false);
	}
	end(LOBBY);
}

/* Takes away what the ending is about: at the return nobody has it any more. */
static void take(enum ending ending)
{
	unsigned int number;

	if (ending == END_DESTROY_MEMORY)
		end(TAKEN);
	for (number = 0; number < users; number++) {
		handle_t space = user[number].base + SPACE, runner = user[number].base + RUNNER;

		if (ending == END_UNMAP && !user[number].shares)
			must("UNMAP", SYSCALL_UNMAP, space, USER_PAGE, PAGE, 0, 0, 0);
		if (ending == END_STOP)
			must("STOP", user[number].vm ? SYSCALL_VCPU_STOP : SYSCALL_THREAD_STOP,
			     runner, 0, 0, 0, 0, 0);
		if (ending == END_DESTROY)
			end(runner);
	}
}

static bool all_faulted(void)
{
	unsigned int number;

	for (number = 0; number < users; number++)
		if (!user[number].faulted)
			return false;
	return true;
}

/* No user does anything any more; a load that had begun before may have been counted after. */
static void check_users(const uint64_t *loads, bool faulted)
{
	unsigned int number;

	for (number = 0; number < users; number++) {
		volatile struct user_count *count = count_of(number);
		uint64_t late = count->loads - loads[number];

		if (late > faulted)
			mistake("loads after the end", late);
		if (faulted && user[number].lobby && count->lobby != (uint64_t)STATUS_DEAD)
			mistake("a call to what has ended gave", count->lobby);
	}
}

static void end_users(bool runners)
{
	unsigned int number;

	for (number = users; number-- > 0;) {
		if (runners)
			end(user[number].base + RUNNER);
		if (user[number].vm)
			end(user[number].base + INTERRUPTS);
		if (!user[number].shares)
			end(user[number].base + SPACE);
	}
}

static void run_round(void)
{
	enum ending ending = (enum ending)draw(ENDINGS);
	bool faults = ending <= END_UNMAP;
	unsigned int number, messages;
	uint64_t loads[USERS];

	must("CREATE_ENDPOINT", SYSCALL_CREATE_ENDPOINT, POOL, LOBBY, 0, 0, 0, 0);
	must("CREATE_MEMORY", SYSCALL_CREATE_MEMORY, POOL, TAKEN, PAGE, PAGE, 0, 0);
	make_users();
	for (messages = 1 + (unsigned int)draw(2 * users); messages; messages--)
		wait_message(STATUS_OK, false);
	lobby();
	take(ending);
	for (number = 0; number < users; number++)
		loads[number] = count_of(number)->loads;
	while (faults && !all_faulted())
		wait_message(STATUS_OK, true);
	check_users(loads, faults);
	end_users(ending != END_DESTROY);
	if (ending != END_DESTROY_MEMORY)
		end(TAKEN);
}

static uint64_t pool_free(handle_t pool)
{
	uint64_t info[3] = { 0 };

	rt_object_info(pool, info);
	return info[1];
}

/* How many CPUs there are: from which on a thread may not be sent there. */
static void cpus_count(void)
{
	must("CREATE_TASK", SYSCALL_CREATE_TASK, POOL, FIRST_USER + SPACE, 0, 0, 0, 0);
	must("CREATE_THREAD", SYSCALL_CREATE_THREAD, POOL, FIRST_USER + RUNNER, FIRST_USER + SPACE,
	     1, DOOR, 0);
	for (cpus = 0; call(SYSCALL_SCHEDULE, machine, FIRST_USER + RUNNER, 1ul << cpus, 0, 0, 0) ==
		       STATUS_OK;)
		cpus++;
	end(FIRST_USER + RUNNER);
	end(FIRST_USER + SPACE);
}

/* The first wait for a user's message answers the guest that asked for the rounds. */
static void run_rounds(uint64_t count, const struct message *message)
{
	uint64_t before = pool_free(parent), whole;

	hand = *message;
	must("CREATE_POOL", SYSCALL_CREATE_POOL, parent, POOL, ROUND_POOL, 0, 0, 0);
	must("CREATE_ENDPOINT", SYSCALL_CREATE_ENDPOINT, parent, DOOR, 0, 0, 0, 0);
	cpus_count();
	whole = pool_free(POOL);
	for (rounds = 0; rounds < count; rounds++) {
		run_round();
		if (pool_free(POOL) != whole)
			mistake("the pool has lost", whole - pool_free(POOL));
	}
	end(DOOR);
	end(POOL);
	if (pool_free(parent) != before)
		mistake("the server's pool has lost", before - pool_free(parent));
	rt_log("stress: %lu rounds on %u CPUs, %lu mistakes", rounds, cpus, wrong);
}

static status_t read_arrives(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge;
	(void)width;
	*value = offset == STRESS_ROUNDS ? rounds : wrong;
	return STATUS_OK;
}

status_t server_message(struct message *message)
{
	static const struct mmio_server mmio = { .read = read_arrives };

	if (message->label >> 16 == DEVICE_INTERFACE)
		return STATUS_OK; /* there is nothing to reset */
	if (message->label != MMIO_LABEL_WRITE)
		return mmio_dispatch(&mmio, message);
	if (message->words[0] == STRESS_SEED)
		seed = message->words[2];
	else
		run_rounds(message->words[2], message);
	return STATUS_OK;
}

static void copy_code(unsigned int page, const char *from, const char *code_end)
{
	char *to = shared + page * PAGE;

	memcpy(to, from, (size_t)(code_end - from));
	code_written(to, to + (code_end - from));
}

void server_start(void)
{
	parent = (handle_t)rt_argument("pool");
	memory = (handle_t)rt_argument("memory-handle");
	machine = (handle_t)rt_argument_or("machine", HANDLE_NONE);
	shared = (char *)rt_argument("memory");
	copy_code(PAGE_TASK_CODE, task_code, task_code_end);
	copy_code(PAGE_VM_CODE, vm_code, vm_code_end);
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
