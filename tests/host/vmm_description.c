/* SPDX-License-Identifier: Apache-2.0 */
/* The plan's node of a VM: taken as it stands, or refused with a line of log; never a crash. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

#define PLAN_SIZE 65536

static _Alignas(8) uint8_t plan[PLAN_SIZE];
static struct description description;

static void prepare(void)
{
	fake_reset(NULL);
	fake_plan(plan, sizeof(plan), NULL);
	fdt_open_into(plan, plan, sizeof(plan));
}

static void expect_refusal(const char *name, const char *why)
{
	fake.lines = 0;
	CU_ASSERT_EQUAL(description_read(&description, name, plan, sizeof(plan)),
			STATUS_BAD_IMAGE);
	CU_ASSERT_EQUAL(fake.lines, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, why));
}

static int node(const char *path)
{
	return fdt_path_offset(plan, path);
}

static void test_sound(void)
{
	static const struct range ranges[] = MACHINE_CONTROLLER_RANGES;

	prepare();
	CU_ASSERT_EQUAL(description_read(&description, "linux", plan, sizeof(plan)), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(description.bootargs, "console=ttyAMA0 quiet");
	CU_ASSERT(!description.flat);
	CU_ASSERT_PTR_EQUAL(description.controller, &controllers[0]);
	CU_ASSERT(!memcmp(description.controller_range, ranges, sizeof(ranges)));
	CU_ASSERT_EQUAL(description.devices, 2);
	CU_ASSERT_EQUAL(description.device[0].kind, MACHINE_CONSOLE_KIND);
	CU_ASSERT_EQUAL(description.device[0].registers.address, MACHINE_CONSOLE_ADDRESS);
	CU_ASSERT_EQUAL(description.device[0].interrupt, MACHINE_CONSOLE_INTERRUPT);
	CU_ASSERT_EQUAL(description.device[1].kind, DEVICE_VIRTIO);
	CU_ASSERT_EQUAL(description.device[1].registers.size, 0x200);
	fdt_setprop_string(plan, node("/vms/linux"), "kernel-format", "flat");
	fdt_delprop(plan, node("/vms/linux"), "bootargs");
	CU_ASSERT_EQUAL(description_read(&description, "linux", plan, sizeof(plan)), STATUS_OK);
	CU_ASSERT(description.flat);
	CU_ASSERT_STRING_EQUAL(description.bootargs, "");
	CU_ASSERT_EQUAL(fake.lines, 0);
}

static void test_texts(void)
{
	static char text[VM_BOOTARGS_MAXIMUM + 1];

	prepare();
	expect_refusal("windows", "no such VM");
	expect_refusal("", "no such VM");
	fdt_setprop(plan, node("/vms/linux"), "bootargs", "abc", 3);
	expect_refusal("linux", "bootargs");
	memset(text, 'x', sizeof(text) - 1);
	fdt_setprop(plan, node("/vms/linux"), "bootargs", text, sizeof(text));
	expect_refusal("linux", "bootargs");
	fdt_setprop(plan, node("/vms/linux"), "bootargs", NULL, 0);
	expect_refusal("linux", "bootargs");
	prepare();
	fdt_setprop_string(plan, node("/vms/linux"), "kernel-format", "elf");
	expect_refusal("linux", "kernel-format");
}

/* Each console is one on all machines. */
static void test_consoles(void)
{
	prepare();
	fdt_setprop_string(plan, node("/vms/linux/console"), "compatible", "ns16550a");
	fdt_setprop_string(plan, node("/vms/linux/disk"), "compatible", "arm,pl011");
	CU_ASSERT_EQUAL(description_read(&description, "linux", plan, sizeof(plan)), STATUS_OK);
	CU_ASSERT_EQUAL(description.device[0].kind, DEVICE_NS16550A);
	CU_ASSERT_EQUAL(description.device[1].kind, DEVICE_PL011);
}

static void test_devices(void)
{
	static const char *const compatibles[] = { "", "virt", "virtio", "virtio,", "arm,pl01",
						   "arm,pl0111", "ns16550", "ns16550aa" };
	static const uint32_t interrupts[] = MACHINE_BAD_INTERRUPTS;
	unsigned int index;

	for (index = 0; index < sizeof(compatibles) / sizeof(*compatibles); index++) {
		prepare();
		fdt_setprop_string(plan, node("/vms/linux/disk"), "compatible", compatibles[index]);
		expect_refusal("linux", "disk: no such device");
	}
	prepare();
	fdt_delprop(plan, node("/vms/linux/disk"), "compatible");
	expect_refusal("linux", "disk: no compatible");
	for (index = 0; index < 4; index++) {
		prepare();
		fdt_setprop_u32(plan, node("/vms/linux/disk"), "interrupts", interrupts[index]);
		expect_refusal("linux", "disk: bad interrupts");
	}
	fdt_setprop_u64(plan, node("/vms/linux/disk"), "interrupts", 2);
	expect_refusal("linux", "disk: bad interrupts");
	fdt_delprop(plan, node("/vms/linux/disk"), "interrupts");
	expect_refusal("linux", "disk: bad interrupts");
}

static void test_registers(void)
{
	static const uint64_t wild[][2] = { { 0x9000000, 0 }, { 1ull << 40, 1 },
					    { (1ull << 40) - 1, 2 }, { UINT64_MAX, 1 },
					    { 0, UINT64_MAX }, { 1ull << 63, 1ull << 63 } };
	unsigned int index;

	for (index = 0; index < sizeof(wild) / sizeof(*wild); index++) {
		fdt64_t reg[2] = { cpu_to_fdt64(wild[index][0]), cpu_to_fdt64(wild[index][1]) };

		prepare();
		fdt_setprop(plan, node("/vms/linux/console"), "reg", reg, sizeof(reg));
		expect_refusal("linux", "console: bad reg");
		fdt_setprop(plan, node("/vms/linux/console"), "reg", reg, sizeof(reg) - 4);
		expect_refusal("linux", "console: bad reg");
	}
	fdt_delprop(plan, node("/vms/linux/interrupt-controller"), "reg");
	expect_refusal("linux", "interrupt-controller: bad reg");
	fdt_setprop_string(plan, node("/vms/linux/interrupt-controller"), "compatible", "riscv,arm");
	expect_refusal("linux", "interrupt-controller: no such one");
	fdt_delprop(plan, node("/vms/linux/interrupt-controller"), "compatible");
	expect_refusal("linux", "interrupt-controller: no compatible");
	fdt_del_node(plan, node("/vms/linux/interrupt-controller"));
	expect_refusal("linux", "interrupt-controller: no compatible");
}

static void test_too_many(void)
{
	fdt64_t reg[2] = { cpu_to_fdt64(0xb000000), cpu_to_fdt64(0x1000) };
	unsigned int index;

	prepare();
	for (index = 2; index <= VM_DEVICE_MAXIMUM; index++) {
		char name[NAME_SIZE];
		int device = fdt_add_subnode(plan, node("/vms/linux"),
					     name_number(name, "extra", index, 10));

		fdt_setprop_string(plan, device, "compatible", "virtio,net");
		fdt_setprop(plan, device, "reg", reg, sizeof(reg));
		fdt_setprop_u32(plan, device, "interrupts", MACHINE_INTERRUPT_LAST);
		if (index < VM_DEVICE_MAXIMUM)
			CU_ASSERT_EQUAL(description_read(&description, "linux", plan, sizeof(plan)),
					STATUS_OK);
	}
	expect_refusal("linux", "too many");
}

/* A plan in a block of exactly its size, so that the sanitizer sees a read beyond it. */
static void read_copy(const uint8_t *from, uint64_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	status_t status;

	memcpy(copy, from, size);
	fake.lines = 0;
	status = description_read(&description, "linux", copy, size);
	CU_ASSERT(status == STATUS_OK || (status == STATUS_BAD_IMAGE && fake.lines == 1));
	CU_ASSERT(description.devices <= VM_DEVICE_MAXIMUM);
	free(copy);
}

static void test_cut(void)
{
	uint64_t size, length;

	fake_reset(NULL);
	size = fake_plan(plan, sizeof(plan), "flat");
	for (length = 0; length <= size; length++)
		read_copy(plan, length);
}

static void test_fuzz(void)
{
	unsigned int round, change;
	static uint8_t bytes[4096];
	uint64_t size;

	fake_reset(NULL);
	size = fake_plan(plan, sizeof(plan), "flat");
	srand(3);
	for (round = 0; round < 50000; round++) {
		memcpy(bytes, plan, size);
		for (change = (unsigned int)rand() % 4; change < 4; change++)
			bytes[(uint64_t)rand() % size] =
				rand() % 2 ? (uint8_t)rand() : (uint8_t)(rand() % 10);
		read_copy(bytes, size);
	}
}

static const struct suite_test tests[] = {
	{ "a sound node is taken as it stands", test_sound },
	{ "texts that are none, or too long, are refused", test_texts },
	{ "a console is known by its name", test_consoles },
	{ "devices and interrupts that no guest can have are refused", test_devices },
	{ "registers outside the guest's addresses are refused", test_registers },
	{ "one device too many is refused", test_too_many },
	{ "a plan cut short anywhere is refused", test_cut },
	{ "a plan with wild bytes does no harm", test_fuzz },
};

int main(void)
{
	return suite_run("vmm description", tests, sizeof(tests) / sizeof(*tests));
}
