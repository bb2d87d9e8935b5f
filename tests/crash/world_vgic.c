/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller of a VM: three vCPUs with their list registers and virtual CPU interface,
 * and devices with lines. A vCPU is refilled when the script says so, kicked or not: what a refill
 * that nobody needed would change is the same in each run, and a kick that is missing is seen.
 */
#include <string.h>

#include "gen/interrupt.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "gen/sysreg.h"
#include "ipc/aarch64.h"
#include "servers/vgic/registers.h"
#include "servers/vgic/vgic.h"
#include "tests/crash/wires.h"

#define NESTED 8
#define SPI 32 /* the first */
#define SPIS 12

struct cpu {
	uint64_t list[VCPU_LIST_REGISTERS];
	uint64_t events;
	uint64_t underflow;
	uint64_t timer; /* the physical interrupt is active */
	uint64_t timer_over; /* and its line is down again */
	uint32_t depth;
	uint32_t active[NESTED]; /* taken and not ended */
	uint64_t running[NESTED];
};

static struct {
	struct vcpu_interrupts page[VCPUS];
	struct cpu cpu[VCPUS];
	struct wires wires;
} memory;

/* --- What the kernel does --------------------------------------------------------------------- */

/* As the server may leave it: the hardware bit is for the timer's interrupt alone, once. */
static void lists_load(struct cpu *cpu, struct vcpu_interrupts *page)
{
	uint32_t slot;

	cpu->timer = page->timer_held;
	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
		cpu->list[slot] = page->list[slot];
		cpu->timer |= cpu->list[slot] & LR_HARDWARE;
		crash_record("list register", cpu->list[slot]);
		page->list[slot] = POISON;
	}
	crash_record("timer held", page->timer_held);
	crash_record("underflow", page->underflow);
	cpu->underflow = page->underflow;
}

static void vcpu_exit(uint32_t vcpu, enum route route, uint64_t label, uint64_t word0,
		      uint64_t word1, uint64_t word2)
{
	struct message message = { .label = label, .words = { word0, word1, word2 } };

	memcpy(memory.page[vcpu].list, memory.cpu[vcpu].list, sizeof(memory.cpu[vcpu].list));
	if (memory.cpu[vcpu].timer) {
		memory.page[vcpu].timer_over = memory.cpu[vcpu].timer_over;
		memory.page[vcpu].timer_held &= !memory.cpu[vcpu].timer_over;
	}
	request((uint64_t)vcpu << 32 | route, &message);
	lists_load(&memory.cpu[vcpu], &memory.page[vcpu]);
}

static void refill(uint32_t vcpu)
{
	uint64_t events = memory.cpu[vcpu].events | (kick_take(vcpu) ? VCPU_EVENT_KICK : 0);

	memory.cpu[vcpu].events = 0;
	vcpu_exit(vcpu, ROUTE_REFILL, INTERRUPT_LABEL_REFILL, events, 0, 0);
}

static void timer_fires(uint32_t vcpu)
{
	memory.cpu[vcpu].timer = 1;
	memory.cpu[vcpu].timer_over = 0;
	memory.cpu[vcpu].events |= VCPU_EVENT_VTIMER;
	refill(vcpu);
}

/* --- What a guest does ------------------------------------------------------------------------ */

static void set(uint32_t vcpu, uint64_t offset, uint64_t width, uint64_t value)
{
	vcpu_exit(vcpu, ROUTE_DISTRIBUTOR, MMIO_LABEL_WRITE, offset, width, value);
}

static void get(uint32_t vcpu, uint64_t offset)
{
	vcpu_exit(vcpu, ROUTE_DISTRIBUTOR, MMIO_LABEL_READ, offset, 4, 0);
}

static void private_set(uint32_t vcpu, uint32_t whose, uint64_t offset, uint64_t value)
{
	vcpu_exit(vcpu, ROUTE_REDISTRIBUTORS, MMIO_LABEL_WRITE,
		  whose * GICR_SIZE + GICR_SGI_FRAME + offset, 4, value);
}

static uint64_t priority_of(uint64_t list)
{
	return list >> LR_PRIORITY_SHIFT & 0xff;
}

/* ICC_IAR: the best pending one, if it is better than what runs. False: there is none. */
static bool acknowledge(uint32_t vcpu)
{
	struct cpu *cpu = &memory.cpu[vcpu];
	uint64_t best = cpu->depth ? cpu->running[cpu->depth - 1] : 0x100, *found = NULL;
	uint32_t slot;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++)
		if ((cpu->list[slot] & (LR_PENDING | LR_ACTIVE)) == LR_PENDING &&
		    priority_of(cpu->list[slot]) < best) {
			found = &cpu->list[slot];
			best = priority_of(*found);
		}
	crash_record("taken", found ? (uint32_t)*found : 1023);
	if (!found || cpu->depth == NESTED)
		return false;
	*found ^= LR_PENDING | LR_ACTIVE;
	cpu->running[cpu->depth] = best;
	cpu->active[cpu->depth++] = (uint32_t)*found;
	return true;
}

/* Whether at most one list register is in use, where somebody wants to know (ICH_HCR_EL2.UIE). */
static bool runs_low(const struct cpu *cpu)
{
	uint32_t slot, used = 0;

	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++)
		used += (cpu->list[slot] & (LR_PENDING | LR_ACTIVE)) != 0;
	return cpu->underflow && used <= 1;
}

/* ICC_EOIR of what was taken last. */
static bool end(uint32_t vcpu)
{
	struct cpu *cpu = &memory.cpu[vcpu];
	uint32_t slot, intid;

	if (!cpu->depth)
		return false;
	intid = cpu->active[--cpu->depth];
	for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
		uint64_t *list = &cpu->list[slot];

		if (!(*list & LR_ACTIVE) || (uint32_t)*list != intid)
			continue;
		*list &= ~LR_ACTIVE;
		if (*list & LR_HARDWARE)
			cpu->timer = 0;
		else if (!(*list & LR_PENDING) && (*list & LR_EOI))
			cpu->events |= VCPU_EVENT_MAINTENANCE;
		break;
	}
	crash_record("ended", slot < VCPU_LIST_REGISTERS);
	if (runs_low(cpu))
		cpu->events |= VCPU_EVENT_MAINTENANCE;
	return true;
}

/* --- The script ------------------------------------------------------------------------------- */

static void sgi(uint32_t vcpu, uint32_t *seed)
{
	uint64_t value = (uint64_t)(crash_random(seed) % 16) << 24 | crash_random(seed) % 8;

	if (crash_random(seed) % 4 == 0)
		value |= SGI_ALL_OTHERS;
	vcpu_exit(vcpu, ROUTE_SGI, SYSREG_LABEL_WRITE, SYSREG(3, 0, 12, 11, 5), value, 0);
}

/* A register of the banks: one of bank 1, where the lines are. */
static void bank_access(uint32_t vcpu, uint32_t *seed)
{
	static const uint32_t bitmap[] = { GIC_ISENABLER, GIC_ISENABLER, GIC_ICENABLER, GIC_ISPENDR,
					   GIC_ISPENDR, GIC_ICPENDR, GIC_ISACTIVER, GIC_ICACTIVER };
	uint32_t offset = bitmap[crash_random(seed) % 8];
	uint32_t bits = crash_random(seed) & crash_random(seed) & ((1u << SPIS) - 1);

	switch (crash_random(seed) % 6) {
	case 0:
		get(vcpu, offset + 4);
		break;
	case 1:
		private_set(vcpu, crash_random(seed) % VCPUS, offset, 1u << crash_random(seed) % 32);
		break;
	default:
		set(vcpu, offset + 4, 4, bits);
		break;
	}
}

static void configure(uint32_t vcpu, uint32_t *seed)
{
	uint32_t spi = crash_random(seed) % SPIS;

	switch (crash_random(seed) % 6) {
	case 0:
		set(vcpu, GICD_CTLR, 4, crash_random(seed) & 3 ? 2 : crash_random(seed) & 3);
		break;
	case 1:
		set(vcpu, GIC_ICFGR + 8, 4, crash_random(seed));
		break;
	case 2:
		set(vcpu, GIC_IPRIORITYR + SPI + spi, 1, crash_random(seed));
		break;
	case 3:
		private_set(vcpu, vcpu, GIC_IPRIORITYR + 4 * (spi % 8), crash_random(seed));
		break;
	default: /* migration */
		set(vcpu, GICD_IROUTER + 8 * (SPI + spi), 8, crash_random(seed) % VCPUS);
		break;
	}
}

static void random_request(uint32_t *seed)
{
	uint32_t vcpu = crash_random(seed) % VCPUS, spi = crash_random(seed) % SPIS;

	switch (crash_random(seed) % 16) {
	case 0: case 1: case 2:
		line_toggle(SPI + spi);
		break;
	case 3:
		line(SPI + spi, LINE_LABEL_PULSE, 0);
		break;
	case 4: case 5:
		sgi(vcpu, seed);
		break;
	case 6: case 7:
		bank_access(vcpu, seed);
		break;
	case 8:
		configure(vcpu, seed);
		break;
	case 9:
		/* The guest moves it on, or it fires. */
		if (memory.cpu[vcpu].timer)
			memory.cpu[vcpu].timer_over = 1;
		else
			timer_fires(vcpu);
		break;
	case 10: case 11:
		acknowledge(vcpu);
		break;
	case 12: case 13:
		end(vcpu);
		break;
	default:
		refill(vcpu);
		acknowledge(vcpu);
		break;
	}
}

static void enable_all(void)
{
	uint32_t vcpu;

	set(0, GICD_CTLR, 4, 2);
	set(0, GIC_IGROUPR + 4, 4, UINT32_MAX);
	set(0, GIC_ISENABLER + 4, 4, UINT32_MAX);
	set(0, GIC_IPRIORITYR + SPI, 4, 0x60a0a080);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		private_set(vcpu, vcpu, GIC_IGROUPR, UINT32_MAX);
		private_set(vcpu, vcpu, GIC_ISENABLER, UINT32_MAX);
	}
}

static void finish(void)
{
	uint32_t vcpu, turn;

	lines_lower();
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		while (end(vcpu))
			;
		refill(vcpu);
		for (turn = 0; turn < 64 && acknowledge(vcpu); turn++) {
			end(vcpu);
			refill(vcpu);
		}
	}
}

static const struct wired wired = {
	.wires = &memory.wires,
	.page = memory.page,
	.page_size = sizeof(memory.page[0]),
	.lines = ((1ul << SPIS) - 1) << SPI,
	.requests = 70,
	.set_up = enable_all,
	.request = random_request,
	.finish = finish,
};

static void start(void)
{
	wires_start(&wired);
}

extern const struct image image_vgic;

const struct world world_vgic = {
	.name = "vgic",
	.image = { &image_vgic },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.script = wires_script,
	.call = wires_call,
	.system = wires_system,
};
