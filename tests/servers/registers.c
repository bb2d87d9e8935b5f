/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device for the test guests that shows what the kernel made of an access. A read below SEEN gives
 * a pattern with junk above its width; SEEN tells the last write; REFUSED answers with an error.
 */
#include "gen/device_server.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"

#define PATTERN 0xf1e2d3c4b5a69788ul
#define SEEN 0x100 /* the last write's offset, width, value: 8 bytes each */
#define READS 0x118 /* how many reads there were of the pattern */
#define REFUSED 0x200

static uint64_t seen[3], reads;

static status_t read(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	(void)badge;
	(void)width;
	if (offset >= REFUSED)
		return STATUS_NOT_FOUND;
	if (offset == READS)
		*value = reads;
	else if (offset >= SEEN)
		*value = seen[(offset - SEEN) / 8 % 3];
	else
		*value = PATTERN;
	reads += offset < SEEN;
	return STATUS_OK;
}

static status_t write(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	(void)badge;
	if (offset >= REFUSED)
		return STATUS_BAD_ARGUMENT;
	seen[0] = offset;
	seen[1] = width;
	seen[2] = value;
	return STATUS_OK;
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
