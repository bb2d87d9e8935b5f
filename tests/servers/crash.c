/* SPDX-License-Identifier: Apache-2.0 */
/* A server that ends itself at its start, in the way that the last part of its task's name says. */
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"

#include "arch_crash.h"
#include "arch_server.h"

struct crash {
	const char *name;
	void (*run)(void);
};

#define CRASH(name, instruction)                                                                   \
	static void name##_run(void)                                                               \
	{                                                                                          \
		__asm__ volatile(instruction : : : CRASH_CLOBBERS);                                \
	}
CRASHES(CRASH)

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
	volatile uint32_t code[] = { RETURN };

	((void (*)(void))(uintptr_t)code)();
}

#define ROW(name, instruction) { #name, name##_run },
static const struct crash crashes[] = {
	{ "null", die_null },
	{ "undefined", die_illegal },
	{ "break", die_break },
	{ "overflow", die_overflow },
	{ "text", text },
	{ "stack", stack },
	{ "device", device },
	CRASHES(ROW)
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
