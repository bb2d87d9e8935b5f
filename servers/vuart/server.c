/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's console as a server: register accesses in, text into the ring, the line out. */
#include "gen/line_client.h"
#include "gen/vuart_events.h"
#include "servers/lib/ns16550.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/vuart/vuart.h"

static struct surroundings around;
static handle_t console;
static handle_t line;
static bool told; /* in this life: `console` has been signalled, and `line` has `line_level` */
static bool line_level;

void server_start(void)
{
	around.model = vuart_model_find(rt_argument_text("model"));
	if (!around.model)
		rt_fail("no model of a %s", rt_argument_text("model"));
	around.channel = (struct console_channel *)rt_argument("channel");
	around.memory.base = (unsigned char *)rt_argument_or("memory", 0);
	around.memory.size = rt_argument_or("memory-size", 0);
	around.memory.guest_base = rt_argument_or("guest-base", 0);
	if (around.memory.guest_base + around.memory.size < around.memory.size)
		rt_fail("the guest's memory wraps around");
	console = (handle_t)rt_argument("console-signal");
	line = (handle_t)rt_argument("line");
}

static void create(void *state)
{
	vuart_reset(state, &around);
}

/* Positions that do not fit the channel's are nobody's: they begin where the channel is. */
static void rebuild(void *state)
{
	struct vuart_state *made = state;

	made->output_head = around.channel->output_head;
	made->input_tail = around.channel->input_tail;
}

static bool check(const void *state)
{
	const struct vuart_state *found = state;

	return found->transmit_raised <= 1 && found->transmit_above <= 1 && found->overrun <= 1 &&
	       found->modem_changes <= NS16550_MSR_CHANGES &&
	       found->looped_count <= VUART_LOOP_SIZE;
}

const struct durable_kind server_durable DURABLE_KIND = {
	VUART_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

/* A former life may have died before it told anybody. */
void server_settle(const struct message *message)
{
	const struct vuart_state *uart = rt_state();
	bool level = vuart_line(uart, &around);

	(void)message;
	if (vuart_settle(uart, &around) || !told)
		rt_signal(console);
	if (!told || level != line_level) {
		told = line_set(line, level) == STATUS_OK;
		line_level = level;
	}
}

status_t vuart_mmio_read(struct vuart_state *state, uint64_t badge, uint64_t offset,
			 uint64_t width, uint64_t *value)
{
	(void)badge;
	return vuart_read(state, &around, offset, width, value);
}

status_t vuart_mmio_write(struct vuart_state *state, uint64_t badge, uint64_t offset,
			  uint64_t width, uint64_t value)
{
	(void)badge;
	return vuart_write(state, &around, offset, width, value);
}

status_t vuart_device_reset(struct vuart_state *state, uint64_t badge)
{
	(void)badge;
	vuart_reset(state, &around);
	vuart_look(state, &around);
	return STATUS_OK;
}

status_t vuart_hypercall_call(struct vuart_state *state, uint64_t badge, uint64_t function,
			      uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			      uint64_t a6, uint64_t a7, uint64_t *r0, uint64_t *r1, uint64_t *r2,
			      uint64_t *r3)
{
	const uint64_t words[8] = { function, a1, a2, a3, a4, a5, a6, a7 };
	uint64_t results[2] = { 0, 0 };
	status_t status = vuart_firmware_call(state, &around, words, results);

	(void)badge;
	*r0 = results[0];
	*r1 = results[1];
	*r2 = *r3 = 0;
	return status;
}

void vuart_signal_look(struct vuart_state *state, uint64_t bits)
{
	if (bits & CONSOLE_SIGNAL_LOOK)
		vuart_look(state, &around);
}

status_t server_message(struct message *message)
{
	return vuart_message(message);
}

void server_signal(uint64_t bits)
{
	vuart_signal(bits);
}
