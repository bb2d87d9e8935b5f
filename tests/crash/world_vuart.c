/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's console: a guest that writes and reads registers, and a reader of its text. */
#include "gen/device.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "tests/crash/worlds.h"

#define VUART (&crash_place[0])
#define REQUESTS 60

enum { HANDLE_CONSOLE = 10, HANDLE_LINE };

static struct {
	struct console_channel channel;
	uint64_t level;
	uint64_t woken; /* times since the reader last looked */
} memory;

static void start(void)
{
	place_argument(VUART, "channel", (uint64_t)&memory.channel);
	place_argument(VUART, "console-signal", HANDLE_CONSOLE);
	place_argument(VUART, "line", HANDLE_LINE);
}

static status_t call(handle_t handle, struct message *message)
{
	if (handle != HANDLE_LINE || message->label != LINE_LABEL_SET)
		crash_fail("a call of handle %lu", (unsigned long)handle);
	memory.level = message->words[0];
	return STATUS_OK;
}

static status_t system_call(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	(void)result;
	if (number != SYSCALL_SIGNAL || argument[0] != HANDLE_CONSOLE)
		crash_fail("system call %u", number);
	memory.woken++;
	return STATUS_OK;
}

/* What everybody sees between two requests. */
static void look(void)
{
	crash_record("interrupt line", memory.level);
	crash_record("output head", memory.channel.output_head);
	crash_record("input tail", memory.channel.input_tail);
	crash_record_state(VUART);
}

static void request(uint64_t label, uint64_t word0, uint64_t word1, uint64_t word2)
{
	struct message message = { .label = label, .words = { word0, word1, word2 } };

	crash_record("status", (uint64_t)place_send(VUART, 0, &message));
	if (label == MMIO_LABEL_READ)
		crash_record("value", message.words[0]);
	look();
}

static void set(uint64_t offset, uint64_t value)
{
	request(MMIO_LABEL_WRITE, offset, 4, value);
}

static void get(uint64_t offset)
{
	request(MMIO_LABEL_READ, offset, 4, 0);
}

/* The guest's output as far as its reader has not got it; a reader that sleeps has to be woken. */
static void drain(uint32_t most)
{
	struct console_ring ring = console_output(&memory.channel);
	uint32_t used = console_ring_used(ring), count = used < most ? used : most;

	crash_record_least("reader woken", memory.woken > 0);
	memory.woken = 0;
	crash_record("unread", used);
	while (count--) {
		crash_record("text", ring.bytes[*ring.tail % ring.size]);
		++*ring.tail;
	}
	place_signal(VUART, CONSOLE_SIGNAL_LOOK);
	machine_run();
	look();
}

static void type(uint32_t count)
{
	bool ignored;

	while (count--)
		console_ring_put(console_input(&memory.channel), (uint8_t)('a' + count % 26),
				 &ignored);
	place_signal(VUART, CONSOLE_SIGNAL_LOOK);
	machine_run();
	look();
}

/* So much that the FIFO begins to fill soon. */
static void prepare(void)
{
	unsigned int count;

	for (count = 0; count < CONSOLE_OUTPUT_SIZE - CONSOLE_OUTPUT_FIFO - 4; count++)
		set(PL011_DR, 'x');
	drain(0);
}

static void random_request(uint32_t *seed)
{
	uint32_t dice = crash_random(seed) % 24;

	if (dice < 8)
		set(PL011_DR, dice ? 'a' + dice : '\n');
	else if (dice < 11)
		get(PL011_DR);
	else if (dice < 13)
		set(PL011_IMSC, crash_random(seed));
	else if (dice < 15)
		set(PL011_ICR, crash_random(seed));
	else if (dice == 15)
		set(PL011_LCR_H, crash_random(seed));
	else if (dice == 16)
		set(PL011_IFLS, crash_random(seed));
	else if (dice < 19)
		type(crash_random(seed) % 20);
	else if (dice < 21)
		drain(crash_random(seed) % 24);
	else if (dice == 21)
		get(PL011_RIS);
	else if (dice == 22)
		get(PL011_FR);
	else
		set(crash_random(seed) % 32 * 4, crash_random(seed));
}

static void script(uint32_t seed)
{
	unsigned int count;

	look();
	set(PL011_LCR_H, PL011_LCR_H_8BIT | PL011_LCR_H_FEN);
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
	set(PL011_IMSC, PL011_TX | PL011_RX | PL011_RT);
	for (count = 0; count < REQUESTS; count++) {
		if (count == REQUESTS / 2)
			request(DEVICE_LABEL_RESET, 0, 0, 0);
		random_request(&seed);
	}
	drain(CONSOLE_OUTPUT_SIZE);
	/* A ring that cannot be: what is in it is dropped, once. */
	memory.channel.input_head += 5000;
	get(PL011_FR);
	request(MMIO_LABEL_READ, PL011_SIZE, 4, 0);
}

extern const struct image image_vuart;

const struct world world_vuart = {
	.name = "vuart",
	.image = { &image_vuart },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.prepare = prepare,
	.script = script,
	.call = call,
	.system = system_call,
};
