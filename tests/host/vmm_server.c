/* SPDX-License-Identifier: Apache-2.0 */
/* The whole VM manager behind its messages: start, firmware calls, off, reset, failures. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "servers/vmm/server.c"
#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

#define MEMORY_SIZE 0x400000ull
#define IMAGE_SIZE 0x10000ull

#define PSCI(number) (0x84000000u | (number))
#define PSCI64(number) (0xc4000000u | (number))

static _Alignas(4096) uint8_t memory[MEMORY_SIZE];
static uint8_t kernel[8192], initrd[5000];
static _Alignas(8) uint8_t plan[4096];

static struct fake_argument arguments[] = {
	{ "vm", 0, "linux" },
	{ "endpoint", FAKE_ENDPOINT, NULL },
	{ "supervisor", FAKE_SUPERVISOR, NULL },
	{ "memory", 0, NULL },
	{ "memory-size", MEMORY_SIZE, NULL },
	{ "guest-base", FAKE_BASE, NULL },
	{ "kernel", 0, NULL },
	{ "kernel-size", sizeof(kernel), NULL },
	{ "initrd", 0, NULL },
	{ "initrd-size", sizeof(initrd), NULL },
	{ "tree", 0, NULL },
	{ "tree-size", 0, NULL },
	{ "vcpus", 2, NULL },
	{ "vcpu0", FAKE_VCPU, NULL },
	{ "vcpu1", FAKE_VCPU + 1, NULL },
	{ "devices", 2, NULL },
	{ "device0", FAKE_DEVICE, NULL },
	{ "device1", FAKE_DEVICE + 1, NULL },
	{ NULL, 0, NULL },
};

static void argument_set(const char *name, uint64_t number)
{
	struct fake_argument *argument = arguments;

	while (strcmp(argument->name, name))
		argument++;
	argument->number = number;
}

static void settle(const struct message *message)
{
	server_settle(message);
	rt_commit(NULL, STATUS_OK);
}

static status_t deliver(struct message *message)
{
	status_t status = server_message(message);

	rt_commit(message, status);
	settle(message);
	return status;
}

static void look(uint64_t signals)
{
	server_signal(signals);
	rt_commit(NULL, STATUS_OK);
	settle(NULL);
}

/* The timer rings until there is nothing to do. */
static void ring(void)
{
	while (fake.timer) {
		fake.timer = false;
		look(VM_SIGNAL_LOOK);
	}
}

/* A life begins as the runtime has it. */
static void live(void)
{
	memset(&vm, 0, sizeof(vm));
	server_start();
	rt_durable_open(&fake_durable, &server_durable);
	look(UINT64_MAX);
	ring();
}

static status_t call(struct message *message, uint32_t vcpu, uint64_t function, uint64_t a1,
		     uint64_t a2, uint64_t a3)
{
	*message = (struct message){
		.label = HYPERCALL_LABEL_CALL,
		.badge = (uint64_t)vcpu << 32,
		.words = { function, a1, a2, a3 },
	};
	return deliver(message);
}

/* Prepares a sound VM; a test may then break it before its first life. */
static void prepare(void)
{
	memset(memory, 0, sizeof(memory));
	memset(kernel, 0x11, sizeof(kernel));
	memset(initrd, 0x22, sizeof(initrd));
	fake_image(kernel, 0, IMAGE_SIZE);
	argument_set("memory", (uint64_t)memory);
	argument_set("kernel", (uint64_t)kernel);
	argument_set("initrd", (uint64_t)initrd);
	argument_set("tree", (uint64_t)plan);
	argument_set("tree-size", fake_plan(plan, sizeof(plan), NULL));
	argument_set("memory-size", MEMORY_SIZE);
	argument_set("kernel-size", sizeof(kernel));
	argument_set("vcpus", 2);
	fake_reset(arguments);
}

static void start(void)
{
	prepare();
	live();
	CU_ASSERT_EQUAL(fake.ended, -1);
}

/* The result of a call that is answered. */
static int64_t firmware(uint32_t vcpu, uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	struct message message;

	CU_ASSERT_EQUAL(call(&message, vcpu, function, a1, a2, a3), STATUS_OK);
	CU_ASSERT_EQUAL(message.words[1], a1);
	CU_ASSERT_EQUAL(message.words[2], a2);
	CU_ASSERT_EQUAL(message.words[3], a3);
	return (int64_t)message.words[0];
}

static void expect_reset_state(uint32_t vcpu, uint64_t pc, uint64_t argument)
{
	const uint64_t *registers = fake.registers[vcpu];
	unsigned int number;

	CU_ASSERT(fake.running[vcpu]);
	CU_ASSERT_EQUAL(registers[VCPU_PC], pc);
	CU_ASSERT_EQUAL(registers[0], argument);
	CU_ASSERT_EQUAL(registers[VCPU_PSTATE], 0x3c5);
	CU_ASSERT_EQUAL(registers[VCPU_SCTLR_EL1], 0x30d00800);
	CU_ASSERT_EQUAL(registers[VCPU_MPIDR_EL1], 0x80000000 | vcpu);
	for (number = 1; number < VCPU_MPIDR_EL1; number++)
		if (number != VCPU_PC && number != VCPU_PSTATE && number != VCPU_SCTLR_EL1)
			CU_ASSERT_EQUAL(registers[number], 0);
}

static void expect_images(void)
{
	uint64_t tree = fake.registers[0][0] - FAKE_BASE;
	int chosen = fdt_path_offset(memory + tree, "/chosen");
	const fdt64_t *where = fdt_getprop(memory + tree, chosen, "linux,initrd-start", NULL);

	CU_ASSERT(!memcmp(memory, kernel, sizeof(kernel)));
	CU_ASSERT_EQUAL(fdt_check_full(memory + tree, VM_TREE_SIZE), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(where);
	CU_ASSERT(!memcmp(memory + (fdt64_ld(where) - FAKE_BASE), initrd, sizeof(initrd)));
	CU_ASSERT(fake.cleaned >= sizeof(kernel) + sizeof(initrd));
}

static void test_start(void)
{
	start();
	expect_reset_state(0, FAKE_BASE, fake.registers[0][0]);
	expect_images();
	CU_ASSERT(!fake.running[1]);
	CU_ASSERT_EQUAL(fake.device_resets[0], 0);
}

/* No event takes long, and what is in place is not loaded again by a next life. */
static void test_large_image(void)
{
	static uint8_t large[0x280000];
	uint64_t before;
	unsigned int lives;

	prepare();
	memset(large, 0x33, sizeof(large));
	fake_image(large, 0, sizeof(large));
	argument_set("kernel", (uint64_t)large);
	argument_set("kernel-size", sizeof(large));
	for (lives = 0; !fake.starts && lives < 10; lives++) {
		memset(&vm, 0, sizeof(vm));
		server_start();
		rt_durable_open(&fake_durable, &server_durable);
		before = fake.cleaned;
		look(UINT64_MAX);
		CU_ASSERT(fake.cleaned - before <= 0x100000);
	}
	CU_ASSERT_EQUAL(lives, 5); /* three for the kernel, one for the RAM disk, one for the tree */
	CU_ASSERT(!memcmp(memory, large, sizeof(large)));
	CU_ASSERT_EQUAL(fake.cleaned, sizeof(large) + sizeof(initrd) + VM_TREE_SIZE);
	expect_reset_state(0, FAKE_BASE, fake.registers[0][0]);
}

static void expect_failure(const char *why)
{
	live();
	CU_ASSERT_EQUAL(fake.ended, SUPERVISOR_REASON_FAILED);
	CU_ASSERT_EQUAL(fake.ends, 1);
	CU_ASSERT_EQUAL(fake.starts, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, why));
}

static void test_failures(void)
{
	prepare();
	kernel[57] = 0;
	expect_failure("failed");
	prepare();
	argument_set("memory-size", IMAGE_SIZE);
	expect_failure("failed");
	prepare();
	memset(plan, 0, 64);
	expect_failure("failed");
	prepare();
	fake.refusal = STATUS_BAD_HANDLE;
	expect_failure("failed");
}

static void test_broken_arguments(void)
{
	static const uint64_t counts[] = { 0, VM_VCPU_MAXIMUM + 1, UINT32_MAX };
	volatile unsigned int index, failures = 0;
	jmp_buf failure;

	for (index = 0; index < 3; index++) {
		prepare();
		argument_set("vcpus", counts[index]);
		fake.failure = &failure;
		if (setjmp(failure))
			failures++;
		else
			server_start();
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "vCPUs"));
	}
	CU_ASSERT_EQUAL(failures, 3);
}

static void test_versions(void)
{
	start();
	CU_ASSERT_EQUAL(firmware(0, PSCI(0), 0, 0, 0), 0x10001);
	CU_ASSERT_EQUAL(firmware(0, 0x80000000, 0, 0, 0), 0x10001);
	CU_ASSERT_EQUAL(firmware(0, PSCI(6), 0, 0, 0), 2);
	/* The function is 32 bits wide, whatever stands above. */
	CU_ASSERT_EQUAL(firmware(0, 0xdead00000000 | PSCI(0), 0, 0, 0), 0x10001);
}

static void test_features(void)
{
	static const uint32_t have[] = { PSCI(0), PSCI(1),   PSCI64(1), PSCI(2), PSCI(3),
					 PSCI64(3), PSCI(4), PSCI64(4), PSCI(6), PSCI(8),
					 PSCI(9), PSCI(10),  0x80000000 };
	static const uint32_t lack[] = { PSCI(5),    PSCI64(5), PSCI(7),    PSCI64(0), PSCI64(2),
					 PSCI64(8),  PSCI(11),  PSCI(18),   0x80000001, 0,
					 UINT32_MAX, 0x8000,    0x80008000, 0x8600ff01 };
	unsigned int index;

	start();
	for (index = 0; index < sizeof(have) / sizeof(*have); index++)
		CU_ASSERT_EQUAL(firmware(0, PSCI(10), have[index], 0, 0), 0);
	for (index = 0; index < sizeof(lack) / sizeof(*lack); index++)
		CU_ASSERT_EQUAL(firmware(0, PSCI(10), lack[index], 0, 0), -1);
	CU_ASSERT_EQUAL(firmware(0, 0x80000001, 0x80000000, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, 0x80000001, 0x80000001, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, 0x80000001, 0x80008000, 0, 0), -1);
}

static void test_unknown(void)
{
	static const uint64_t functions[] = { 0, 1, PSCI(5), PSCI64(0), PSCI64(2), PSCI64(8),
					      PSCI64(9), PSCI(0x12), 0x8600ff01, UINT64_MAX };
	unsigned int index;

	start();
	for (index = 0; index < sizeof(functions) / sizeof(*functions); index++)
		CU_ASSERT_EQUAL(firmware(0, functions[index], 1, 2, UINT64_MAX), -1);
	CU_ASSERT(fake.running[0] && !fake.running[1] && !fake.timer);
}

static void test_cpu_on(void)
{
	start();
	fake.registers[1][5] = 5;
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 1);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, FAKE_BASE + 0x1000, 0x123456789a), 0);
	expect_reset_state(1, FAKE_BASE + 0x1000, 0x123456789a);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(1, PSCI64(3), 0, FAKE_BASE, 0), -4);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, FAKE_BASE, 0), -4);
	CU_ASSERT_EQUAL(fake.starts, 2);
	/* Off again, and on by the 32-bit call, which ignores the high halves. */
	CU_ASSERT_EQUAL(firmware(1, PSCI(2), 0, 0, 0), 0);
	CU_ASSERT(!fake.running[1]);
	CU_ASSERT_EQUAL(firmware(0, PSCI(4), 0xff00000001, 0, 0), 1);
	CU_ASSERT_EQUAL(firmware(0, PSCI(3), 0xff00000001, 0xff00000000 | FAKE_BASE,
				 0xff00000007), 0);
	expect_reset_state(1, FAKE_BASE, 7);
}

static void test_cpu_on_wild(void)
{
	static const uint64_t targets[] = { 2, 0x100, 0x80000001, 1ull << 32, UINT64_MAX };
	static const uint64_t entries[] = { 0, FAKE_BASE - 4, FAKE_BASE + MEMORY_SIZE,
					    FAKE_BASE + 2, UINT64_MAX };
	unsigned int index;

	start();
	for (index = 0; index < 5; index++) {
		CU_ASSERT_EQUAL(firmware(0, PSCI64(3), targets[index], FAKE_BASE, 0), -2);
		CU_ASSERT_EQUAL(firmware(0, PSCI64(4), targets[index], 0, 0), -2);
		CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, entries[index], 0), -9);
	}
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 0, 1, 0), -2);
	fake.refusal = STATUS_BAD_STATE;
	CU_ASSERT_EQUAL(firmware(0, PSCI64(3), 1, FAKE_BASE, 0), -6);
	fake.refusal = STATUS_OK;
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 1);
	CU_ASSERT_EQUAL(fake.starts, 1);
}

static void test_suspend(void)
{
	start();
	CU_ASSERT_EQUAL(firmware(0, PSCI64(1), 0, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, PSCI(1), 0, 0, 0), 0);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(1), 0x10000, FAKE_BASE, 0), -2);
	CU_ASSERT(fake.running[0]);
}

static void test_off(void)
{
	struct message message;

	start();
	firmware(0, PSCI64(3), 1, FAKE_BASE, 0);
	call(&message, 1, PSCI(8), 0, 0, 0);
	CU_ASSERT(!fake.running[0] && !fake.running[1]);
	CU_ASSERT(fake.timer);
	/* Nothing is torn down while the exit is in hand. */
	CU_ASSERT_EQUAL(fake.device_resets[0], 0);
	CU_ASSERT_EQUAL(fake.ended, -1);
	/* An exit that was queued when its vCPU was stopped starts nothing. */
	CU_ASSERT_EQUAL(call(&message, 0, PSCI64(3), 1, FAKE_BASE, 0), STATUS_BAD_STATE);
	CU_ASSERT(!fake.running[1]);
	look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
	CU_ASSERT_EQUAL(fake.device_resets[1], 1);
	CU_ASSERT_EQUAL(fake.ended, SUPERVISOR_REASON_OFF);
	look(VM_SIGNAL_LOOK);
	look(UINT64_MAX);
	CU_ASSERT_EQUAL(fake.ends, 1);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
}

static void test_busy_device(void)
{
	struct message message;

	start();
	call(&message, 0, PSCI(8), 0, 0, 0);
	fake.device_busy = 2;
	fake.timer = false;
	look(VM_SIGNAL_LOOK);
	CU_ASSERT(fake.timer);
	CU_ASSERT_EQUAL(fake.deadline, 5000 + 1000);
	CU_ASSERT_EQUAL(fake.ended, -1);
	look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.ended, -1);
	look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.ended, SUPERVISOR_REASON_OFF);
}

static void test_reset(void)
{
	struct message message;
	unsigned int number;

	start();
	firmware(0, PSCI64(3), 1, FAKE_BASE, 0);
	/* The guest has overwritten itself and its registers. */
	memset(memory, 0x77, sizeof(memory));
	for (number = 0; number < VCPU_MPIDR_EL1; number++)
		fake.registers[0][number] = number + 1;
	call(&message, 0, PSCI(9), 0, 0, 0);
	CU_ASSERT(!fake.running[0] && !fake.running[1]);
	ring();
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
	CU_ASSERT_EQUAL(fake.device_resets[1], 1);
	expect_reset_state(0, FAKE_BASE, fake.registers[0][0]);
	expect_images();
	CU_ASSERT(!fake.running[1]);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 1);
	CU_ASSERT_EQUAL(fake.ended, -1);
	look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
}

static void test_signal_while_running(void)
{
	start();
	look(UINT64_MAX);
	CU_ASSERT(fake.running[0]);
	CU_ASSERT_EQUAL(fake.device_resets[0], 0);
	CU_ASSERT_EQUAL(fake.ended, -1);
}

static void test_next_life(void)
{
	uint64_t before[VCPU_REGISTERS];

	start();
	firmware(0, PSCI64(3), 1, FAKE_BASE, 0);
	memset(memory, 0x77, sizeof(memory));
	memcpy(before, fake.registers[0], sizeof(before));
	live();
	CU_ASSERT_EQUAL(memory[0], 0x77);
	CU_ASSERT(!memcmp(before, fake.registers[0], sizeof(before)));
	CU_ASSERT(fake.running[0] && fake.running[1]);
	CU_ASSERT_EQUAL(fake.starts, 2);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 0);
	firmware(1, PSCI(2), 0, 0, 0);
	live();
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 1);
	CU_ASSERT(!fake.running[1]);
}

/* The state is not to be trusted: the kernel knows who is on. */
static void test_damaged(void)
{
	start();
	firmware(0, PSCI64(3), 1, FAKE_BASE, 0);
	memset(memory, 0x77, sizeof(memory));
	vm_state()->on = 0;
	live();
	CU_ASSERT_EQUAL(memory[0], 0x77);
	CU_ASSERT(fake.running[0] && fake.running[1]);
	CU_ASSERT_EQUAL(fake.starts, 2);
	CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 1, 0, 0), 0);
	/* The former life died between the last register and the start. */
	vm_state()->on = 0;
	fake.running[0] = false;
	live();
	CU_ASSERT(fake.running[0]);
	CU_ASSERT_EQUAL(fake.starts, 3);
}

static void test_damaged_while_off(void)
{
	struct message message;

	start();
	memset(memory, 0x77, sizeof(memory));
	call(&message, 0, PSCI(9), 0, 0, 0);
	CU_ASSERT(!fake.running[0]);
	vm_state()->condition = VMM_CONDITION_RUNNING;
	live();
	expect_images();
	expect_reset_state(0, FAKE_BASE, fake.registers[0][0]);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
	CU_ASSERT_EQUAL(fake.ended, -1);
}

/* Sound checksums, but parts that do not fit each other. */
static void test_unfit(void)
{
	static const struct vmm_state wrong[] = {
		{ .condition = VMM_CONDITION_ENDED + 1 },
		{ .condition = VMM_CONDITION_RUNNING, .act = VMM_ACT_TELL + 1 },
		{ .condition = VMM_CONDITION_RUNNING, .on = 1 << 2 },
		{ .condition = VMM_CONDITION_RUNNING, .on = 1, .targets = 1 << 2 },
		{ .condition = VMM_CONDITION_LOADING, .on = 1 },
		{ .condition = VMM_CONDITION_RUNNING, .act = VMM_ACT_START },
		{ .condition = VMM_CONDITION_RUNNING, .act = VMM_ACT_REGISTERS, .targets = 3 },
		{ .condition = VMM_CONDITION_RUNNING, .count = VMM_REGISTERS + 1 },
		{ .condition = VMM_CONDITION_ENDED, .reason = 2 },
	};
	unsigned int index;

	for (index = 0; index < sizeof(wrong) / sizeof(*wrong); index++) {
		start();
		RT_TOUCH(*vm_state());
		*vm_state() = wrong[index];
		rt_commit(NULL, STATUS_OK);
		fake.lines = 0;
		live();
		CU_ASSERT(fake.lines == 2 && strstr(fake.line, "goes on"));
		CU_ASSERT_EQUAL(firmware(0, PSCI64(4), 0, 0, 0), 0);
	}
}

static void test_wild_messages(void)
{
	unsigned int round, word;

	start();
	srand(2);
	for (round = 0; round < 20000; round++) {
		struct message message = {
			.label = MESSAGE_LABEL(rand() % 12, rand() % 4),
			.badge = (uint64_t)(rand() % 20) << 32 | (uint64_t)(rand() % 2),
		};

		for (word = 0; word < MESSAGE_WORDS; word++)
			message.words[word] = (uint64_t)rand() << (rand() % 34);
		deliver(&message);
	}
	CU_ASSERT(fake.running[0]);
	CU_ASSERT_EQUAL(fake.ended, -1);
	/* As many refusals as rounds, but the log stays short. */
	CU_ASSERT(fake.lines < 100);
}

static const struct suite_test tests[] = {
	{ "a VM starts with images, tree and registers in place", test_start },
	{ "a large image is loaded by parts, each of them once", test_large_image },
	{ "a VM that cannot start ends as failed, with a reason", test_failures },
	{ "a configuration with no or too many vCPUs ends the server", test_broken_arguments },
	{ "the versions are told", test_versions },
	{ "exactly what there is is a feature", test_features },
	{ "an unknown call is not supported and does nothing", test_unknown },
	{ "CPU_ON, CPU_OFF and AFFINITY_INFO agree", test_cpu_on },
	{ "wild arguments are refused with PSCI's errors", test_cpu_on_wild },
	{ "a standby ends at once, a power-down is refused", test_suspend },
	{ "SYSTEM_OFF stops all, resets devices, tells the supervisor once", test_off },
	{ "a device that is not done is asked again", test_busy_device },
	{ "SYSTEM_RESET brings the first state back", test_reset },
	{ "a signal without a reason changes nothing", test_signal_while_running },
	{ "the manager's next life lets the guest run on", test_next_life },
	{ "with a damaged state the vCPUs that are on run on", test_damaged },
	{ "with a damaged state and no vCPU on the VM begins again", test_damaged_while_off },
	{ "a state whose parts do not fit is not used", test_unfit },
	{ "wild messages neither crash nor flood", test_wild_messages },
};

int main(void)
{
	return suite_run("vmm server", tests, sizeof(tests) / sizeof(*tests));
}
