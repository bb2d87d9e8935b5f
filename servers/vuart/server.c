/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's console as a server: register accesses in, text into the ring, the line out. */
#include "gen/device_server.h"
#include "gen/line_client.h"
#include "gen/mmio_server.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/vuart/vuart.h"

static struct vuart uart;
static struct console_channel *channel;
static handle_t console;
static handle_t line;
static bool line_is_known; /* the interrupt controller has heard of `line_level` */
static bool line_level;

/* After whatever happened: tell the neighbours what concerns them, and nothing else. */
static void settle(void)
{
	bool level = vuart_line(&uart, channel);

	if (uart.wake) {
		uart.wake = false;
		rt_signal(console);
	}
	if (!line_is_known || level != line_level) {
		line_is_known = line_set(line, level) == STATUS_OK;
		line_level = level;
	}
}

void server_start(void)
{
	channel = (struct console_channel *)rt_argument("channel");
	console = (handle_t)rt_argument("console-signal");
	line = (handle_t)rt_argument("line");
	vuart_reset(&uart);
	uart.wake = true; /* a former life may have died before it signalled */
	settle();
}

static status_t uart_read(uint64_t badge, uint64_t offset, uint64_t width, uint64_t *value)
{
	status_t status = vuart_read(&uart, channel, offset, width, value);

	(void)badge;
	settle();
	return status;
}

static status_t uart_write(uint64_t badge, uint64_t offset, uint64_t width, uint64_t value)
{
	status_t status = vuart_write(&uart, channel, offset, width, value);

	(void)badge;
	settle();
	return status;
}

static status_t reset(uint64_t badge)
{
	(void)badge;
	vuart_reset(&uart);
	settle();
	return STATUS_OK;
}

static const struct mmio_server mmio = { .read = uart_read, .write = uart_write };
static const struct device_server device = { .reset = reset };

status_t server_message(struct message *message)
{
	switch (message->label >> 16) {
	case MMIO_INTERFACE:
		return mmio_dispatch(&mmio, message);
	case DEVICE_INTERFACE:
		return device_dispatch(&device, message);
	}
	return STATUS_NOT_SUPPORTED;
}

void server_signal(uint64_t bits)
{
	if (!(bits & CONSOLE_SIGNAL_LOOK))
		return;
	vuart_look(&uart, channel);
	settle();
}
