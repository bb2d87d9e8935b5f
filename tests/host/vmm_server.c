/* SPDX-License-Identifier: Apache-2.0 */
/* The whole VM manager behind its messages: start, on and off, reset, failures. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "servers/rt/rt.h"
#include "tests/host/suite.h"
#include "tests/host/vmm_whole.h"

static void expect_images(void)
{
	uint64_t tree = fake.registers[0][MACHINE_ARGUMENT] - MACHINE_BASE;
	int chosen = fdt_path_offset(whole.memory + tree, "/chosen");
	const fdt64_t *where = fdt_getprop(whole.memory + tree, chosen, "linux,initrd-start", NULL);

	CU_ASSERT(!memcmp(whole.memory, whole.kernel, sizeof(whole.kernel)));
	CU_ASSERT_EQUAL(fdt_check_full(whole.memory + tree, VM_TREE_SIZE), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(where);
	CU_ASSERT(!memcmp(whole.memory + (fdt64_ld(where) - MACHINE_BASE), whole.initrd,
			  sizeof(whole.initrd)));
	CU_ASSERT(fake.cleaned >= sizeof(whole.kernel) + sizeof(whole.initrd));
}

static void test_start(void)
{
	whole_start();
	whole_expect_reset(0, MACHINE_BASE, fake.registers[0][MACHINE_ARGUMENT]);
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

	whole_prepare();
	memset(large, 0x33, sizeof(large));
	fake_image(large, 0, sizeof(large));
	whole_argument("kernel", (uint64_t)large);
	whole_argument("kernel-size", sizeof(large));
	for (lives = 0; !fake.starts && lives < 10; lives++) {
		before = fake.cleaned;
		whole_begin();
		CU_ASSERT(fake.cleaned - before <= 0x100000);
	}
	CU_ASSERT_EQUAL(lives, 5); /* three for the kernel, one for the RAM disk, one for the tree */
	CU_ASSERT(!memcmp(whole.memory, large, sizeof(large)));
	CU_ASSERT_EQUAL(fake.cleaned, sizeof(large) + sizeof(whole.initrd) + VM_TREE_SIZE);
	whole_expect_reset(0, MACHINE_BASE, fake.registers[0][MACHINE_ARGUMENT]);
}

static void expect_failure(const char *why)
{
	whole_live();
	CU_ASSERT_EQUAL(fake.ended, SUPERVISOR_REASON_FAILED);
	CU_ASSERT_EQUAL(fake.ends, 1);
	CU_ASSERT_EQUAL(fake.starts, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, why));
}

static void test_failures(void)
{
	whole_prepare();
	whole.kernel[57] = 0;
	expect_failure("failed");
	whole_prepare();
	whole_argument("memory-size", WHOLE_IMAGE_SIZE);
	expect_failure("failed");
	whole_prepare();
	memset(whole.plan, 0, 64);
	expect_failure("failed");
	whole_prepare();
	fake.refusal = STATUS_BAD_HANDLE;
	expect_failure("failed");
}

static void test_broken_arguments(void)
{
	static const uint64_t counts[] = { 0, VM_VCPU_MAXIMUM + 1, UINT32_MAX };
	volatile unsigned int index, failures = 0;
	jmp_buf failure;

	for (index = 0; index < 3; index++) {
		whole_prepare();
		whole_argument("vcpus", counts[index]);
		fake.failure = &failure;
		if (setjmp(failure))
			failures++;
		else
			server_start();
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "vCPUs"));
	}
	CU_ASSERT_EQUAL(failures, 3);
}

static void test_on(void)
{
	whole_start();
	memset(fake.registers[1], 5, sizeof(fake.registers[1]));
	CU_ASSERT(!machine_is_on(whole_firmware(0, STATUS_OF(1))));
	whole_firmware(0, TURN_ON(1, MACHINE_BASE + 0x1000, 0x123456789a));
	whole_expect_reset(1, MACHINE_BASE + 0x1000, 0x123456789a);
	CU_ASSERT(machine_is_on(whole_firmware(0, STATUS_OF(1))));
	whole_firmware(1, TURN_OFF);
	CU_ASSERT(!fake.running[1]);
	CU_ASSERT(!machine_is_on(whole_firmware(0, STATUS_OF(1))));
	whole_firmware(0, TURN_ON(1, MACHINE_BASE, 7));
	whole_expect_reset(1, MACHINE_BASE, 7);
	CU_ASSERT_EQUAL(fake.starts, 3);
}

static void test_off(void)
{
	struct message message;

	whole_start();
	whole_firmware(0, TURN_ON(1, MACHINE_BASE, 0));
	whole_call(&message, 1, SHUTDOWN);
	CU_ASSERT(!fake.running[0] && !fake.running[1]);
	CU_ASSERT(fake.timer);
	/* Nothing is torn down while the exit is in hand. */
	CU_ASSERT_EQUAL(fake.device_resets[0], 0);
	CU_ASSERT_EQUAL(fake.ended, -1);
	/* An exit that was queued when its vCPU was stopped starts nothing. */
	CU_ASSERT_EQUAL(whole_call(&message, 0, TURN_ON(1, MACHINE_BASE, 0)), STATUS_BAD_STATE);
	CU_ASSERT(!fake.running[1]);
	whole_look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
	CU_ASSERT_EQUAL(fake.device_resets[1], 1);
	CU_ASSERT_EQUAL(fake.ended, SUPERVISOR_REASON_OFF);
	whole_look(VM_SIGNAL_LOOK);
	whole_look(UINT64_MAX);
	CU_ASSERT_EQUAL(fake.ends, 1);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
}

static void test_busy_device(void)
{
	struct message message;

	whole_start();
	whole_call(&message, 0, SHUTDOWN);
	fake.device_busy = 2;
	fake.timer = false;
	whole_look(VM_SIGNAL_LOOK);
	CU_ASSERT(fake.timer);
	CU_ASSERT_EQUAL(fake.deadline, 5000 + 1000);
	CU_ASSERT_EQUAL(fake.ended, -1);
	whole_look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.ended, -1);
	whole_look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.ended, SUPERVISOR_REASON_OFF);
}

static void test_reset(void)
{
	struct message message;
	unsigned int number;

	whole_start();
	whole_firmware(0, TURN_ON(1, MACHINE_BASE, 0));
	/* The guest has overwritten itself and its registers. */
	memset(whole.memory, 0x77, sizeof(whole.memory));
	for (number = 0; number < VCPU_REGISTERS; number++)
		fake.registers[0][number] = number + 1;
	whole_call(&message, 0, RESET);
	CU_ASSERT(!fake.running[0] && !fake.running[1]);
	whole_ring();
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
	CU_ASSERT_EQUAL(fake.device_resets[1], 1);
	whole_expect_reset(0, MACHINE_BASE, fake.registers[0][MACHINE_ARGUMENT]);
	expect_images();
	CU_ASSERT(!fake.running[1]);
	CU_ASSERT(!machine_is_on(whole_firmware(0, STATUS_OF(1))));
	CU_ASSERT_EQUAL(fake.ended, -1);
	whole_look(VM_SIGNAL_LOOK);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
}

static void test_signal_while_running(void)
{
	whole_start();
	whole_look(UINT64_MAX);
	CU_ASSERT(fake.running[0]);
	CU_ASSERT_EQUAL(fake.device_resets[0], 0);
	CU_ASSERT_EQUAL(fake.ended, -1);
}

static void test_next_life(void)
{
	uint64_t before[VCPU_REGISTERS];

	whole_start();
	whole_firmware(0, TURN_ON(1, MACHINE_BASE, 0));
	memset(whole.memory, 0x77, sizeof(whole.memory));
	memcpy(before, fake.registers[0], sizeof(before));
	whole_live();
	CU_ASSERT_EQUAL(whole.memory[0], 0x77);
	CU_ASSERT(!memcmp(before, fake.registers[0], sizeof(before)));
	CU_ASSERT(fake.running[0] && fake.running[1]);
	CU_ASSERT_EQUAL(fake.starts, 2);
	CU_ASSERT(machine_is_on(whole_firmware(0, STATUS_OF(1))));
	whole_firmware(1, TURN_OFF);
	whole_live();
	CU_ASSERT(!machine_is_on(whole_firmware(0, STATUS_OF(1))));
	CU_ASSERT(!fake.running[1]);
}

/* The state is not to be trusted: the kernel knows who is on. */
static void test_damaged(void)
{
	whole_start();
	whole_firmware(0, TURN_ON(1, MACHINE_BASE, 0));
	memset(whole.memory, 0x77, sizeof(whole.memory));
	vm_state()->on = 0;
	whole_live();
	CU_ASSERT_EQUAL(whole.memory[0], 0x77);
	CU_ASSERT(fake.running[0] && fake.running[1]);
	CU_ASSERT_EQUAL(fake.starts, 2);
	CU_ASSERT(machine_is_on(whole_firmware(0, STATUS_OF(1))));
	/* The former life died between the last register and the start. */
	vm_state()->on = 0;
	fake.running[0] = false;
	whole_live();
	CU_ASSERT(fake.running[0]);
	CU_ASSERT_EQUAL(fake.starts, 3);
}

static void test_damaged_while_off(void)
{
	struct message message;

	whole_start();
	memset(whole.memory, 0x77, sizeof(whole.memory));
	whole_call(&message, 0, RESET);
	CU_ASSERT(!fake.running[0]);
	vm_state()->condition = VMM_CONDITION_RUNNING;
	whole_live();
	expect_images();
	whole_expect_reset(0, MACHINE_BASE, fake.registers[0][MACHINE_ARGUMENT]);
	CU_ASSERT_EQUAL(fake.device_resets[0], 1);
	CU_ASSERT_EQUAL(fake.ended, -1);
}

/* Committed as it is, but with parts that do not fit each other. */
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
		whole_start();
		RT_TOUCH(*vm_state());
		*vm_state() = wrong[index];
		rt_commit(NULL, STATUS_OK);
		fake.lines = 0;
		whole_live();
		CU_ASSERT(fake.lines == 2 && strstr(fake.line, "goes on"));
		CU_ASSERT(machine_is_on(whole_firmware(0, STATUS_OF(0))));
	}
}

static void test_wild_messages(void)
{
	unsigned int round, word;

	whole_start();
	srand(2);
	for (round = 0; round < 20000; round++) {
		struct message message = {
			.label = MESSAGE_LABEL(rand() % 12, rand() % 4),
			.badge = (uint64_t)(rand() % 20) << 32 | (uint64_t)(rand() % 2),
		};

		for (word = 0; word < MESSAGE_WORDS; word++)
			message.words[word] = (uint64_t)rand() << (rand() % 34);
		whole_deliver(&message);
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
	{ "a vCPU is on, off and on again", test_on },
	{ "a configuration with no or too many vCPUs ends the server", test_broken_arguments },
	{ "turning off stops all, resets devices, tells the supervisor once", test_off },
	{ "a device that is not done is asked again", test_busy_device },
	{ "a reset brings the first state back", test_reset },
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
