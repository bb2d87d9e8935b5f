/* SPDX-License-Identifier: Apache-2.0 */
/* A server that ends itself at its start, in the way that the last part of its task's name says. */
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"

#define UART_REGISTERS 0x09000000ul /* the UART server's */

struct crash {
	const char *name;
	void (*run)(void);
};

/* One instruction that a task has no business with. */
#define CRASH(name, instruction)                                                                   \
	static void name(void)                                                                     \
	{                                                                                          \
		__asm__ volatile(instruction : : : "x0", "x1", "x2", "x3", "memory");              \
	}

CRASH(undefined, "udf #7")
CRASH(wait, "wfi")
CRASH(breakpoint, "brk #1")
CRASH(register_read, "mrs x0, sctlr_el1")
CRASH(register_write, "msr vbar_el1, x0")
CRASH(hypervisor_register, "mrs x0, hcr_el2")
CRASH(interrupt_mask, "msr daifset, #15")
CRASH(hypercall, "hvc #0")
CRASH(firmware, "smc #0")
CRASH(exception_return, "eret")
CRASH(overflow, "1: stp x0, x1, [sp, #-16]!\n\tb 1b")
CRASH(null, "mov x0, #8\n\tldr x1, [x0]")

static void device(void)
{
	(void)*(volatile uint32_t *)UART_REGISTERS;
}

static void text(void)
{
	*(volatile uint32_t *)(uintptr_t)text = 0;
}

static void stack(void)
{
	volatile uint32_t code[] = { 0xd65f03c0 }; /* ret */

	((void (*)(void))(uintptr_t)code)();
}

static const struct crash crashes[] = {
	{ "null", null },
	{ "undefined", undefined },
	{ "wait", wait },
	{ "break", breakpoint },
	{ "overflow", overflow },
	{ "text", text },
	{ "stack", stack },
	{ "device", device },
	{ "read", register_read },
	{ "write", register_write },
	{ "el2", hypervisor_register },
	{ "mask", interrupt_mask },
	{ "hvc", hypercall },
	{ "smc", firmware },
	{ "eret", exception_return },
};

void server_start(void)
{
	const char *name = ((const struct start_page *)START_ADDRESS)->task;
	unsigned int index;

	/* <vm>.<device>: the device's name says what to do. */
	while (*name && *name++ != '.')
		;
	for (index = 0; index < sizeof(crashes) / sizeof(crashes[0]); index++)
		if (strcmp(crashes[index].name, name) == 0)
			crashes[index].run();
	rt_log("crash: %s is still alive", name);
}

status_t server_message(struct message *message)
{
	(void)message;
	return STATUS_OK;
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
