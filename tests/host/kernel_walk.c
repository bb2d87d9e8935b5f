/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A long random walk, the same one each time: the first task makes and destroys objects and hands
 * them to hostile tasks, which make any system call with any of their handles; guests exit and
 * interrupts come. After each step everything must be consistent, and at the end all memory be back.
 */
#include "tests/host/kernel_harness.h"

#define LIVES 90
#define STEPS 1500 /* of a life */
#define POOL_SIZE (64ul << 20)
#define SLOT_FIRST 16ul
#define SLOT_LAST 72ul
#define SLOT_THERE 24
#define SPAN 64 /* exits and routes lie below */

static uint64_t seed, pool;
static unsigned int done[SYSCALL_COUNT], exits, faults;

static uint64_t pick(uint64_t count)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % count;
}

/* Any slot of the caller's that names an object of the type, where one is soon found. */
static uint64_t any(struct thread *caller, uint32_t type)
{
	uint64_t first = caller == boot ? SLOT_FIRST : 1;
	uint64_t count = caller == boot ? SLOT_LAST - SLOT_FIRST : SLOT_THERE, slot = 0;
	unsigned int tries;

	for (tries = 0; tries < 40; tries++) {
		slot = first + pick(count);
		if (caller->task->handles[slot].object &&
		    caller->task->handles[slot].object->type == type)
			return slot;
	}
	return pick(20) ? slot : pick(2) ? ~0ul : HANDLE_COUNT;
}

static uint64_t free_slot(void)
{
	return SLOT_FIRST + pick(SLOT_LAST - SLOT_FIRST);
}

static uint64_t pages(uint64_t most)
{
	return pick(30) ? pick(most) * PAGE_SIZE : seed;
}

/* The range of a mapping that the task has. */
static void choose_mapping(struct thread *caller, uint64_t *a)
{
	struct object *object = caller->task->handles[a[0] % HANDLE_COUNT].object;
	struct mapping *mapping = NULL;

	if (object && object->type == OBJECT_TASK)
		mapping = &((struct task *)object)->space.mappings[pick(2)];
	if (mapping && mapping->memory) {
		a[1] = mapping->address;
		a[2] = mapping->size;
	}
}

/* Arguments with which the call has a chance, and sometimes none. */
static void choose(struct thread *caller, uint64_t number, uint64_t *a)
{
	uint32_t bits = pick(1u << 10);

	a[0] = a[1] = a[2] = a[3] = a[4] = a[5] = pick(SPAN);
	switch (number) {
	case SYSCALL_CREATE_POOL ... SYSCALL_CREATE_WINDOW:
		a[0] = caller == boot ? pool : any(caller, OBJECT_POOL);
		a[1] = free_slot();
		break;
	case SYSCALL_REPLY_WAIT:
	case SYSCALL_CALL:
	case SYSCALL_SIGNAL:
	case SYSCALL_TIMER:
		a[0] = any(caller, OBJECT_ENDPOINT);
		a[1] = number == SYSCALL_TIMER ? (pick(4) ? fake.clock + pick(2000) : TIMER_OFF) : -pick(2);
		a[2] = pick(8);
		return;
	case SYSCALL_THREAD_START:
		a[1] = a[2] = pick(8) ? 0 : seed;
		/* fall through */
	case SYSCALL_THREAD_STOP:
		a[0] = any(caller, OBJECT_THREAD);
		return;
	case SYSCALL_THREAD_GET:
		a[0] = any(caller, OBJECT_THREAD);
		a[1] = pick(4) ? THREAD_GET_STATE + pick(6) : VCPU_PC;
		return;
	case SYSCALL_VCPU_GET ... SYSCALL_VCPU_KICK:
		a[0] = any(caller, OBJECT_VCPU);
		a[1] = number == SYSCALL_VCPU_HOLD ? pick(4) == 0 : pick(2) ? VCPU_PC : seed;
		return;
	}
	switch (number) {
	case SYSCALL_CREATE_POOL:
		a[2] = pages(8);
		break;
	case SYSCALL_CREATE_MEMORY:
		a[2] = pages(pick(4) ? 10 : 700);
		a[3] = pick(4) ? PAGE_SIZE : 2ul << 20;
		break;
	case SYSCALL_CREATE_THREAD:
		a[2] = any(caller, OBJECT_TASK);
		a[3] = pick(PRIORITY_COUNT - 3) + pick(40) / 39 * 32;
		a[4] = any(caller, OBJECT_ENDPOINT);
		break;
	case SYSCALL_CREATE_VM:
		a[2] = any(caller, OBJECT_ENDPOINT);
		break;
	case SYSCALL_CREATE_VCPU:
		a[2] = any(caller, OBJECT_VM);
		a[3] = pick(3);
		a[4] = any(caller, OBJECT_MEMORY);
		a[5] = pick(20);
		break;
	case SYSCALL_CREATE_DEVICE:
	case SYSCALL_CREATE_IRQ:
		a[2] = a[0];
		a[0] = SLOT_MACHINE;
		a[3] = number == SYSCALL_CREATE_IRQ ? 32 + pick(8) : 0x9000000 + pages(4);
		a[4] = number == SYSCALL_CREATE_IRQ ? any(caller, OBJECT_ENDPOINT) : pages(4);
		a[5] = pick(4);
		break;
	case SYSCALL_CREATE_WINDOW:
		a[2] = any(caller, OBJECT_MEMORY);
		a[3] = pages(8);
		a[4] = pages(6);
		break;
	case SYSCALL_GRANT:
		a[0] = any(caller, OBJECT_TASK);
		a[1] = 1 + pick(SLOT_THERE);
		a[2] = any(caller, OBJECT_MEMORY + pick(OBJECT_IRQ - 1));
		a[3] = a[2] < HANDLE_COUNT ? caller->task->handles[a[2]].rights & (bits | RIGHT_CALL |
			RIGHT_RECEIVE | RIGHT_SIGNAL) : bits;
		a[4] = pick(3);
		break;
	case SYSCALL_CLOSE:
	case SYSCALL_DESTROY:
	case SYSCALL_OBJECT_INFO:
		a[0] = any(caller, OBJECT_POOL + pick(OBJECT_IRQ));
		break;
	case SYSCALL_UNMAP:
		a[0] = any(caller, OBJECT_TASK);
		choose_mapping(caller, a);
		break;
	case SYSCALL_MAP:
		a[0] = any(caller, pick(2) ? OBJECT_TASK : OBJECT_VM);
		a[1] = any(caller, OBJECT_MEMORY);
		a[2] = pick(4) << 21;
		a[3] = pick(2) ? 0 : pages(8);
		a[4] = pick(3) ? pages(6) : pick(3) * 300 * PAGE_SIZE;
		a[5] = pick(9);
		break;
	case SYSCALL_SCHEDULE:
		a[0] = caller == boot ? (uint64_t)SLOT_MACHINE : any(caller, OBJECT_MACHINE);
		a[1] = any(caller, pick(2) ? OBJECT_THREAD : OBJECT_VCPU);
		a[2] = pick(16);
		a[3] = pick(3) * pick(500);
		a[4] = pick(1000);
		break;
	case SYSCALL_ROUTE:
		a[0] = any(caller, OBJECT_VM);
		a[1] = pick(EXIT_KINDS + 1);
		a[2] = pick(SPAN);
		a[3] = a[2] + pick(12);
		a[4] = any(caller, OBJECT_ENDPOINT);
		a[5] = pick(100) | pick(2) << 32;
		break;
	case SYSCALL_IRQ_DONE:
		a[0] = any(caller, OBJECT_IRQ);
		break;
	case SYSCALL_MACHINE:
		a[0] = caller == boot ? (uint64_t)SLOT_MACHINE : any(caller, OBJECT_MACHINE);
		a[1] = MACHINE_PUT + pick(2);
		break;
	}
}

/* The first task never blocks, closes what is dead only, and keeps its pools: nothing gets lost. */
static bool sensible(uint64_t number, const uint64_t *a)
{
	struct handle *handle = &boot->task->handles[a[number == SYSCALL_GRANT ? 2 : 0] % HANDLE_COUNT];

	if (number == SYSCALL_GRANT)
		return !handle->object || handle->object->type != OBJECT_POOL;
	if (number == SYSCALL_DESTROY && a[0] == pool)
		return false;
	if (number == SYSCALL_REPLY_WAIT || number == SYSCALL_CALL || number == SYSCALL_EXIT)
		return false;
	if (number == SYSCALL_CLOSE)
		return !handle->object || (handle->object->dead && !handle->object->link);
	return true;
}

static void system_call(struct thread *caller)
{
	static const uint8_t often[] = { SYSCALL_REPLY_WAIT, SYSCALL_REPLY_WAIT, SYSCALL_CALL,
					 SYSCALL_SIGNAL };
	uint64_t number = pick(SYSCALL_COUNT + 1), a[6];
	status_t status;

	if (caller != boot && pick(3))
		number = often[pick(sizeof(often))];
	if (caller == boot && pick(3) == 0)
		number = pick(2) ? SYSCALL_VCPU_START : SYSCALL_THREAD_START;

	choose(caller, number, a);
	/* Ends are rare, or there is nothing to do any more. */
	if (((number == SYSCALL_DESTROY || number == SYSCALL_THREAD_STOP || number == SYSCALL_EXIT) &&
	     pick(5)) ||
	    (caller == boot && !sensible(number, a)))
		return;
	status = call(caller, number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (number < SYSCALL_COUNT && (status == STATUS_OK || caller->state != THREAD_READY))
		done[number]++;
}

static void guest_exit(struct vcpu *vcpu)
{
	exits++;
	HERE.list[0] = pick(3) == 0;
	switch (pick(5)) {
	case 0:
		exit_hypercall(vcpu, pick(SPAN));
		return;
	case 1:
		exit_sysreg(vcpu, pick(SPAN), pick(2), seed);
		return;
	case 2:
		exit_wait(vcpu);
		return;
	}
	exit_mmio(vcpu, pick(SPAN), pick(2), seed);
}

static struct thread *fault_of(struct thread *thread)
{
	static const uint64_t position[4];

	faults++;
	return thread_fault(thread, 1, 2, position);
}

static void act(struct thread *thread)
{
	if (!thread->task) {
		guest_exit(CONTAINER(thread, struct vcpu, thread));
	} else if (thread != boot && pick(50) == 0) {
		kernel_run_as(thread);
		KERNEL_ENTER(fault_of(thread));
	} else {
		system_call(thread);
	}
}

/* It has its CPU, or could have it now. */
static bool could_run(const struct thread *thread)
{
	if (thread->state != THREAD_READY ||
	    (!thread->task && CONTAINER(thread, struct vcpu, thread)->events))
		return false;
	return !queue_empty(&thread->link) || thread->cpu->current == thread;
}

/* A thread or vCPU that could have its CPU now. */
static struct thread *any_ready(void)
{
	unsigned int tries;

	for (tries = 0; tries < 30; tries++) {
		struct object *object = object_at(free_slot());
		struct thread *thread = object ? CONTAINER(object, struct thread, object) : NULL;

		if (object && !object->dead &&
		    (object->type == OBJECT_THREAD || object->type == OBJECT_VCPU) && could_run(thread))
			return thread;
	}
	return boot;
}

static void step(void)
{
	static const uint32_t numbers[] = { ARCH_IRQ_TIMER, FAKE_IRQ_GUEST_TIMER, FAKE_IRQ_MAINTENANCE };
	uint64_t what = pick(100);
	struct thread *current;

	if (what < 35) {
		act(boot);
	} else if (what < 80) {
		act(any_ready());
	} else if (what < 88) {
		fake.clock += pick(3000);
		on_cpu(pick(cpu_count));
		interrupt(pick(2) ? numbers[pick(3)] : 32 + pick(8));
	} else if (what < 92) {
		look(pick(cpu_count));
	} else {
		if (boot->state == THREAD_READY)
			boot_rest();
		on_cpu(pick(cpu_count));
		current = cpu_this()->current;
		if (current && could_run(current) && current != boot)
			act(current);
	}
}

/* Ends everything: what needs something else goes first, so a few rounds are enough. */
static bool end_all(void)
{
	unsigned int round, left = 1;
	uint64_t slot;

	for (round = 0; round < 10 && left; round++) {
		left = 0;
		for (slot = SLOT_FIRST; slot < SLOT_LAST; slot++) {
			status_t status;

			if (!object_at(slot))
				continue;
			boot->task->handles[slot].rights |= RIGHT_MANAGE;
			do
				status = CALL(boot, SYSCALL_DESTROY, slot);
			while (status == STATUS_AGAIN);
			left++;
			if (status == STATUS_OK || status == STATUS_DEAD)
				CALL(boot, SYSCALL_CLOSE, slot);
		}
	}
	return left == 0;
}

static void make(uint64_t number, uint64_t slot, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	NEED_STATUS(call(boot, number, pool, slot, a2, a3, a4, a5), STATUS_OK);
}

/* Something to begin with: servers with an endpoint each that know each other, and a guest. */
static void populate(void)
{
	uint64_t at = SLOT_FIRST, end = at, task = at + 4, thread = at + 8, vm = at + 12, index, other;

	for (index = 0; index < 4; index++) {
		make(SYSCALL_CREATE_ENDPOINT, end + index, 0, 0, 0, 0);
		make(SYSCALL_CREATE_TASK, task + index, 0, 0, 0, 0);
		make(SYSCALL_CREATE_THREAD, thread + index, task + index, 4 + pick(8), end, index);
		CALL(boot, SYSCALL_THREAD_START, thread + index, 0, 0, 0);
	}
	for (index = 0; index < 4; index++)
		for (other = 0; other < 4; other++)
			CALL(boot, SYSCALL_GRANT, task + index, 1 + other, end + other,
			     other == index ? RIGHTS_ALL & ~RIGHT_MANAGE : RIGHT_CALL | RIGHT_SIGNAL,
			     other == index ? 0 : index);
	make(SYSCALL_CREATE_VM, vm, end, 0, 0, 0);
	CALL(boot, SYSCALL_ROUTE, vm, EXIT_INTERRUPT, 0, 0, end + 1, 1);
	for (index = 0; index < 2; index++) {
		make(SYSCALL_CREATE_MEMORY, vm + 3 + index, PAGE_SIZE, PAGE_SIZE, 0, 0);
		make(SYSCALL_CREATE_VCPU, vm + 1 + index, vm, index, vm + 3 + index, 3 + pick(8));
		CALL(boot, SYSCALL_ROUTE, vm, EXIT_MMIO, 20 * index, 20 * index + 19, end + 2 + index, 1);
		CALL(boot, SYSCALL_VCPU_START, vm + 1 + index);
	}
}

static void live(uint64_t start, unsigned int number)
{
	const char *what = NULL;
	unsigned int steps;
	char words[256];

	populate();
	for (steps = 0; steps < STEPS && !what; steps++) {
		step();
		what = kernel_wrong();
	}
	snprintf(words, sizeof(words), "seed %lx, life %u, step %u: %s", (unsigned long)start, number,
		 steps, what ? what : "");
	CU_assertImplementation(!what, __LINE__, words, __FILE__, "", CU_TRUE);
	CU_ASSERT_FATAL(end_all());
	look_all();
	NEED_STATUS(CALL(boot, SYSCALL_OBJECT_INFO, pool), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(boot->context.x[2], POOL_SIZE);
}

static void walk(uint64_t start, unsigned int count)
{
	unsigned int number;

	seed = start;
	kernel_start_cpus(count);
	pool = make_pool(POOL_SIZE);
	for (number = 0; number < LIVES; number++)
		live(start, number);
}

static void test_one(void)
{
	walk(0x636f7070696365, 1);
}

static void test_two(void)
{
	walk(0x9e3779b97f4a7c15, 2);
}

static void test_four(void)
{
	walk(0x2545f4914f6cdd1d, 4);
}

static void test_covers(void)
{
	char words[64];
	uint64_t number;

	for (number = 0; number < SYSCALL_COUNT; number++) {
		snprintf(words, sizeof(words), "system call %u worked %u times", (unsigned int)number,
			 done[number]);
		CU_assertImplementation(done[number] > 50, __LINE__, words, __FILE__, "", CU_FALSE);
	}
	CU_ASSERT(exits > 1000);
	CU_ASSERT(faults > 100);
}

static const struct suite_test tests[] = {
	{ "a random walk leaves everything consistent after each step", test_one },
	{ "and so does one on two CPUs, which look at what they are told late", test_two },
	{ "and one on four", test_four },
	{ "the walks made every system call work", test_covers },
};

int main(void)
{
	return suite_run("kernel walk", tests, sizeof(tests) / sizeof(tests[0]));
}
