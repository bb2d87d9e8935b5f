/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/host/switching.h"

#include <stdio.h>
#include <string.h>

#define REGISTERS 64 /* the most that a guest can write */

struct cpu cpu;
struct vm vms[2];
struct vcpu vcpus[2];
struct vcpu_interrupts pages[2];
struct thread tasks[2];
struct arch_fp fp_hardware;
uint64_t timer_deadline;

static struct task task;
static struct memory memories[2];

/* --- The rest of the kernel ------------------------------------------------------------------- */

struct cpu *host_cpu(void)
{
	return &cpu;
}

void arch_timer_set(uint64_t deadline)
{
	timer_deadline = deadline;
}

void arch_cpus_interrupt(uint32_t mask)
{
	(void)mask;
}

void thread_evict(struct thread *thread)
{
	let_go(thread);
	if (cpu.current == thread)
		cpu.current = NULL;
}

void fp_save(struct arch_fp *fp)
{
	CU_ASSERT(fp_is_reachable());
	*fp = fp_hardware;
}

void fp_load(const struct arch_fp *fp)
{
	CU_ASSERT(fp_is_reachable());
	fp_hardware = *fp;
}

static void expire(struct timer *timer)
{
	(void)timer;
}

void start(void)
{
	unsigned int index;

	host_registers_forget();
	memset(&cpu, 0, sizeof(cpu));
	memset(&fp_hardware, 0, sizeof(fp_hardware));
	memset(vcpus, 0, sizeof(vcpus));
	memset(pages, 0, sizeof(pages));
	memset(tasks, 0, sizeof(tasks));
	queue_init(&cpu.timers);
	for (index = 0; index < 2; index++) {
		guest_prepare(index);
		memories[index].base = (uint64_t)&pages[index];
		vcpus[index].vm = &vms[index];
		vcpus[index].index = index;
		vcpus[index].page_memory = &memories[index];
		vcpus[index].lists_in_page = true;
		timer_init(&vcpus[index].timer, expire);
		arch_vcpu_init(&vcpus[index]);
		tasks[index].task = &task;
	}
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void register_holds(unsigned int index, uint64_t expected)
{
	CU_ASSERT_EQUAL(*guest_register(index), expected);
	if (*guest_register(index) != expected)
		printf("# guest_register(%u)\n", index);
}

void test_switch(void)
{
	uint64_t fresh[REGISTERS];
	unsigned int index;

	start();
	switch_to(&vcpus[1].thread);
	for (index = 0; guest_register(index); index++)
		fresh[index] = *guest_register(index);
	switch_to(&vcpus[0].thread);
	for (index = 0; guest_register(index); index++)
		*guest_register(index) = 0xa000 + index;
	switch_to(&vcpus[1].thread);
	for (index = 0; guest_register(index); index++)
		register_holds(index, fresh[index]);
	switch_to(&vcpus[0].thread);
	for (index = 0; guest_register(index); index++)
		register_holds(index, 0xa000 + index);
}

/* The thread's next FP instruction: traps as the hardware would, and ends up with its own registers. */
static bool fp_use(struct thread *thread)
{
	bool trapped = fp_traps(thread);

	if (trapped)
		fp_take(thread);
	CU_ASSERT(!fp_traps(thread));
	CU_ASSERT_PTR_EQUAL(cpu.fp_owner, thread);
	return trapped;
}

void test_fp(void)
{
	struct thread *users[4] = { &vcpus[0].thread, &tasks[0], &vcpus[1].thread, &tasks[1] };
	uint64_t wrote[4] = { 0 };
	unsigned int round, user;

	start();
	for (round = 0; round < 4000; round++) {
		/* Some order without a period in sight, in which all pairs follow each other. */
		user = (round * 7 + round / 5 + round / 23) % 4;
		switch_to(users[user]);
		if (round % 5 == 1) {
			/* It goes to another CPU, and comes back; or is the one that runs. */
			let_go(users[round / 5 % 4]);
			CU_ASSERT(!fp_is_open(users[round / 5 % 4]));
		}
		if (round % 3 == 0)
			continue; /* only passes by */
		fp_use(users[user]);
		if (*fp_register() != wrote[user])
			break;
		wrote[user] = round * 4 + user;
		*fp_register() = wrote[user];
	}
	CU_ASSERT_EQUAL(round, 4000);
	fp_use(cpu.current);
	CU_ASSERT(!fp_use(cpu.current));
}

void test_fp_restart(void)
{
	start();
	switch_to(&tasks[0]);
	tasks[0].serves_slot = 5;
	CU_ASSERT(fp_use(&tasks[0]));
	CU_ASSERT_EQUAL(tasks[0].serves_slot, HANDLE_NONE);
	switch_to(&tasks[1]);
	fp_close(&tasks[0].context);
	switch_to(&tasks[0]);
	CU_ASSERT(fp_use(&tasks[0]));
	CU_ASSERT(!fp_use(&tasks[0]));
}
