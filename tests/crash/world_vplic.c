/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of a VM, a PLIC: three vCPUs with their pending bits, and devices with
 * lines. A vCPU is refilled when the script says so, kicked or not: what a refill that nobody
 * needed would change is the same in each run, and a kick that is missing is seen.
 */
#include <string.h>

#include "gen/device.h"
#include "gen/hypercall.h"
#include "gen/interrupt.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "ipc/riscv64.h"
#include "servers/vplic/registers.h"
#include "servers/vplic/vplic.h"
#include "tests/crash/worlds.h"

#define VPLIC (&crash_place[0])
#define VCPUS 3
#define REQUESTS 80
#define SOURCES 12 /* from 1 on */
#define ALL ((1u << (SOURCES + 1)) - 2)
#define POISON 0xdeadbeefdeadbeeful
#define NESTED 8

enum { HANDLE_VCPU = 10 };

struct cpu {
	uint64_t pending; /* hvip */
	uint64_t events;
	uint32_t depth;
	uint32_t claimed[NESTED]; /* and not completed */
};

static struct {
	struct vcpu_interrupts page[VCPUS];
	struct cpu cpu[VCPUS];
	uint64_t kicked;
	uint64_t lines;
} memory;

static void start(void)
{
	char name[] = "vcpu0", page[] = "interrupts0";
	uint32_t vcpu;

	place_argument(VPLIC, "lines0", ALL);
	place_argument(VPLIC, "lines1", 0);
	place_argument(VPLIC, "vcpus", VCPUS);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		name[sizeof(name) - 2] = page[sizeof(page) - 2] = (char)('0' + vcpu);
		place_argument(VPLIC, name, HANDLE_VCPU + vcpu);
		place_argument(VPLIC, page, (uint64_t)&memory.page[vcpu]);
	}
}

static status_t call(handle_t handle, struct message *message)
{
	crash_fail("a call of handle %lu, label %lx", (unsigned long)handle,
		   (unsigned long)message->label);
}

static status_t system_call(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	(void)result;
	if (number != SYSCALL_VCPU_KICK || argument[0] - HANDLE_VCPU >= VCPUS)
		crash_fail("system call %u", number);
	memory.kicked |= 1ul << (argument[0] - HANDLE_VCPU);
	memory.cpu[argument[0] - HANDLE_VCPU].events |= VCPU_EVENT_KICK;
	return STATUS_OK;
}

/* --- What the kernel does --------------------------------------------------------------------- */

static void request(uint64_t badge, struct message *message)
{
	crash_record("status", (uint64_t)place_send(VPLIC, badge, message));
	if (message->label == MMIO_LABEL_READ || message->label == HYPERCALL_LABEL_CALL)
		crash_record("value", message->words[0]);
	crash_record_least("kicked", memory.kicked);
	memory.kicked = 0;
	crash_record_state(VPLIC);
}

/* Returns the first word of the answer. */
static uint64_t vcpu_exit(uint32_t vcpu, enum route route, uint64_t label, uint64_t word0,
			  uint64_t word1, uint64_t word2, uint64_t word3)
{
	struct message message = { .label = label, .words = { word0, word1, word2, word3 } };
	struct vcpu_interrupts *page = &memory.page[vcpu];

	page->pending = memory.cpu[vcpu].pending;
	page->enabled = POISON;
	request((uint64_t)vcpu << 32 | route, &message);
	memory.cpu[vcpu].pending = page->pending;
	page->pending = POISON;
	crash_record("pending", memory.cpu[vcpu].pending);
	crash_record("enabled", page->enabled);
	return message.words[0];
}

static void refill(uint32_t vcpu)
{
	uint64_t events = memory.cpu[vcpu].events;

	memory.cpu[vcpu].events = 0;
	vcpu_exit(vcpu, ROUTE_REFILL, INTERRUPT_LABEL_REFILL, events, 0, 0, 0);
}

/* --- What a guest does ------------------------------------------------------------------------ */

static void set(uint32_t vcpu, uint64_t offset, uint64_t value)
{
	vcpu_exit(vcpu, ROUTE_REGISTERS, MMIO_LABEL_WRITE, offset, 4, value, 0);
}

static uint64_t get(uint32_t vcpu, uint64_t offset)
{
	return vcpu_exit(vcpu, ROUTE_REGISTERS, MMIO_LABEL_READ, offset, 4, 0, 0);
}

static uint64_t context_of(uint32_t vcpu)
{
	return PLIC_CONTEXT + vcpu * PLIC_CONTEXT_SIZE;
}

/* False: there is nothing. */
static bool claim(uint32_t vcpu)
{
	struct cpu *cpu = &memory.cpu[vcpu];
	uint32_t source;

	if (cpu->depth == NESTED)
		return false;
	source = (uint32_t)get(vcpu, context_of(vcpu) + PLIC_CLAIM);
	if (source)
		cpu->claimed[cpu->depth++] = source;
	return source != 0;
}

/* What was claimed last. */
static bool complete(uint32_t vcpu)
{
	struct cpu *cpu = &memory.cpu[vcpu];

	if (!cpu->depth)
		return false;
	set(vcpu, context_of(vcpu) + PLIC_CLAIM, cpu->claimed[--cpu->depth]);
	return true;
}

/* The handler of a software interrupt. */
static void clear(uint32_t vcpu)
{
	crash_record("software", memory.cpu[vcpu].pending & VCPU_SOFTWARE);
	memory.cpu[vcpu].pending &= ~(uint64_t)VCPU_SOFTWARE;
}

static void send(uint32_t vcpu, uint64_t mask, uint64_t base)
{
	vcpu_exit(vcpu, ROUTE_IPI, HYPERCALL_LABEL_CALL, SBI_IPI, 0, mask, base);
}

/* --- The script ------------------------------------------------------------------------------- */

static void line(uint32_t source, uint64_t label, uint64_t level)
{
	struct message message = { .label = label, .words = { level } };

	request(source, &message);
}

static void line_toggle(uint32_t source)
{
	memory.lines ^= 1ul << source;
	line(source, LINE_LABEL_SET, memory.lines >> source & 1);
}

static void send_randomly(uint32_t vcpu, uint32_t *seed)
{
	uint64_t mask = crash_random(seed) % 8;

	/* Some of them name a hart that is not there. */
	send(vcpu, mask, crash_random(seed) % 4 ? 0 : crash_random(seed) % 3 ? 1 : UINT64_MAX);
}

static void configure(uint32_t vcpu, uint32_t *seed)
{
	uint32_t source = 1 + crash_random(seed) % SOURCES, other = crash_random(seed) % VCPUS;

	switch (crash_random(seed) % 6) {
	case 0:
		set(vcpu, PLIC_PRIORITY + 4 * source, crash_random(seed) % 8);
		break;
	case 1:
		set(vcpu, context_of(other) + PLIC_THRESHOLD, crash_random(seed) % 4);
		break;
	case 2:
		get(vcpu, PLIC_PENDING);
		break;
	default: /* migration */
		set(vcpu, PLIC_ENABLE + other * PLIC_ENABLE_SIZE,
		    crash_random(seed) | crash_random(seed));
		break;
	}
}

static void random_request(uint32_t *seed)
{
	uint32_t vcpu = crash_random(seed) % VCPUS, source = 1 + crash_random(seed) % SOURCES;

	switch (crash_random(seed) % 16) {
	case 0: case 1: case 2:
		line_toggle(source);
		break;
	case 3: case 4:
		line(source, LINE_LABEL_PULSE, 0);
		break;
	case 5: case 6: case 7:
		send_randomly(vcpu, seed);
		break;
	case 8:
		configure(vcpu, seed);
		break;
	case 9: case 10: case 11:
		claim(vcpu);
		break;
	case 12: case 13:
		complete(vcpu);
		break;
	case 14:
		clear(vcpu);
		break;
	default:
		refill(vcpu);
		break;
	}
}

static void enable_all(void)
{
	uint32_t vcpu, source;

	for (source = 1; source <= SOURCES; source++)
		set(0, PLIC_PRIORITY + 4 * source, 1 + source % 3);
	for (vcpu = 0; vcpu < VCPUS; vcpu++)
		set(vcpu, PLIC_ENABLE + vcpu * PLIC_ENABLE_SIZE, ALL & ~(0x111u << vcpu));
}

/* Everything that is still to come reaches the guest. */
static void finish(void)
{
	uint32_t vcpu, source, turn;

	for (source = 1; source <= SOURCES; source++)
		if (memory.lines >> source & 1)
			line_toggle(source);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		set(vcpu, PLIC_ENABLE + vcpu * PLIC_ENABLE_SIZE, ALL);
		while (complete(vcpu))
			;
		for (turn = 0; turn < 64 && claim(vcpu); turn++)
			complete(vcpu);
		refill(vcpu);
		clear(vcpu);
		refill(vcpu);
	}
}

static void script(uint32_t seed)
{
	struct message reset = { .label = DEVICE_LABEL_RESET };
	unsigned int count;

	enable_all();
	for (count = 0; count < REQUESTS; count++)
		random_request(&seed);
	finish();
	if (seed % 4)
		return;
	send(0, 6, 0);
	request(0, &reset);
	finish();
}

extern const struct image image_vplic;

const struct world world_vplic = {
	.name = "vplic",
	.image = { &image_vplic },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.script = script,
	.call = call,
	.system = system_call,
};
