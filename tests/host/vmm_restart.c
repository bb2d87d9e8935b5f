/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VM manager's lives: cut before and after each system call and each commit, also while the
 * next life recovers, its guest gets the same answers and the same machine.
 *
 * In place of the kernel: a message is kept until it is answered, or until its vCPU is stopped.
 */
#include <libfdt.h>
#include <string.h>

#include "servers/rt/internal.h"
#include "servers/vmm/server.c"
#include "tests/host/commits.h"
#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

#define MEMORY_SIZE 0x20000ull
#define IMAGE_SIZE 0x10000ull
#define VCPUS 3

#define CALL HYPERCALL_LABEL_CALL
#define FAULT FAULT_LABEL_VCPU
#define READ SYSREG_LABEL_READ
#define AT 0xffff800008123450ull

/* What the vCPUs do, one message after the other; each waits until the manager has no other work. */
static const struct step {
	uint32_t vcpu;
	uint64_t label, words[6];
	bool ends; /* the VM, or this run of it */
} script[] = {
	{ 0, CALL, MACHINE_TURN_ON(1, MACHINE_BASE + 0x1000, 7), false },
	{ 0, CALL, MACHINE_TURN_ON(1, MACHINE_BASE + 0x1000, 7), false },
	{ 0, FAULT, { 0, 0xc000000, MACHINE_BAD_LOAD, 0xffff80000c00f00f }, false },
	{ 1, FAULT, { 0, 0, 0 }, false },
	{ 1, CALL, MACHINE_TURN_ON(2, MACHINE_BASE + 0x2000, 8), false },
	{ 0, READ, { MACHINE_SYSREG }, false },
	{ 1, CALL, MACHINE_TURN_OFF, false },
	{ 0, CALL, MACHINE_STATUS(1), false },
	{ 0, CALL, MACHINE_TURN_ON(1, 0, 7), false },
	{ 0, CALL, MACHINE_TURN_ON(1, MACHINE_BASE + 0x3000, 9), false },
	{ 2, CALL, MACHINE_RESET, true },
	{ 0, CALL, MACHINE_STATUS(1), false },
	{ 0, CALL, MACHINE_TURN_ON(2, MACHINE_BASE + 0x4000, 10), false },
	{ 0, FAULT, { 0, 0xc000000, MACHINE_BAD_LOAD, 0 }, false },
	{ 2, CALL, MACHINE_SHUTDOWN, true },
};
#define STEPS (sizeof(script) / sizeof(*script))

static _Alignas(4096) uint8_t memory[MEMORY_SIZE];
static uint8_t kernel[3000], initrd[500];
static _Alignas(8) uint8_t plan[4096];

static struct fake_argument arguments[] = {
	{ "vm", 0, "linux" },
	{ "endpoint", FAKE_ENDPOINT, NULL },
	{ "supervisor", FAKE_SUPERVISOR, NULL },
	{ "memory-size", MEMORY_SIZE, NULL },
	{ "guest-base", MACHINE_BASE, NULL },
	{ "kernel-size", sizeof(kernel), NULL },
	{ "initrd-size", sizeof(initrd), NULL },
	{ "tree-size", sizeof(plan), NULL },
	{ "vcpus", VCPUS, NULL },
	{ "vcpu0", FAKE_VCPU, NULL },
	{ "vcpu1", FAKE_VCPU + 1, NULL },
	{ "vcpu2", FAKE_VCPU + 2, NULL },
	{ "devices", 2, NULL },
	{ "device0", FAKE_DEVICE, NULL },
	{ "device1", FAKE_DEVICE + 1, NULL },
	{ "memory", 0, NULL },
	{ "kernel", 0, NULL },
	{ "initrd", 0, NULL },
	{ "tree", 0, NULL },
	{ NULL, 0, NULL },
};

/* All that a guest or the supervisor can see. */
struct seen {
	unsigned int steps, answers;
	struct {
		status_t status;
		uint64_t words[4];
	} answer[STEPS];
	uint64_t registers[VM_VCPU_MAXIMUM][MACHINE_REGISTERS]; /* before the last step */
	bool running[VM_VCPU_MAXIMUM];
	unsigned int starts;
	uint64_t memory; /* a sum, before the reset and before the last step */
	bool lost;       /* a vCPU that is off sent a message */
};
static struct seen seen, expected;

enum { CUT = 1, DONE };
static jmp_buf end;
static uint64_t points, cut, cut_again;
static struct message in_hand;
static uint32_t in_hand_vcpu;
static bool received;
static uint64_t sequence;

static void point(void)
{
	if (++points == cut)
		longjmp(end, CUT);
}

void commit_point(void)
{
	point();
}

static uint64_t sum(void)
{
	const uint64_t *word = (const uint64_t *)memory;
	uint64_t total = 0, index;

	for (index = 0; index < MEMORY_SIZE / sizeof(*word); index++)
		total = total * 31 + word[index];
	return total;
}

/* The guest at work: it has moved on, and uses its memory. */
static void guest_runs(uint32_t vcpu)
{
	machine_guest(fake.registers[vcpu], AT + 4 * seen.steps);
	memory[seen.steps]++;
}

static void step_next(struct message *message)
{
	const struct step *step = &script[seen.steps];

	seen.lost |= !fake.running[step->vcpu];
	if (step->ends) {
		seen.memory = seen.memory * 7 + sum();
		memcpy(seen.registers, fake.registers, sizeof(seen.registers));
		memcpy(seen.running, fake.running, sizeof(seen.running));
		fake.device_busy = 1;
	}
	seen.steps++;
	guest_runs(step->vcpu);
	fake.waits[step->vcpu] = true;
	in_hand_vcpu = step->vcpu;
	message->label = step->label;
	message->badge = (uint64_t)step->vcpu << 32;
	memcpy(message->words, step->words, sizeof(step->words));
	message->sequence = ++sequence;
}

static bool is_in_hand(void)
{
	return in_hand.sequence && fake.waits[in_hand_vcpu];
}

static void answered(const struct message *message, status_t status)
{
	seen.answer[seen.answers].status = status;
	memcpy(seen.answer[seen.answers++].words, message->words, 4 * sizeof(uint64_t));
	fake.waits[in_hand_vcpu] = false;
}

void rt_reply_wait(handle_t endpoint, status_t status, struct message *message)
{
	(void)endpoint;
	point();
	if (received && is_in_hand())
		answered(message, status);
	received = true;
	if (!is_in_hand()) {
		memset(&in_hand, 0, sizeof(in_hand));
		if (fake.timer)
			in_hand.words[0] = VM_SIGNAL_LOOK;
		else if (seen.steps < STEPS)
			step_next(&in_hand);
		else
			longjmp(end, DONE);
		fake.timer = false;
	}
	*message = in_hand;
	point();
}

static void argument_set(const char *name, uint64_t number)
{
	struct fake_argument *argument = arguments;

	while (strcmp(argument->name, name))
		argument++;
	argument->number = number;
}

static void prepare_all(void)
{
	memset(memory, 0, sizeof(memory));
	memset(kernel, 0x11, sizeof(kernel));
	memset(initrd, 0x22, sizeof(initrd));
	fake_image(kernel, 0, IMAGE_SIZE);
	fake_plan(plan, sizeof(plan), NULL);
	argument_set("memory", (uint64_t)memory);
	argument_set("kernel", (uint64_t)kernel);
	argument_set("initrd", (uint64_t)initrd);
	argument_set("tree", (uint64_t)plan);
	fake_reset(arguments);
	fake.point = point;
	memset(&seen, 0, sizeof(seen));
	memset(&in_hand, 0, sizeof(in_hand));
	sequence = 0;
	received = false;
}

/* All of the script; the first life ends at point `first` of it, the next at its own `second`. */
static void run(uint64_t first, uint64_t second)
{
	uint64_t watch = 0;

	prepare_all();
	cut = first;
	cut_again = second;
	switch (setjmp(end)) {
	case DONE:
		seen.starts = fake.starts;
		return;
	case CUT:
		cut = cut_again;
		cut_again = 0;
		received = false;
	}
	points = 0;
	memset(&vm, 0, sizeof(vm));
	commits_forget();
	server_start();
	rt_durable_open(&fake_durable, &server_durable);
	rt_serve(FAKE_ENDPOINT, &watch);
}

static bool as_expected(void)
{
	return !memcmp(&seen, &expected, sizeof(seen)) && !fake.torn && !seen.lost &&
	       fake.ended == SUPERVISOR_REASON_OFF && !fake.running[0] && !fake.running[2] &&
	       fake.device_resets[0] >= 2 && fake.device_resets[1] >= 2 &&
	       !strstr(fake.line, "damaged");
}

static uint64_t run_uncut(void)
{
	run(0, 0);
	expected = seen;
	return points;
}

static void test_uncut(void)
{
	run_uncut();
	CU_ASSERT(as_expected());
	CU_ASSERT_EQUAL(seen.answers, STEPS - 3); /* off, reset, off: nobody hears the answer */
	CU_ASSERT_EQUAL(seen.starts, 6);
	CU_ASSERT_EQUAL(seen.registers[0][MACHINE_RETURN], AT + 4 * 14);
	CU_ASSERT(seen.running[0] && !seen.running[1] && seen.running[2]);
}

static void test_each_point(void)
{
	uint64_t count = run_uncut(), at, wrong = 0;

	for (at = 1; at <= count; at++) {
		run(at, 0);
		wrong += !as_expected();
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(count > 700);
	printf("# %lu points\n", (unsigned long)count);
}

/* The second cut falls into the recovery, or soon after it. */
static void test_each_point_twice(void)
{
	uint64_t count = run_uncut(), at, again, wrong = 0;

	for (at = 1; at <= count; at += 3)
		for (again = 1; again <= 40; again++) {
			run(at, again);
			wrong += !as_expected();
		}
	CU_ASSERT_EQUAL(wrong, 0);
}

static const struct suite_test tests[] = {
	{ "without a cut the script does what it is to", test_uncut },
	{ "a cut at any point changes nothing", test_each_point },
	{ "nor does a second one in the life that recovers", test_each_point_twice },
};

int main(void)
{
	return suite_run("vmm restart", tests, sizeof(tests) / sizeof(*tests));
}
