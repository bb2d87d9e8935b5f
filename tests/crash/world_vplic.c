/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of a VM, a PLIC: three vCPUs with their pending bits, and devices with
 * lines. A vCPU is refilled when the script says so, kicked or not: what a refill that nobody
 * needed would change is the same in each run, and a kick that is missing is seen.
 */
#include "gen/hypercall.h"
#include "gen/interrupt.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "ipc/riscv64.h"
#include "servers/vplic/registers.h"
#include "servers/vplic/vplic.h"
#include "tests/crash/wires.h"

#define SOURCES 12 /* from 1 on */
#define ALL ((1u << (SOURCES + 1)) - 2)
#define NESTED 8

struct cpu {
	uint64_t pending; /* hvip */
	uint32_t depth;
	uint32_t claimed[NESTED]; /* and not completed */
};

static struct {
	struct vcpu_interrupts page[VCPUS];
	struct cpu cpu[VCPUS];
	struct wires wires;
} memory;

/* --- What the kernel does --------------------------------------------------------------------- */

static uint64_t vcpu_exit(uint32_t vcpu, enum route route, uint64_t label, uint64_t word0,
			  uint64_t word1, uint64_t word2, uint64_t word3)
{
	struct message message = { .label = label, .words = { word0, word1, word2, word3 } };
	struct vcpu_interrupts *page = &memory.page[vcpu];
	uint64_t value;

	page->pending = memory.cpu[vcpu].pending;
	page->enabled = POISON;
	value = request((uint64_t)vcpu << 32 | route, &message);
	memory.cpu[vcpu].pending = page->pending;
	page->pending = POISON;
	crash_record("pending", memory.cpu[vcpu].pending);
	crash_record("enabled", page->enabled);
	return value;
}

static void refill(uint32_t vcpu)
{
	uint64_t events = kick_take(vcpu) ? VCPU_EVENT_KICK : 0;

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

static void finish(void)
{
	uint32_t vcpu, turn;

	lines_lower();
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

static void send_before(void)
{
	send(0, 6, 0);
}

static const struct wired wired = {
	.wires = &memory.wires,
	.page = memory.page,
	.page_size = sizeof(memory.page[0]),
	.lines = ALL,
	.requests = 80,
	.set_up = enable_all,
	.request = random_request,
	.finish = finish,
	.before_reset = send_before,
};

static void start(void)
{
	wires_start(&wired);
}

extern const struct image image_vplic;

const struct world world_vplic = {
	.name = "vplic",
	.image = { &image_vplic },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.script = wires_script,
	.call = wires_call,
	.system = wires_system,
};
