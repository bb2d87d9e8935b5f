/* SPDX-License-Identifier: Apache-2.0 */
/*
 * APLIC and IMSICs of a VM: three vCPUs with their interrupt pages and CSRs, and devices with lines.
 * A vCPU is refilled when the script says so, kicked or not: what a refill that nobody needed would
 * change is the same in each run, and a kick that is missing is seen.
 */
#include "gen/hypercall.h"
#include "gen/interrupt.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "gen/sysreg.h"
#include "ipc/riscv64.h"
#include "servers/vaia/registers.h"
#include "servers/vaia/vaia.h"
#include "tests/crash/wires.h"

#define SOURCES 13 /* the first is none */

static struct {
	struct vcpu_interrupts page[VCPUS];
	uint64_t sip[VCPUS]; /* as the hardware has it */
	struct wires wires;
} memory;

/* --- What the kernel does --------------------------------------------------------------------- */

/* The page is in hand from here to there alone; of what it then holds two bits go to the guest. */
static uint64_t vcpu_exit(uint32_t vcpu, enum route route, struct message *message)
{
	struct vcpu_interrupts *page = &memory.page[vcpu];
	const uint64_t shown = VCPU_SOFTWARE | VCPU_EXTERNAL;
	uint64_t value;

	page->pending = memory.sip[vcpu];
	value = request((uint64_t)vcpu << 32 | route, message);
	crash_record("pending", page->pending);
	memory.sip[vcpu] = (memory.sip[vcpu] & ~shown) | (page->pending & shown);
	page->pending = POISON;
	return value;
}

static void refill(uint32_t vcpu)
{
	struct message message = { .label = INTERRUPT_LABEL_REFILL, .words = { VCPU_EVENT_KICK } };

	vcpu_exit(vcpu, ROUTE_REFILL, &message);
}

/* --- What a guest does ------------------------------------------------------------------------ */

static void set(uint32_t vcpu, enum route route, uint64_t offset, uint64_t value)
{
	struct message message = { .label = MMIO_LABEL_WRITE, .words = { offset, 4, value } };

	vcpu_exit(vcpu, route, &message);
}

static void get(uint32_t vcpu, uint64_t offset)
{
	struct message message = { .label = MMIO_LABEL_READ, .words = { offset, 4 } };

	vcpu_exit(vcpu, ROUTE_APLIC, &message);
}

static uint64_t csr_read(uint32_t vcpu, uint64_t number)
{
	struct message message = { .label = SYSREG_LABEL_READ, .words = { number } };

	return vcpu_exit(vcpu, ROUTE_CSR, &message);
}

static void csr_write(uint32_t vcpu, uint64_t number, uint64_t value)
{
	struct message message = { .label = SYSREG_LABEL_WRITE, .words = { number, value } };

	vcpu_exit(vcpu, ROUTE_CSR, &message);
}

static uint64_t csr_update(uint32_t vcpu, uint64_t number, uint64_t clear, uint64_t set)
{
	struct message message = { .label = SYSREG_LABEL_UPDATE, .words = { number, clear, set } };

	return vcpu_exit(vcpu, ROUTE_CSR, &message);
}

static void file_put(uint32_t vcpu, uint64_t select, uint64_t value)
{
	csr_write(vcpu, CSR_SISELECT, select);
	csr_write(vcpu, CSR_SIREG, value);
}

static void ipi(uint32_t vcpu, uint64_t mask, uint64_t base)
{
	struct message message = {
		.label = HYPERCALL_LABEL_CALL, .words = { SBI_IPI, 0, mask, base },
	};

	vcpu_exit(vcpu, ROUTE_IPI, &message);
}

/* What a handler does with all that is there, as stopi has it; at most so many. */
static void handle(uint32_t vcpu, uint32_t most)
{
	uint64_t top;

	for (; most; most--) {
		top = csr_read(vcpu, CSR_STOPI) >> TOP_IDENTITY_SHIFT;
		if (!top)
			return;
		if (top == MAJOR_EXTERNAL)
			csr_update(vcpu, CSR_STOPEI, UINT64_MAX, 0);
		else if (top == MAJOR_SOFTWARE)
			memory.sip[vcpu] &= ~(uint64_t)VCPU_SOFTWARE;
		else
			memory.sip[vcpu] &= ~(uint64_t)VCPU_TIMER;
	}
}

/* --- The script ------------------------------------------------------------------------------- */

static uint32_t target(uint32_t *seed)
{
	return crash_random(seed) % (VCPUS + 1) << MSI_HART_SHIFT | crash_random(seed) % 130;
}

/* The bits of the sources that have lines. */
static void bits_access(uint32_t vcpu, uint32_t *seed)
{
	static const uint32_t array[] = { APLIC_SETIP, APLIC_IN_CLRIP, APLIC_SETIE, APLIC_SETIE,
					  APLIC_CLRIE };
	uint32_t offset = array[crash_random(seed) % 5];

	switch (crash_random(seed) % 4) {
	case 0:
		get(vcpu, offset);
		break;
	case 1:
		set(vcpu, ROUTE_APLIC, offset, crash_random(seed) & crash_random(seed));
		break;
	case 2: /* the same by number */
		set(vcpu, ROUTE_APLIC, offset + 0xdc, crash_random(seed) % (SOURCES + 1));
		break;
	default:
		set(vcpu, ROUTE_APLIC, APLIC_SETIPNUM_LE, crash_random(seed) % SOURCES);
		break;
	}
}

static void configure(uint32_t vcpu, uint32_t *seed)
{
	uint32_t source = 1 + crash_random(seed) % (SOURCES - 1);

	switch (crash_random(seed) % 5) {
	case 0:
		set(vcpu, ROUTE_APLIC, APLIC_DOMAINCFG,
		    crash_random(seed) & 1 ? APLIC_DOMAINCFG_IE : 0);
		break;
	case 1:
		set(vcpu, ROUTE_APLIC, APLIC_GENMSI, target(seed));
		break;
	case 2:
		set(vcpu, ROUTE_APLIC, APLIC_SOURCECFG + 4 * source, crash_random(seed) % 8);
		break;
	default: /* migration */
		set(vcpu, ROUTE_APLIC, APLIC_TARGET + 4 * source, target(seed));
		break;
	}
}

static void file_access(uint32_t vcpu, uint32_t *seed)
{
	static const uint32_t select[] = { SELECT_EIDELIVERY, SELECT_EITHRESHOLD, SELECT_EIP,
					   SELECT_EIP + 1, SELECT_EIE, SELECT_EIE + 2, SELECT_IPRIO };
	uint64_t bits = (uint64_t)crash_random(seed) << crash_random(seed) % 40;

	csr_write(vcpu, CSR_SISELECT, select[crash_random(seed) % 7]);
	switch (crash_random(seed) % 4) {
	case 0:
		csr_read(vcpu, CSR_SIREG);
		break;
	case 1:
		csr_write(vcpu, CSR_SIREG, crash_random(seed) % 2);
		break;
	default:
		csr_update(vcpu, CSR_SIREG, crash_random(seed) % 2 ? bits : 0, ~bits);
		break;
	}
}

static void random_request(uint32_t *seed)
{
	uint32_t vcpu = crash_random(seed) % VCPUS, source = 1 + crash_random(seed) % (SOURCES - 1);

	switch (crash_random(seed) % 16) {
	case 0: case 1: case 2:
		line_toggle(source);
		break;
	case 3:
		line(source, LINE_LABEL_PULSE, 0);
		break;
	case 4: case 5:
		ipi(vcpu, crash_random(seed) % 8, crash_random(seed) % 8 ? 0 : UINT64_MAX);
		break;
	case 6:
		set(vcpu, ROUTE_IMSIC, crash_random(seed) % VCPUS * IMSIC_PAGE, crash_random(seed) % 130);
		break;
	case 7:
		bits_access(vcpu, seed);
		break;
	case 8:
		configure(vcpu, seed);
		break;
	case 9:
		file_access(vcpu, seed);
		break;
	case 10:
		memory.sip[vcpu] ^= VCPU_TIMER;
		csr_read(vcpu, CSR_STOPI);
		break;
	case 11:
		csr_update(vcpu, CSR_STOPEI, UINT64_MAX, 0);
		break;
	case 12:
		memory.sip[vcpu] &= ~(uint64_t)VCPU_SOFTWARE;
		refill(vcpu);
		break;
	default:
		handle(vcpu, 3);
		break;
	}
}

static void enable_all(void)
{
	uint32_t vcpu, source;

	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		file_put(vcpu, SELECT_EIDELIVERY, 1);
		file_put(vcpu, SELECT_EITHRESHOLD, 0);
		file_put(vcpu, SELECT_EIE, UINT64_MAX);
		file_put(vcpu, SELECT_EIE + 2, UINT64_MAX);
	}
	for (source = 1; source < SOURCES; source++) {
		set(0, ROUTE_APLIC, APLIC_SOURCECFG + 4 * source,
		    source % 3 ? APLIC_LEVEL1 : APLIC_EDGE1);
		set(0, ROUTE_APLIC, APLIC_TARGET + 4 * source,
		    source % VCPUS << MSI_HART_SHIFT | (10 * source));
	}
	set(0, ROUTE_APLIC, APLIC_SETIE, UINT32_MAX);
	set(0, ROUTE_APLIC, APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE);
}

static void finish(void)
{
	uint32_t vcpu;

	lines_lower();
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		refill(vcpu);
		handle(vcpu, 140);
	}
}

static void send_before(void)
{
	ipi(0, 7, 0);
}

static const struct wired wired = {
	.wires = &memory.wires,
	.page = memory.page,
	.page_size = sizeof(memory.page[0]),
	.lines = (1u << SOURCES) - 2,
	.requests = 80,
	.set_up = enable_all,
	.request = random_request,
	.finish = finish,
	.before_reset = send_before,
};

static void start(void)
{
	uint32_t vcpu;

	wires_start(&wired);
	for (vcpu = 0; vcpu < VCPUS; vcpu++)
		memory.page[vcpu].enabled = VCPU_SOFTWARE | VCPU_TIMER | VCPU_EXTERNAL;
}

extern const struct image image_vaia;

const struct world world_vaia = {
	.name = "vaia",
	.image = { &image_vaia },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.script = wires_script,
	.call = wires_call,
	.system = wires_system,
};
