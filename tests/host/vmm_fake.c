/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime as the VM manager sees it, without a kernel below. */
#include "tests/host/vmm_fake.h"

#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/device.h"
#include "gen/supervisor.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

struct fake fake;
struct durable fake_durable;
static const struct fake_argument *fake_arguments;

static void create(void *state)
{
	((struct vmm_state *)state)->condition = VMM_CONDITION_RUNNING;
}

/* Of a VM that runs, for tests of a part without its server. */
static const struct durable_kind kind = {
	.version = VMM_STATE_VERSION,
	.size = sizeof(struct vmm_state),
	.create = create,
};

void fake_reset(const struct fake_argument *arguments)
{
	memset(&fake, 0, sizeof(fake));
	fake.ended = -1;
	fake_arguments = arguments;
	memset(&fake_durable, 0, sizeof(fake_durable));
	rt_durable_open(&fake_durable, &kind);
	fake_durable.magic = 0;
}

static const struct fake_argument *fake_find(const char *name)
{
	const struct fake_argument *argument = fake_arguments;

	for (; argument && argument->name; argument++)
		if (!strcmp(argument->name, name))
			return argument;
	return NULL;
}

uint64_t rt_argument(const char *name)
{
	const struct fake_argument *argument = fake_find(name);

	if (!argument)
		rt_fail("no argument %s", name);
	return argument->number;
}

uint64_t rt_argument_or(const char *name, uint64_t otherwise)
{
	const struct fake_argument *argument = fake_find(name);

	return argument ? argument->number : otherwise;
}

const char *rt_argument_text(const char *name)
{
	const struct fake_argument *argument = fake_find(name);

	return argument && argument->text ? argument->text : "";
}

void rt_log(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(fake.line, sizeof(fake.line), format, list);
	va_end(list);
	fake.lines++;
}

void rt_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(fake.line, sizeof(fake.line), format, list);
	va_end(list);
	if (!fake.failure) {
		fprintf(stderr, "rt_fail: %s\n", fake.line);
		abort();
	}
	longjmp(*fake.failure, 1);
}

static status_t fake_vcpu(enum syscall number, uint32_t index, uint64_t a1, uint64_t a2,
			  uint64_t result[3])
{
	if (fake.refusal != STATUS_OK)
		return fake.refusal;
	switch (number) {
	case SYSCALL_VCPU_GET:
		if (a1 >= MACHINE_REGISTERS)
			return STATUS_BAD_ARGUMENT;
		result[0] = fake.registers[index][a1];
		return STATUS_OK;
	case SYSCALL_VCPU_SET:
		if (!machine_can_set(a1))
			return STATUS_BAD_ARGUMENT;
		fake.torn |= fake.running[index] && !fake.waits[index];
		fake.registers[index][a1] = a2;
		return STATUS_OK;
	case SYSCALL_VCPU_START:
		if (fake.running[index])
			return STATUS_BAD_STATE;
		fake.starts++;
		fake.running[index] = true;
		return STATUS_OK;
	case SYSCALL_VCPU_STOP:
		fake.running[index] = fake.waits[index] = false;
		return STATUS_OK;
	default:
		return STATUS_NOT_SUPPORTED;
	}
}

static status_t fake_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2,
			     uint64_t result[3])
{
	result[0] = result[1] = result[2] = 0;
	switch (number) {
	case SYSCALL_CLOCK:
		result[0] = 5000;
		result[1] = 1000000;
		return STATUS_OK;
	case SYSCALL_TIMER:
		if (a0 != FAKE_ENDPOINT || a2 != VM_SIGNAL_LOOK)
			return STATUS_BAD_ARGUMENT;
		fake.timer = true;
		fake.deadline = a1;
		return STATUS_OK;
	default:
		if (a0 < FAKE_VCPU || a0 >= FAKE_VCPU + VM_VCPU_MAXIMUM)
			return STATUS_BAD_HANDLE;
		return fake_vcpu(number, (uint32_t)a0 - FAKE_VCPU, a1, a2, result);
	}
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	uint64_t nothing[3];
	status_t status;

	(void)a3, (void)a4, (void)a5;
	if (fake.point)
		fake.point();
	status = fake_syscall(number, a0, a1, a2, result ? result : nothing);
	if (fake.point)
		fake.point();
	return status;
}

status_t rt_syscall_one(enum syscall number, uint64_t a0)
{
	return rt_syscall(number, a0, 0, 0, 0, 0, 0, NULL);
}

static status_t fake_call(handle_t endpoint, struct message *message)
{
	if (endpoint == FAKE_SUPERVISOR && message->label == SUPERVISOR_LABEL_ENDED) {
		fake.ended = (int64_t)message->words[0];
		fake.ends++;
		return STATUS_OK;
	}
	if (endpoint >= FAKE_DEVICE && endpoint <= FAKE_DEVICE + VM_DEVICE_MAXIMUM &&
	    message->label == DEVICE_LABEL_RESET) {
		fake.device_resets[endpoint - FAKE_DEVICE]++;
		if (!fake.device_busy)
			return STATUS_OK;
		fake.device_busy--;
		return STATUS_AGAIN;
	}
	return STATUS_BAD_HANDLE;
}

status_t rt_call(handle_t endpoint, struct message *message)
{
	status_t status;

	if (fake.point)
		fake.point();
	status = fake_call(endpoint, message);
	if (fake.point)
		fake.point();
	return status;
}

/* Reads what it is to clean, so that the sanitizer sees a range outside the guest's memory. */
void cache_clean(const void *start, uint64_t size)
{
	const volatile uint8_t *byte = start;

	fake.cleaned += size;
	if (size)
		(void)(byte[0] + byte[size - 1]);
}

static void plan_device(void *plan, const char *name, const char *compatible, uint64_t address,
			uint64_t size, uint32_t interrupt)
{
	fdt64_t reg[2] = { cpu_to_fdt64(address), cpu_to_fdt64(size) };

	fdt_begin_node(plan, name);
	fdt_property_string(plan, "compatible", compatible);
	fdt_property(plan, "reg", reg, sizeof(reg));
	fdt_property_u32(plan, "interrupts", interrupt);
	fdt_end_node(plan);
}

uint64_t fake_plan(void *plan, uint64_t size, const char *kernel_format)
{
	static const struct range ranges[] = MACHINE_CONTROLLER_RANGES;
	fdt64_t reg[2 * sizeof(ranges) / sizeof(*ranges)];
	unsigned int index;

	for (index = 0; index < sizeof(ranges) / sizeof(*ranges); index++) {
		fdt64_st(&reg[2 * index], ranges[index].address);
		fdt64_st(&reg[2 * index + 1], ranges[index].size);
	}
	fdt_create(plan, (int)size);
	fdt_finish_reservemap(plan);
	fdt_begin_node(plan, "");
	fdt_begin_node(plan, "vms");
	fdt_begin_node(plan, "linux");
	fdt_property_string(plan, "bootargs", "console=ttyAMA0 quiet");
	if (kernel_format)
		fdt_property_string(plan, "kernel-format", kernel_format);
	plan_device(plan, "console", MACHINE_CONSOLE, MACHINE_CONSOLE_ADDRESS, 0x1000,
		    MACHINE_CONSOLE_INTERRUPT);
	plan_device(plan, "disk", "virtio,blk", MACHINE_DISK_ADDRESS, 0x200,
		    MACHINE_DISK_INTERRUPT);
	fdt_begin_node(plan, "interrupt-controller");
	fdt_property_string(plan, "compatible", MACHINE_CONTROLLER);
	fdt_property(plan, "reg", reg, sizeof(reg));
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_finish(plan);
	return fdt_totalsize(plan);
}

void fake_image(uint8_t *image, uint64_t text_offset, uint64_t image_size)
{
	memset(image, 0, 64);
	memcpy(image + 8, &text_offset, sizeof(text_offset));
	memcpy(image + 16, &image_size, sizeof(image_size));
	memcpy(image + 56, MACHINE_MAGIC, 4);
}
