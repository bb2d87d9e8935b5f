/* SPDX-License-Identifier: Apache-2.0 */
/* A server that faults in the way that its task's name says. */
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"

struct fault {
	const char *name; /* the end of the task's name */
	void (*run)(void);
};

static uint32_t instruction_return = 0xd65f03c0; /* ret, in a page of data */

/* A load that the compiler has no opinion about. */
static void load(uint64_t address)
{
	__asm__ volatile("ldr xzr, [%0]" : : "r"(address) : "memory");
}

static void read_null(void)
{
	load(8);
}

static void undefined(void)
{
	__asm__ volatile(".inst 0x00000000");
}

static void wait_for_interrupt(void)
{
	__asm__ volatile("wfi");
}

static void read_register(void)
{
	__asm__ volatile("mrs x0, sctlr_el1" : : : "x0");
}

static void call_firmware(void)
{
	__asm__ volatile("hvc #0" : : : "x0", "x1", "x2", "x3", "memory");
}

/* Grows until the guard page, which lies right below the stack. */
static void overflow_stack(void)
{
	__asm__ volatile("1: stp x0, x1, [sp, #-16]!\n\tb 1b" : : : "memory");
}

static void write_text(void)
{
	*(volatile uint32_t *)(uintptr_t)write_text = 0;
}

static void write_start_page(void)
{
	*(volatile uint64_t *)START_ADDRESS = 0;
}

static void run_data(void)
{
	((void (*)(void))(uintptr_t)&instruction_return)();
}

static void run_stack(void)
{
	volatile uint32_t code = instruction_return;

	((void (*)(void))(uintptr_t)&code)();
}

static void read_kernel(void)
{
	load(0x40200000);
}

static const struct fault faults[] = {
	{ "null", read_null },          { "undefined", undefined },
	{ "wait", wait_for_interrupt }, { "register", read_register },
	{ "firmware", call_firmware },  { "overflow", overflow_stack },
	{ "text", write_text },         { "start", write_start_page },
	{ "data", run_data },           { "stack", run_stack },
	{ "kernel", read_kernel },
};

void server_start(void)
{
	const char *task = ((const struct start_page *)START_ADDRESS)->task;
	const char *name = strchr(task, '.') + 1;
	unsigned int index;

	for (index = 0; index < sizeof(faults) / sizeof(*faults); index++)
		if (strcmp(faults[index].name, name) == 0) {
			rt_log("faulty: %s begins", name);
			faults[index].run();
		}
	rt_log("faulty: %s lives", name);
}

status_t server_message(struct message *message)
{
	(void)message;
	return STATUS_NOT_SUPPORTED;
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
