/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every system call against every wrong handle: missing, of another type, dead, or without one of
 * the rights it needs. The right status comes back, and not a byte of the kernel's memory changes.
 */
#include "tests/host/kernel_harness.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/machine.h"

#define ANY OBJECT_NONE
#define HANDLES 3

/* One object of each type, in the slot of its type's number; then a second task, and free slots. */
#define OBJECT(type) (SLOT_FREE + (type))
#define TASK_THERE (OBJECT(OBJECT_MACHINE) + 1)
#define FREE 100ul

struct need {
	unsigned int argument;
	uint32_t type, rights;
};

static const struct rule {
	const char *name;
	uint64_t number;
	uint64_t arguments[6];
	struct need needs[HANDLES]; /* ends at the first that needs nothing */
	unsigned int count;
	unsigned int slot; /* the argument that must be a free slot, or 0 */
	bool dead;         /* a dead object is refused */
	bool blocks;
} rules[] = {
#define POOL { 0, OBJECT_POOL, RIGHT_MANAGE }
#define END(n, right) { n, OBJECT_ENDPOINT, right }
	{ "reply_wait", SYSCALL_REPLY_WAIT, { OBJECT(OBJECT_ENDPOINT) }, { END(0, RIGHT_RECEIVE) }, 1, 0,
	  true, true },
	{ "call", SYSCALL_CALL, { OBJECT(OBJECT_ENDPOINT) }, { END(0, RIGHT_CALL) }, 1, 0, true, true },
	{ "signal", SYSCALL_SIGNAL, { OBJECT(OBJECT_ENDPOINT) }, { END(0, RIGHT_SIGNAL) }, 1, 0, true,
	  false },
	{ "create_pool", SYSCALL_CREATE_POOL, { OBJECT(OBJECT_POOL), FREE, PAGE_SIZE }, { POOL }, 1, 1,
	  true, false },
	{ "create_memory", SYSCALL_CREATE_MEMORY, { OBJECT(OBJECT_POOL), FREE, PAGE_SIZE, PAGE_SIZE },
	  { POOL }, 1, 1, true, false },
	{ "create_endpoint", SYSCALL_CREATE_ENDPOINT, { OBJECT(OBJECT_POOL), FREE }, { POOL }, 1, 1, true,
	  false },
	{ "create_task", SYSCALL_CREATE_TASK, { OBJECT(OBJECT_POOL), FREE }, { POOL }, 1, 1, true, false },
	{ "create_thread", SYSCALL_CREATE_THREAD,
	  { OBJECT(OBJECT_POOL), FREE, OBJECT(OBJECT_TASK), 1, OBJECT(OBJECT_ENDPOINT) },
	  { POOL, { 2, OBJECT_TASK, RIGHT_MANAGE }, END(4, RIGHT_CALL) }, 3, 1, true, false },
	{ "create_vm", SYSCALL_CREATE_VM, { OBJECT(OBJECT_POOL), FREE, OBJECT(OBJECT_ENDPOINT) },
	  { POOL, END(2, RIGHT_CALL) }, 2, 1, true, false },
	{ "create_vcpu", SYSCALL_CREATE_VCPU,
	  { OBJECT(OBJECT_POOL), FREE, OBJECT(OBJECT_VM), 5, OBJECT(OBJECT_MEMORY), 1 },
	  { POOL, { 2, OBJECT_VM, RIGHT_MANAGE }, { 4, OBJECT_MEMORY, RIGHT_READ | RIGHT_WRITE } }, 3, 1,
	  true, false },
	{ "create_device", SYSCALL_CREATE_DEVICE,
	  { OBJECT(OBJECT_MACHINE), FREE, OBJECT(OBJECT_POOL), 0x9000000, PAGE_SIZE },
	  { { 0, OBJECT_MACHINE, RIGHT_MANAGE }, { 2, OBJECT_POOL, RIGHT_MANAGE } }, 2, 1, true, false },
	{ "create_irq", SYSCALL_CREATE_IRQ,
	  { OBJECT(OBJECT_MACHINE), FREE, OBJECT(OBJECT_POOL), 50, OBJECT(OBJECT_ENDPOINT), 1 },
	  { { 0, OBJECT_MACHINE, RIGHT_MANAGE }, { 2, OBJECT_POOL, RIGHT_MANAGE }, END(4, RIGHT_SIGNAL) },
	  3, 1, true, false },
	{ "create_window", SYSCALL_CREATE_WINDOW,
	  { OBJECT(OBJECT_POOL), FREE, OBJECT(OBJECT_MEMORY), 0, PAGE_SIZE },
	  { POOL, { 2, OBJECT_MEMORY, RIGHT_MANAGE | RIGHT_GRANT } }, 2, 1, true, false },
	{ "grant", SYSCALL_GRANT, { TASK_THERE, 9, OBJECT(OBJECT_ENDPOINT), RIGHT_GRANT, 5 },
	  { { 0, OBJECT_TASK, RIGHT_MANAGE }, { 2, ANY, RIGHT_GRANT } }, 2, 0, false, false },
	{ "close", SYSCALL_CLOSE, { OBJECT(OBJECT_ENDPOINT) }, { { 0, ANY, 0 } }, 1, 0, false, false },
	{ "destroy", SYSCALL_DESTROY, { OBJECT(OBJECT_IRQ) }, { { 0, ANY, RIGHT_MANAGE } }, 1, 0, true,
	  false },
	{ "map into a task", SYSCALL_MAP,
	  { OBJECT(OBJECT_TASK), OBJECT(OBJECT_MEMORY), 0x5000, 0, PAGE_SIZE, MAP_READ | MAP_WRITE },
	  { { 0, OBJECT_TASK, RIGHT_MANAGE }, { 1, OBJECT_MEMORY, RIGHT_READ | RIGHT_WRITE } }, 2, 0, true,
	  false },
	{ "map into a vm", SYSCALL_MAP,
	  { OBJECT(OBJECT_VM), OBJECT(OBJECT_MEMORY), 0x5000, 0, PAGE_SIZE, MAP_READ | MAP_EXECUTE },
	  { { 0, OBJECT_VM, RIGHT_MANAGE }, { 1, OBJECT_MEMORY, RIGHT_READ | RIGHT_EXECUTE } }, 2, 0, true,
	  false },
	{ "unmap from a task", SYSCALL_UNMAP, { OBJECT(OBJECT_TASK), 0x1000, PAGE_SIZE },
	  { { 0, OBJECT_TASK, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "unmap from a vm", SYSCALL_UNMAP, { OBJECT(OBJECT_VM), 0x1000, PAGE_SIZE },
	  { { 0, OBJECT_VM, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "thread_start", SYSCALL_THREAD_START, { OBJECT(OBJECT_THREAD) },
	  { { 0, OBJECT_THREAD, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "thread_stop", SYSCALL_THREAD_STOP, { OBJECT(OBJECT_THREAD) },
	  { { 0, OBJECT_THREAD, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "thread_get", SYSCALL_THREAD_GET, { OBJECT(OBJECT_THREAD), VCPU_PC },
	  { { 0, OBJECT_THREAD, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "route", SYSCALL_ROUTE, { OBJECT(OBJECT_VM), EXIT_MMIO, 0, 9, OBJECT(OBJECT_ENDPOINT), 1 },
	  { { 0, OBJECT_VM, RIGHT_MANAGE }, END(4, RIGHT_CALL) }, 2, 0, true, false },
	{ "vcpu_get", SYSCALL_VCPU_GET, { OBJECT(OBJECT_VCPU), VCPU_PC },
	  { { 0, OBJECT_VCPU, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "vcpu_set", SYSCALL_VCPU_SET, { OBJECT(OBJECT_VCPU), VCPU_PC, 4 },
	  { { 0, OBJECT_VCPU, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "vcpu_start", SYSCALL_VCPU_START, { OBJECT(OBJECT_VCPU) },
	  { { 0, OBJECT_VCPU, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "vcpu_stop", SYSCALL_VCPU_STOP, { OBJECT(OBJECT_VCPU) },
	  { { 0, OBJECT_VCPU, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "vcpu_hold", SYSCALL_VCPU_HOLD, { OBJECT(OBJECT_VCPU), 1 },
	  { { 0, OBJECT_VCPU, RIGHT_MANAGE } }, 1, 0, true, false },
	{ "vcpu_kick", SYSCALL_VCPU_KICK, { OBJECT(OBJECT_VCPU) }, { { 0, OBJECT_VCPU, RIGHT_KICK } }, 1,
	  0, true, false },
	{ "irq_done", SYSCALL_IRQ_DONE, { OBJECT(OBJECT_IRQ) }, { { 0, OBJECT_IRQ, RIGHT_MANAGE } }, 1, 0,
	  true, false },
	{ "timer", SYSCALL_TIMER, { OBJECT(OBJECT_ENDPOINT), 500, 1 }, { END(0, RIGHT_RECEIVE) }, 1, 0,
	  true, false },
	{ "object_info", SYSCALL_OBJECT_INFO, { OBJECT(OBJECT_ENDPOINT) }, { { 0, ANY, 0 } }, 1, 0, true,
	  false },
	{ "machine", SYSCALL_MACHINE, { OBJECT(OBJECT_MACHINE), MACHINE_PUT, 'x' },
	  { { 0, OBJECT_MACHINE, RIGHT_MANAGE } }, 1, 0, true, false },
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

static struct pool *root;
static struct handle *handles;
static unsigned char *memory_before;
static struct pool root_before;
static const struct rule *rule;

static void make(uint64_t number, uint64_t a0, uint64_t type, uint64_t a2, uint64_t a3, uint64_t a4,
		 uint64_t a5)
{
	NEED_STATUS(call(boot, number, a0, OBJECT(type), a2, a3, a4, a5), STATUS_OK);
	handles[OBJECT(type)].rights = RIGHTS_ALL;
}

static void start(void)
{
	kernel_start();
	handles = boot->task->handles;
	root = (struct pool *)handles[SLOT_ROOT_POOL].object;
	handle_close(boot->task, SLOT_FREE);
	make(SYSCALL_CREATE_POOL, SLOT_ROOT_POOL, OBJECT_POOL, 1ul << 20, 0, 0, 0);
	make(SYSCALL_CREATE_MEMORY, SLOT_ROOT_POOL, OBJECT_MEMORY, PAGE_SIZE, PAGE_SIZE, 0, 0);
	make(SYSCALL_CREATE_ENDPOINT, SLOT_ROOT_POOL, OBJECT_ENDPOINT, 0, 0, 0, 0);
	make(SYSCALL_CREATE_TASK, SLOT_ROOT_POOL, OBJECT_TASK, 0, 0, 0, 0);
	make(SYSCALL_CREATE_THREAD, SLOT_ROOT_POOL, OBJECT_THREAD, OBJECT(OBJECT_TASK), 1,
	     OBJECT(OBJECT_ENDPOINT), 0);
	make(SYSCALL_CREATE_VM, SLOT_ROOT_POOL, OBJECT_VM, OBJECT(OBJECT_ENDPOINT), 0, 0, 0);
	make(SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, OBJECT_VCPU, OBJECT(OBJECT_VM), 0,
	     OBJECT(OBJECT_MEMORY), 1);
	make(SYSCALL_CREATE_IRQ, SLOT_MACHINE, OBJECT_IRQ, SLOT_ROOT_POOL, 40, OBJECT(OBJECT_ENDPOINT), 1);
	handles[OBJECT(OBJECT_MACHINE)] = handles[SLOT_MACHINE];
	make(SYSCALL_CREATE_TASK, SLOT_ROOT_POOL, OBJECT_MACHINE + 1, 0, 0, 0, 0);
	NEED_STATUS(CALL(boot, SYSCALL_MAP, OBJECT(OBJECT_TASK), OBJECT(OBJECT_MEMORY), 0x1000, 0,
			 PAGE_SIZE, MAP_READ), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_MAP, OBJECT(OBJECT_VM), OBJECT(OBJECT_MEMORY), 0x1000, 0, PAGE_SIZE,
			 MAP_READ), STATUS_OK);
}

static void remember(void)
{
	root_before = *root;
	memory_before = realloc(memory_before, root->next - root->base);
	memcpy(memory_before, (void *)root->base, root->next - root->base);
}

static bool unchanged(void)
{
	return memcmp(&root_before, root, sizeof(*root)) == 0 &&
	       memcmp(memory_before, (void *)root->base, root->next - root->base) == 0;
}

/* The call, with one argument replaced, fails with this status and does nothing else. */
static void refuses(unsigned int argument, uint64_t value, status_t should, const char *why)
{
	struct arch_context context = boot->context;
	uint64_t arguments[6], calls = boot->calls;
	char what[128];
	status_t is;
	bool same;

	memcpy(arguments, rule->arguments, sizeof(arguments));
	arguments[argument] = value;
	remember();
	is = call(boot, rule->number, arguments[0], arguments[1], arguments[2], arguments[3],
		  arguments[4], arguments[5]);
	boot->context = context;
	boot->calls = calls; /* it counts whatever comes of it */
	same = unchanged();
	snprintf(what, sizeof(what), "%s: argument %u %s: status %ld, saw %ld%s", rule->name, argument, why,
		 (long)should, (long)is, same ? "" : ", and something changed");
	CU_assertImplementation(is == should && same, __LINE__, what, __FILE__, "", CU_FALSE);
}

static void each(void (*check)(const struct need *need, struct handle *handle))
{
	unsigned int index, count;

	for (index = 0; index < RULES; index++) {
		rule = &rules[index];
		start();
		for (count = 0; count < rule->count; count++)
			check(&rule->needs[count], &handles[rule->arguments[rule->needs[count].argument]]);
		CHECK_KERNEL();
	}
}

static void missing(const struct need *need, struct handle *handle)
{
	static const uint64_t slots[] = { HANDLE_NONE, FREE + 1, HANDLE_COUNT, HANDLE_COUNT + OBJECT(1),
					  1ul << 32 | OBJECT(OBJECT_ENDPOINT), ~0ul };
	unsigned int index;

	(void)handle;
	for (index = 0; index < sizeof(slots) / sizeof(slots[0]); index++)
		refuses(need->argument, slots[index], STATUS_BAD_HANDLE, "names no handle");
}

static void other_type(const struct need *need, struct handle *handle)
{
	bool space = rule->number == SYSCALL_MAP || rule->number == SYSCALL_UNMAP;
	uint32_t type;

	(void)handle;
	for (type = OBJECT_POOL; need->type != ANY && type <= OBJECT_MACHINE; type++)
		if (type != need->type &&
		    !(space && need->argument == 0 && (type == OBJECT_TASK || type == OBJECT_VM)))
			refuses(need->argument, OBJECT(type), STATUS_BAD_TYPE, "is of another type");
}

static void without_right(const struct need *need, struct handle *handle)
{
	uint32_t right, rights = handle->rights;

	for (right = 1; right <= RIGHTS_ALL; right <<= 1) {
		if (!(need->rights & right))
			continue;
		handle->rights = RIGHTS_ALL & ~right;
		refuses(need->argument, rule->arguments[need->argument], STATUS_BAD_RIGHTS,
			"lacks a right");
	}
	handle->rights = rights;
}

static void dead(const struct need *need, struct handle *handle)
{
	struct object *object = handle->object;

	if (!rule->dead)
		return;
	object->dead = true;
	object->link = NULL;
	refuses(need->argument, rule->arguments[need->argument], STATUS_DEAD, "is dead");
	object->dead = false;
}

static void test_missing(void)
{
	each(missing);
}

static void test_type(void)
{
	each(other_type);
}

static void test_rights(void)
{
	each(without_right);
}

static void test_dead(void)
{
	unsigned int index, count;

	for (index = 0; index < RULES; index++)
		for (count = 0; count < rules[index].count; count++) {
			rule = &rules[index];
			start();
			dead(&rule->needs[count], &handles[rule->arguments[rule->needs[count].argument]]);
		}
}

static void test_slots(void)
{
	unsigned int index;

	for (index = 0; index < RULES; index++) {
		rule = &rules[index];
		if (!rule->slot)
			continue;
		start();
		refuses(rule->slot, HANDLE_NONE, STATUS_BAD_HANDLE, "is no slot");
		refuses(rule->slot, HANDLE_COUNT, STATUS_BAD_HANDLE, "is no slot");
		refuses(rule->slot, ~0ul, STATUS_BAD_HANDLE, "is no slot");
		refuses(rule->slot, OBJECT(OBJECT_TASK), STATUS_BUSY, "is in use");
	}
}

/* With just the rights that the table names, every call does its work: the table is no longer than true. */
static void test_enough(void)
{
	unsigned int index, count;

	for (index = 0; index < RULES; index++) {
		status_t status;

		rule = &rules[index];
		start();
		for (count = 0; count < rule->count; count++)
			handles[rule->arguments[rule->needs[count].argument]].rights =
				rule->needs[count].rights;
		if (rule->number == SYSCALL_THREAD_STOP || rule->number == SYSCALL_VCPU_STOP)
			thread_ready(rule->number == SYSCALL_VCPU_STOP ? thread_at(OBJECT(OBJECT_VCPU))
								       : thread_at(OBJECT(OBJECT_THREAD)));
		status = call(boot, rule->number, rule->arguments[0], rule->arguments[1],
			      rule->arguments[2], rule->arguments[3], rule->arguments[4],
			      rule->arguments[5]);
		if (rule->blocks)
			status = boot->state == THREAD_RECEIVING || boot->state == THREAD_SENDING
					 ? STATUS_OK : STATUS_BAD_STATE;
		CU_assertImplementation(status == STATUS_OK, __LINE__, rule->name, __FILE__, "", CU_FALSE);
	}
}

static void test_unknown(void)
{
	static const uint64_t numbers[] = { SYSCALL_COUNT, SYSCALL_COUNT + 1, 1ul << 32, ~0ul };
	struct rule none = { .name = "no such call" };
	unsigned int index;

	start();
	for (index = 0; index < sizeof(numbers) / sizeof(numbers[0]); index++) {
		none.number = numbers[index];
		rule = &none;
		refuses(0, 1, STATUS_NOT_SUPPORTED, "of an unknown call");
	}
}

static void test_grant(void)
{
	struct handle *there;

	start();
	there = &((struct task *)handles[TASK_THERE].object)->handles[9];
#define GRANT(slot, rights, badge) \
	CALL(boot, SYSCALL_GRANT, TASK_THERE, slot, OBJECT(OBJECT_ENDPOINT), rights, badge)
	handles[OBJECT(OBJECT_ENDPOINT)].rights = RIGHT_CALL | RIGHT_GRANT;
	CHECK_STATUS(GRANT(9, RIGHT_CALL | RIGHT_SIGNAL, 0), STATUS_BAD_RIGHTS);
	CHECK_STATUS(GRANT(9, RIGHT_CALL | 1ul << 32, 0), STATUS_BAD_RIGHTS);
	CHECK_STATUS(GRANT(HANDLE_COUNT, RIGHT_CALL, 0), STATUS_BAD_HANDLE);
	CHECK_STATUS(GRANT(0, RIGHT_CALL, 0), STATUS_BAD_HANDLE);
	CHECK_STATUS(GRANT(9, RIGHT_CALL, 77), STATUS_OK);
	CU_ASSERT_EQUAL(there->rights, RIGHT_CALL);
	CU_ASSERT_EQUAL(there->badge, 77);
	CU_ASSERT_PTR_EQUAL(there->object, handles[OBJECT(OBJECT_ENDPOINT)].object);
	CHECK_STATUS(GRANT(9, RIGHT_CALL, 77), STATUS_BUSY);
	handles[OBJECT(OBJECT_ENDPOINT)].badge = 5;
	CHECK_STATUS(GRANT(10, RIGHT_CALL, 6), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(GRANT(10, RIGHT_CALL, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(GRANT(10, RIGHT_CALL, 5), STATUS_OK);
	CHECK_KERNEL();
}

static void test_information(void)
{
	start();
	CHECK_STATUS(CALL(boot, SYSCALL_OBJECT_INFO, OBJECT(OBJECT_MEMORY)), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], OBJECT_MEMORY);
	CU_ASSERT_EQUAL(boot->context.x[2], PAGE_SIZE);
	CU_ASSERT_EQUAL(boot->context.x[3], ((struct memory *)object_at(OBJECT(OBJECT_MEMORY)))->base);
	handles[OBJECT(OBJECT_MEMORY)].rights &= ~RIGHT_DMA;
	CHECK_STATUS(CALL(boot, SYSCALL_OBJECT_INFO, OBJECT(OBJECT_MEMORY), 1, 2, 3), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[3], 0);
	CHECK_STATUS(CALL(boot, SYSCALL_CLOCK), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[2], 1000000);
}

static void test_device(void)
{
	uint64_t ram = (uint64_t)kernel_end;

#define DEVICE(base, size) \
	CALL(boot, SYSCALL_CREATE_DEVICE, SLOT_MACHINE, FREE, SLOT_ROOT_POOL, base, size)
	start();
	CHECK_STATUS(DEVICE(0x9000000, 0), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0x9000001, PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0x9000000, 100), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(-4096ul, 8192), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0x9000000, -4096ul), STATUS_BAD_ARGUMENT);
	machine.ram_base = 0x40000000;
	machine.ram_size = 0x1000000;
	CHECK_STATUS(DEVICE(0x40000000, PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0x3ffff000, 2 * PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0x40fff000, PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0, ARCH_SPACE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(FAKE_OWNED, PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(FAKE_OWNED - PAGE_SIZE, 2 * PAGE_SIZE), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(DEVICE(0x41000000, PAGE_SIZE), STATUS_OK);
	CU_ASSERT(!(handles[FREE].rights & (RIGHT_EXECUTE | RIGHT_DMA)));
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, FREE + 1, OBJECT(OBJECT_VM), 3, FREE,
			  1), STATUS_BAD_ARGUMENT);
	machine.ram_base = ram;
}

static const struct suite_test tests[] = {
	{ "a slot that names no handle is refused, by every call", test_missing },
	{ "a handle of another type is refused, by every call", test_type },
	{ "a handle without one of the rights is refused, by every call", test_rights },
	{ "a dead object is refused, by every call", test_dead },
	{ "a slot for a new handle must exist and be free", test_slots },
	{ "with just the rights it needs, every call works", test_enough },
	{ "an unknown system call is refused", test_unknown },
	{ "a grant passes on no more than the granter has", test_grant },
	{ "only RIGHT_DMA shows a physical address", test_information },
	{ "device memory is never RAM, nor what the kernel drives itself", test_device },
};

int main(void)
{
	int result = suite_run("kernel rights", tests, sizeof(tests) / sizeof(tests[0]));

	free(memory_before);
	return result;
}
