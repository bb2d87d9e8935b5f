/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's console, of either model: a guest that writes and reads registers and calls its
 * firmware's console, and a reader of its text.
 */
#include "gen/device.h"
#include "gen/hypercall.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "ipc/riscv64.h"
#include "servers/lib/console_ring.h"
#include "servers/lib/ns16550.h"
#include "servers/lib/pl011.h"
#include "tests/crash/worlds.h"

#define VUART (&crash_place[0])
#define REQUESTS 60
#define GUEST_BASE 0x80000000ul
#define GUEST_SIZE 256u

enum { HANDLE_CONSOLE = 10, HANDLE_LINE };

static struct {
	struct console_channel channel;
	uint64_t level;
	uint64_t woken; /* times since the reader last looked */
	uint8_t guest[GUEST_SIZE];
} memory;

/* A guest that knows its UART. */
struct kind {
	const char *model;
	uint64_t width; /* bytes of a register */
	uint64_t data, status, end; /* registers; where they end */
	void (*begin)(void);
	void (*request)(uint32_t *seed);
};
static const struct kind *kind;

static void start(const struct kind *of)
{
	kind = of;
	place_text(VUART, "model", kind->model);
	place_argument(VUART, "memory", (uint64_t)memory.guest);
	place_argument(VUART, "memory-size", GUEST_SIZE);
	place_argument(VUART, "guest-base", GUEST_BASE);
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
	request(MMIO_LABEL_WRITE, offset, kind->width, value);
}

static void get(uint64_t offset)
{
	request(MMIO_LABEL_READ, offset, kind->width, 0);
}

/* Some bytes of the guest's memory, which may end beyond it. */
static void firmware(uint64_t function, uint32_t *seed)
{
	uint64_t from = crash_random(seed) % GUEST_SIZE;
	struct message message = {
		.label = HYPERCALL_LABEL_CALL,
		.words = { SBI_DBCN, function, crash_random(seed) % 100, GUEST_BASE + from },
	};
	uint64_t sum = 0, place;

	crash_record("status", (uint64_t)place_send(VUART, 0, &message));
	crash_record("firmware's error", message.words[0]);
	crash_record("firmware's value", message.words[1]);
	for (place = 0; place < GUEST_SIZE; place++)
		sum = sum * 31 + memory.guest[place];
	crash_record("guest's memory", sum);
	look();
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

	for (count = 0; count < GUEST_SIZE; count++)
		memory.guest[count] = (uint8_t)('A' + count % 50);
	for (count = 0; count < CONSOLE_OUTPUT_SIZE - CONSOLE_OUTPUT_FIFO - 4; count++)
		set(kind->data, 'x');
	drain(0);
}

static void pl011_request(uint32_t *seed)
{
	uint32_t dice = crash_random(seed) % 16;

	if (dice < 4)
		set(PL011_IMSC, crash_random(seed));
	else if (dice < 8)
		set(PL011_ICR, crash_random(seed));
	else if (dice < 10)
		set(PL011_LCR_H, crash_random(seed));
	else if (dice < 12)
		set(PL011_IFLS, crash_random(seed));
	else if (dice < 14)
		get(PL011_RIS);
	else
		set(crash_random(seed) % 32 * 4, crash_random(seed));
}

static void ns16550_request(uint32_t *seed)
{
	uint32_t dice = crash_random(seed) % 16;

	if (dice < 4)
		set(NS16550_IER, crash_random(seed));
	else if (dice < 8)
		get(NS16550_IIR);
	else if (dice == 8)
		set(NS16550_FCR, crash_random(seed));
	else if (dice < 11)
		set(NS16550_MCR, crash_random(seed));
	else if (dice == 11)
		get(NS16550_MSR);
	else if (dice < 14)
		firmware(crash_random(seed) % 4, seed);
	else if (dice == 14)
		set(NS16550_LCR, crash_random(seed) % 8 ? NS16550_LCR_8BIT : NS16550_LCR_DLAB);
	else
		set(crash_random(seed) % NS16550_REGISTERS, crash_random(seed));
}

static void random_request(uint32_t *seed)
{
	uint32_t dice = crash_random(seed) % 24;

	if (dice < 8)
		set(kind->data, dice ? 'a' + dice : '\n');
	else if (dice < 11)
		get(kind->data);
	else if (dice < 13)
		type(crash_random(seed) % 20);
	else if (dice < 15)
		drain(crash_random(seed) % 24);
	else if (dice == 15)
		get(kind->status);
	else
		kind->request(seed);
}

static void pl011_begin(void)
{
	set(PL011_LCR_H, PL011_LCR_H_8BIT | PL011_LCR_H_FEN);
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
	set(PL011_IMSC, PL011_TX | PL011_RX | PL011_RT);
}

static void ns16550_begin(void)
{
	unsigned int count;

	set(NS16550_FCR, NS16550_FCR_ENABLE | NS16550_FCR_TRIGGER_8);
	set(NS16550_MCR, NS16550_MCR_LOOP);
	for (count = 0; count < 2; count++)
		set(NS16550_DATA, 'a' + count);
	get(NS16550_DATA);
	set(NS16550_MCR, NS16550_MCR_DTR | NS16550_MCR_RTS);
	set(NS16550_IER, NS16550_IER_RECEIVE | NS16550_IER_TRANSMIT);
}

static void script(uint32_t seed)
{
	unsigned int count;

	look();
	kind->begin();
	for (count = 0; count < REQUESTS; count++) {
		if (count == REQUESTS / 2)
			request(DEVICE_LABEL_RESET, 0, 0, 0);
		random_request(&seed);
	}
	drain(CONSOLE_OUTPUT_SIZE);
	/* A ring that cannot be: what is in it is dropped, once. */
	memory.channel.input_head += 5000;
	get(kind->status);
	request(MMIO_LABEL_READ, kind->end, kind->width, 0);
}

static const struct kind pl011 = {
	"arm,pl011", 4, PL011_DR, PL011_FR, PL011_SIZE, pl011_begin, pl011_request,
};

static const struct kind ns16550 = {
	"ns16550a", 1, NS16550_DATA, NS16550_LSR, 0x1000, ns16550_begin, ns16550_request,
};

static void start_pl011(void)
{
	start(&pl011);
}

static void start_ns16550(void)
{
	start(&ns16550);
}

extern const struct image image_vuart;

#define WORLD_OF(kind)                                                                             \
	.name = "vuart, " #kind, .image = { &image_vuart }, .memory = &memory,                     \
	.size = sizeof(memory), .start = start_##kind, .prepare = prepare, .script = script,       \
	.call = call, .system = system_call

const struct world world_vuart = { WORLD_OF(pl011) };
const struct world world_vuart_ns16550 = { WORLD_OF(ns16550) };
