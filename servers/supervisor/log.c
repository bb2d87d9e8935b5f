/* SPDX-License-Identifier: Apache-2.0 */
/* Where the supervisor's lines go: the kernel's console, until the UART server has it. */
#include "servers/rt/internal.h"
#include "servers/rt/log_ring.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

#define LOG_ADDRESS 0x3f000000ul

static struct console_channel *channel;

void log_open(const void *tree, int plan)
{
	unsigned int count;
	const uint32_t *signal = tree_records(tree, plan, "log-signal", 3, &count);

	map(SLOT_SELF_TASK, tree_number(tree, plan, "log-channel"), LOG_ADDRESS, 0, PAGE,
	    MAP_READ | MAP_WRITE, "the supervisor's log");
	if (count != 1 ||
	    !made(rt_syscall(SYSCALL_GRANT, SLOT_SELF_TASK, SLOT_LOG, cell(signal), RIGHT_SIGNAL,
			     cells(signal + 1), 0, NULL)))
		refuse("the supervisor cannot signal the UART server");
}

void log_through(bool uart)
{
	channel = uart ? log_channel() : NULL;
}

struct console_channel *log_channel(void)
{
	return (struct console_channel *)LOG_ADDRESS;
}

static void console_write(const char *text, uint32_t length)
{
	uint64_t packed = 0;
	uint32_t index;

	for (index = 0; index < length; index++) {
		packed |= (uint64_t)(uint8_t)text[index] << 8 * (index % 8);
		if (index % 8 == 7 || index + 1 == length) {
			rt_syscall(SYSCALL_MACHINE, SLOT_MACHINE, MACHINE_PUT, packed, 0, 0, 0,
				   NULL);
			packed = 0;
		}
	}
}

void rt_log_write(const char *text, uint32_t length)
{
	static const char name[] = "supervisor: ";

	if (channel) {
		log_ring_put(channel, SLOT_LOG, text, length);
		return;
	}
	console_write(name, sizeof(name) - 1);
	console_write(text, length);
}
