/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM of 2 MiB with one vCPU, whose first instruction reads the counter and whose second tells it.
 * It is more urgent than who asked for it, so that it runs as soon as this server waits.
 */
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "tests/bench/server/bench.h"

#define PAGE 4096ul
#define CHILD_SIZE 0x200000ul
#define CHILD_POOL 0x10000ul
#define CHILD_PRIORITY 12

/* Own slots for what is made here, far from those that the plan fills. */
enum { ENDPOINT = 100, POOL, INTERRUPTS, VM, VCPU };

static const uint32_t child_code[] = CHILD_CODE;

static handle_t memory;

static void require(status_t status)
{
	if (status != STATUS_OK)
		rt_fail("bench: a system call gave status %ld", (long)status);
}

static status_t call(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		     uint64_t a4, uint64_t a5)
{
	return rt_syscall(number, a0, a1, a2, a3, a4, a5, NULL);
}

void child_prepare(void)
{
	volatile uint32_t *code = (volatile uint32_t *)rt_argument("memory");
	handle_t pool = (handle_t)rt_argument("pool");

	memory = (handle_t)rt_argument("memory-handle");
	code[0] = child_code[0];
	code[1] = child_code[1];
	code_publish(code);
	require(call(SYSCALL_CREATE_ENDPOINT, pool, ENDPOINT, 0, 0, 0, 0));
	require(call(SYSCALL_CREATE_POOL, pool, POOL, CHILD_POOL, 0, 0, 0));
	require(call(SYSCALL_CREATE_MEMORY, pool, INTERRUPTS, PAGE, PAGE, 0, 0));
}

static void destroy(handle_t slot)
{
	status_t status;

	do
		status = call(SYSCALL_DESTROY, slot, 0, 0, 0, 0, 0);
	while (status == STATUS_AGAIN);
	require(status);
	require(call(SYSCALL_CLOSE, slot, 0, 0, 0, 0, 0));
}

uint64_t child_run(struct message *message)
{
	uint64_t before = bench_counter(), first;

	require(call(SYSCALL_CREATE_VM, POOL, VM, ENDPOINT, 0, 0, 0));
	require(call(SYSCALL_CREATE_VCPU, POOL, VCPU, VM, 0, INTERRUPTS, CHILD_PRIORITY));
	require(call(SYSCALL_MAP, VM, memory, CHILD_BASE, 0, CHILD_SIZE,
		     MAP_READ | MAP_WRITE | MAP_EXECUTE));
	require(call(SYSCALL_ROUTE, VM, EXIT_HYPERCALL, 0, 0, ENDPOINT, 0));
	require(rt_vcpu_set(VCPU, VCPU_PC, CHILD_BASE));
	require(rt_vcpu_start(VCPU));
	rt_reply_wait(ENDPOINT, STATUS_OK, message);
	first = message->words[1];
	require(rt_vcpu_stop(VCPU));
	destroy(VCPU);
	destroy(VM);
	return first - before;
}
