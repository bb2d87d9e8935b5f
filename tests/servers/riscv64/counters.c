/* SPDX-License-Identifier: Apache-2.0 */
/* A device whose server reads the machine's counters, as any task may: it answers with the time. */
#include "gen/device_server.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"

static status_t read(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	uint64_t cycles, instructions;

	(void)badge, (void)offset, (void)width;
	__asm__ volatile("rdcycle %0\n\trdinstret %1\n\trdtime %2"
			 : "=r"(cycles), "=r"(instructions), "=r"(*value));
	return STATUS_OK;
}

static status_t write(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	(void)badge, (void)offset, (void)width, (void)value;
	return STATUS_BAD_ARGUMENT;
}

static status_t reset(uint64_t badge)
{
	(void)badge;
	return STATUS_OK;
}

void server_start(void)
{
}

status_t server_message(struct message *message)
{
	static const struct mmio_server mmio = { .read = read, .write = write };
	static const struct device_server device = { .reset = reset };

	if (message->label >> 16 == MMIO_INTERFACE)
		return mmio_dispatch(&mmio, message);
	return device_dispatch(&device, message);
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
