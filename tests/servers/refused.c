/* SPDX-License-Identifier: Apache-2.0 */
/* A server whose system calls must fail, each for a reason of its own, which it checks. */
#include "tests/servers/hostile.h"

#include "arch_server.h"

#define PAGE 4096ul
#define NONE 250 /* an own slot that stays empty */
#define RWX (MAP_READ | MAP_WRITE | MAP_EXECUTE)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct expectation {
	enum syscall number;
	uint64_t arguments[6];
	status_t status;
};

/* Own slots of what is made here, far from those that the plan fills. */
enum { ENDPOINT = 100, MEMORY, WINDOW, TASK, THREAD, VM, PAGES, VCPU, POOL, DEAD, FREE };

static handle_t endpoint, line, pool, memory;

static void expect(const struct expectation *list, unsigned int count)
{
	for (; count; count--, list++) {
		const uint64_t *a = list->arguments;
		status_t status;

		do
			status = rt_syscall(list->number, a[0], a[1], a[2], a[3], a[4], a[5], NULL);
		while (status == STATUS_AGAIN);
		calls++;
		if (status == list->status)
			continue;
		wrong++;
		rt_log("refused: call %u (%lx, %lx, %lx, %lx, %lx, %lx) gave %ld, not %ld",
		       list->number, a[0], a[1], a[2], a[3], a[4], a[5], status, list->status);
	}
}

/* Every call, with a handle in its first place that is none. */
static void expect_bad_handles(void)
{
	static const uint64_t handles[] = { HANDLE_NONE, NONE, HANDLE_COUNT, 1ul << 32, ~0ul };
	unsigned int index;
	enum syscall number;

	for (index = 0; index < COUNT(handles); index++)
		for (number = SYSCALL_REPLY_WAIT; number < SYSCALL_COUNT; number++) {
			const struct expectation call = { number, { handles[index], FREE },
							  STATUS_BAD_HANDLE };

			if (number != SYSCALL_CLOCK && number != SYSCALL_EXIT)
				expect(&call, 1);
		}
}

/* Every call that wants one type of object, with handles of all the others. */
static void expect_bad_types(void)
{
	static const uint64_t handles[] = { ENDPOINT, MEMORY, TASK, THREAD, VM, VCPU, POOL };
	static const uint8_t wants[SYSCALL_COUNT] = {
		[SYSCALL_REPLY_WAIT ... SYSCALL_SIGNAL] = OBJECT_ENDPOINT,
		[SYSCALL_CREATE_POOL ... SYSCALL_CREATE_VCPU] = OBJECT_POOL,
		[SYSCALL_CREATE_DEVICE ... SYSCALL_CREATE_IRQ] = OBJECT_MACHINE,
		[SYSCALL_CREATE_WINDOW] = OBJECT_POOL,
		[SYSCALL_GRANT] = OBJECT_TASK,
		[SYSCALL_THREAD_START ... SYSCALL_THREAD_GET] = OBJECT_THREAD,
		[SYSCALL_SCHEDULE] = OBJECT_MACHINE,
		[SYSCALL_ROUTE] = OBJECT_VM,
		[SYSCALL_VCPU_GET ... SYSCALL_VCPU_KICK] = OBJECT_VCPU,
		[SYSCALL_IRQ_DONE] = OBJECT_IRQ,
		[SYSCALL_TIMER] = OBJECT_ENDPOINT,
		[SYSCALL_MACHINE] = OBJECT_MACHINE,
	};
	unsigned int index;
	enum syscall number;
	uint64_t info[3];

	for (index = 0; index < COUNT(handles); index++) {
		rt_object_info(handles[index], info);
		for (number = 0; number < SYSCALL_COUNT; number++) {
			const struct expectation call = { number, { handles[index], FREE },
							  STATUS_BAD_TYPE };

			if (wants[number] && wants[number] != info[0])
				expect(&call, 1);
		}
	}
}

static void expect_rights_and_numbers(void)
{
	const struct expectation list[] = {
		{ SYSCALL_COUNT, { 0 }, STATUS_NOT_SUPPORTED },
		{ 0xffffffff, { ~0ul, ~0ul, ~0ul, ~0ul, ~0ul, ~0ul }, STATUS_NOT_SUPPORTED },
		{ SYSCALL_SIGNAL, { endpoint }, STATUS_BAD_RIGHTS },
		{ SYSCALL_CALL, { endpoint }, STATUS_BAD_RIGHTS },
		{ SYSCALL_DESTROY, { endpoint }, STATUS_BAD_RIGHTS },
		{ SYSCALL_REPLY_WAIT, { line }, STATUS_BAD_RIGHTS },
		{ SYSCALL_TIMER, { line, TIMER_OFF }, STATUS_BAD_RIGHTS },
		{ SYSCALL_GRANT, { TASK, 1, line, RIGHT_CALL }, STATUS_BAD_RIGHTS },
		{ SYSCALL_GRANT, { TASK, 1, VM, RIGHT_MANAGE | RIGHT_CALL }, STATUS_BAD_RIGHTS },
		{ SYSCALL_DESTROY, { memory }, STATUS_BAD_RIGHTS },
		{ SYSCALL_CREATE_WINDOW, { POOL, FREE, memory, 0, PAGE }, STATUS_BAD_RIGHTS },
		{ SYSCALL_CREATE_POOL, { POOL, FREE, 0 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_POOL, { POOL, FREE, PAGE + 1 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_POOL, { POOL, FREE, -PAGE }, STATUS_NO_MEMORY },
		{ SYSCALL_CREATE_POOL, { POOL, 0, PAGE }, STATUS_BAD_HANDLE },
		{ SYSCALL_CREATE_POOL, { POOL, HANDLE_COUNT, PAGE }, STATUS_BAD_HANDLE },
		{ SYSCALL_CREATE_POOL, { POOL, POOL, PAGE }, STATUS_BUSY },
		{ SYSCALL_CREATE_MEMORY, { POOL, FREE, 0, PAGE }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_MEMORY, { POOL, FREE, PAGE, 0 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_MEMORY, { POOL, FREE, PAGE, 3 * PAGE }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_MEMORY, { POOL, FREE, PAGE, 1ul << 63 }, STATUS_NO_MEMORY },
		{ SYSCALL_CREATE_MEMORY, { POOL, FREE, 1ul << 63, PAGE }, STATUS_NO_MEMORY },
		{ SYSCALL_CREATE_WINDOW, { POOL, FREE, MEMORY, 1, PAGE }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_WINDOW, { POOL, FREE, MEMORY, PAGE, -PAGE }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_WINDOW, { POOL, FREE, MEMORY, 4 * PAGE, PAGE },
		  STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_THREAD, { POOL, FREE, TASK, PRIORITY_COUNT, ENDPOINT },
		  STATUS_BAD_ARGUMENT },
		/* This server's own priority is 20. */
		{ SYSCALL_CREATE_THREAD, { POOL, FREE, TASK, 21, ENDPOINT }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_VCPU, { POOL, FREE, VM, 1, PAGES, 21 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_THREAD, { POOL, FREE, TASK, 1, endpoint }, STATUS_BAD_RIGHTS },
		{ SYSCALL_CREATE_VCPU, { POOL, FREE, VM, 0, PAGES, 1 }, STATUS_BUSY },
		{ SYSCALL_CREATE_VCPU, { POOL, FREE, VM, ~0ul, PAGES, 1 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_CREATE_VCPU, { POOL, FREE, VM, 1, PAGES, PRIORITY_COUNT },
		  STATUS_BAD_ARGUMENT },
	};

	expect(list, COUNT(list));
}

static void expect_bad_ranges(void)
{
	const struct expectation list[] = {
		{ SYSCALL_MAP, { TASK, MEMORY, 0x1001, 0, PAGE, MAP_READ }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, 8, PAGE, MAP_READ }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, 0, 0, MAP_READ }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, PAGE, 4 * PAGE, MAP_READ },
		  STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, PAGE, -PAGE, MAP_READ }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, SPACE_END, 0, PAGE, MAP_READ },
		  STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { VM, MEMORY, -PAGE, 0, PAGE, MAP_READ }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, 0, PAGE, 0 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, 0, PAGE, MAP_WRITE }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, 0, PAGE, RWX }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_MAP, { TASK, MEMORY, 4 * PAGE, 0, 4 * PAGE, MAP_READ }, STATUS_OK },
		{ SYSCALL_MAP, { TASK, MEMORY, 4 * PAGE, 0, 4 * PAGE, MAP_READ }, STATUS_BUSY },
		{ SYSCALL_MAP, { TASK, MEMORY, PAGE, 0, 4 * PAGE, MAP_READ }, STATUS_BUSY },
		{ SYSCALL_MAP, { TASK, MEMORY, 7 * PAGE, 0, PAGE, MAP_READ }, STATUS_BUSY },
		{ SYSCALL_UNMAP, { TASK, 4 * PAGE, PAGE }, STATUS_NOT_FOUND },
		{ SYSCALL_UNMAP, { TASK, 0, SPACE_END }, STATUS_NOT_FOUND },
		{ SYSCALL_UNMAP, { TASK, 4 * PAGE, ~0ul }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_UNMAP, { TASK, 4 * PAGE, 0 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_UNMAP, { TASK, 4 * PAGE, 4 * PAGE }, STATUS_OK },
		{ SYSCALL_UNMAP, { TASK, 4 * PAGE, 4 * PAGE }, STATUS_NOT_FOUND },
		{ SYSCALL_ROUTE, { VM, EXIT_KINDS, 0, 0, ENDPOINT }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_ROUTE, { VM, EXIT_MMIO, 2, 1, ENDPOINT }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_ROUTE, { VM, EXIT_MMIO, 0, 1, ENDPOINT, 2ul << 32 },
		  STATUS_BAD_ARGUMENT },
		{ SYSCALL_ROUTE, { VM, EXIT_MMIO, 8, ~0ul, ENDPOINT }, STATUS_OK },
		{ SYSCALL_ROUTE, { VM, EXIT_MMIO, 0, 8, ENDPOINT }, STATUS_BUSY },
		{ SYSCALL_ROUTE, { VM, EXIT_MMIO, 0, 7, endpoint }, STATUS_BAD_RIGHTS },
		{ SYSCALL_THREAD_START, { THREAD, 2, 16 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_THREAD_START, { THREAD, 4, 8 }, STATUS_BAD_ARGUMENT },
		{ SYSCALL_THREAD_START, { THREAD, 4, 16 }, STATUS_OK },
		{ SYSCALL_THREAD_START, { THREAD, 4, 16 }, STATUS_BAD_STATE },
		{ SYSCALL_THREAD_STOP, { THREAD }, STATUS_OK },
		{ SYSCALL_VCPU_GET, { VCPU, 63 }, STATUS_NOT_SUPPORTED },
		{ SYSCALL_VCPU_SET, { VCPU, ~0ul }, STATUS_NOT_SUPPORTED },
		{ SYSCALL_VCPU_START, { VCPU }, STATUS_OK },
		{ SYSCALL_VCPU_START, { VCPU }, STATUS_BAD_STATE },
		{ SYSCALL_VCPU_STOP, { VCPU }, STATUS_OK },
	};

	expect(list, COUNT(list));
}

static void make_objects(void)
{
	const struct expectation list[] = {
		{ SYSCALL_CREATE_POOL, { pool, POOL, 0x40000 }, STATUS_OK },
		{ SYSCALL_CREATE_ENDPOINT, { POOL, ENDPOINT }, STATUS_OK },
		{ SYSCALL_CREATE_MEMORY, { POOL, MEMORY, 4 * PAGE, PAGE }, STATUS_OK },
		{ SYSCALL_CREATE_WINDOW, { POOL, WINDOW, MEMORY, PAGE, PAGE }, STATUS_OK },
		{ SYSCALL_CREATE_TASK, { POOL, TASK }, STATUS_OK },
		{ SYSCALL_CREATE_THREAD, { POOL, THREAD, TASK, 1, ENDPOINT }, STATUS_OK },
		{ SYSCALL_CREATE_VM, { POOL, VM, ENDPOINT }, STATUS_OK },
		{ SYSCALL_CREATE_MEMORY, { POOL, PAGES, PAGE, PAGE }, STATUS_OK },
		{ SYSCALL_CREATE_VCPU, { POOL, VCPU, VM, 0, PAGES, 1 }, STATUS_OK },
		{ SYSCALL_CREATE_ENDPOINT, { POOL, DEAD }, STATUS_OK },
	};

	expect(list, COUNT(list));
}

/* What is needed cannot end, what has ended is dead, and what is closed is gone. */
static void expect_ends(void)
{
	static const uint8_t order[] = {
		VCPU, VM, THREAD, TASK, WINDOW, MEMORY, PAGES, ENDPOINT,
	};
	const struct expectation list[] = {
		{ SYSCALL_DESTROY, { MEMORY }, STATUS_BUSY }, /* a window */
		{ SYSCALL_DESTROY, { PAGES }, STATUS_BUSY }, /* a vCPU's page */
		{ SYSCALL_DESTROY, { TASK }, STATUS_BUSY },
		{ SYSCALL_DESTROY, { VM }, STATUS_BUSY },
		{ SYSCALL_DESTROY, { POOL }, STATUS_BUSY },
		{ SYSCALL_DESTROY, { DEAD }, STATUS_OK },
		{ SYSCALL_DESTROY, { DEAD }, STATUS_DEAD },
		{ SYSCALL_CALL, { DEAD }, STATUS_DEAD },
		{ SYSCALL_SIGNAL, { DEAD }, STATUS_DEAD },
		{ SYSCALL_REPLY_WAIT, { DEAD }, STATUS_DEAD },
		{ SYSCALL_OBJECT_INFO, { DEAD }, STATUS_DEAD },
		{ SYSCALL_CREATE_VM, { POOL, FREE, DEAD }, STATUS_DEAD },
		{ SYSCALL_CLOSE, { DEAD }, STATUS_OK },
		{ SYSCALL_CLOSE, { DEAD }, STATUS_BAD_HANDLE },
	};
	unsigned int index;

	expect(list, COUNT(list));
	for (index = 0; index < COUNT(order); index++) {
		const struct expectation ends[] = {
			{ SYSCALL_DESTROY, { order[index] }, STATUS_OK },
			{ SYSCALL_DESTROY, { order[index] }, STATUS_DEAD },
			{ SYSCALL_CLOSE, { order[index] }, STATUS_OK },
		};

		expect(ends, COUNT(ends));
	}
	expect(&(struct expectation){ SYSCALL_DESTROY, { POOL }, STATUS_OK }, 1);
}

void server_start(void)
{
	endpoint = (handle_t)rt_argument("endpoint");
	line = (handle_t)rt_argument("line");
	pool = (handle_t)rt_argument("pool");
	memory = (handle_t)rt_argument("memory-handle");
}

static void calls_make(void)
{
	make_objects();
	expect_bad_handles();
	expect_bad_types();
	expect_rights_and_numbers();
	expect_bad_ranges();
	expect_ends();
	rt_log("refused: %lu calls, %lu with another status than they must have", calls, wrong);
}
