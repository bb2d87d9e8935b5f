/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/host/vmm_whole.h"

#include <string.h>

#include "servers/vmm/server.c"
#include "tests/host/suite.h"

struct whole whole __attribute__((aligned(4096)));

static struct fake_argument arguments[] = {
	{ "vm", 0, "linux" },
	{ "endpoint", FAKE_ENDPOINT, NULL },
	{ "supervisor", FAKE_SUPERVISOR, NULL },
	{ "memory", 0, NULL },
	{ "memory-size", WHOLE_MEMORY_SIZE, NULL },
	{ "guest-base", MACHINE_BASE, NULL },
	{ "kernel", 0, NULL },
	{ "kernel-size", sizeof(whole.kernel), NULL },
	{ "initrd", 0, NULL },
	{ "initrd-size", sizeof(whole.initrd), NULL },
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

void whole_argument(const char *name, uint64_t number)
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

status_t whole_deliver(struct message *message)
{
	status_t status = server_message(message);

	rt_commit(message, status);
	settle(message);
	return status;
}

void whole_look(uint64_t signals)
{
	server_signal(signals);
	rt_commit(NULL, STATUS_OK);
	settle(NULL);
}

void whole_ring(void)
{
	while (fake.timer) {
		fake.timer = false;
		whole_look(VM_SIGNAL_LOOK);
	}
}

void whole_begin(void)
{
	memset(&vm, 0, sizeof(vm));
	server_start();
	rt_durable_open(&fake_durable, &server_durable);
	whole_look(UINT64_MAX);
}

void whole_live(void)
{
	whole_begin();
	whole_ring();
}

void whole_prepare(void)
{
	memset(&whole, 0, sizeof(whole));
	memset(whole.kernel, 0x11, sizeof(whole.kernel));
	memset(whole.initrd, 0x22, sizeof(whole.initrd));
	fake_image(whole.kernel, 0, WHOLE_IMAGE_SIZE);
	whole_argument("memory", (uint64_t)whole.memory);
	whole_argument("kernel", (uint64_t)whole.kernel);
	whole_argument("initrd", (uint64_t)whole.initrd);
	whole_argument("tree", (uint64_t)whole.plan);
	whole_argument("tree-size", fake_plan(whole.plan, sizeof(whole.plan), NULL));
	whole_argument("memory-size", WHOLE_MEMORY_SIZE);
	whole_argument("kernel-size", sizeof(whole.kernel));
	whole_argument("vcpus", 2);
	fake_reset(arguments);
}

void whole_start(void)
{
	whole_prepare();
	whole_live();
	CU_ASSERT_EQUAL(fake.ended, -1);
}

status_t whole_call(struct message *message, uint32_t vcpu, const uint64_t words[8])
{
	*message = (struct message){
		.label = HYPERCALL_LABEL_CALL,
		.badge = (uint64_t)vcpu << 32,
	};
	memcpy(message->words, words, 8 * sizeof(*words));
	return whole_deliver(message);
}

const uint64_t *whole_firmware(uint32_t vcpu, const uint64_t words[8])
{
	static struct message message;

	CU_ASSERT_EQUAL(whole_call(&message, vcpu, words), STATUS_OK);
	return message.words;
}

void whole_expect_reset(uint32_t vcpu, uint64_t pc, uint64_t argument)
{
	const uint64_t *registers = fake.registers[vcpu];
	unsigned int number;

	CU_ASSERT(fake.running[vcpu]);
	CU_ASSERT_EQUAL(registers[VCPU_PC], pc);
	for (number = 0; number < VCPU_REGISTERS; number++)
		if (number != VCPU_PC && machine_can_set(number))
			CU_ASSERT_EQUAL(registers[number],
					machine_reset_value(number, vcpu, argument));
}
