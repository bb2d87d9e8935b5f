/* SPDX-License-Identifier: Apache-2.0 */
/*
 * APLIC and IMSICs of a VM: three vCPUs with their interrupt pages and CSRs, and devices with lines.
 * A vCPU is refilled when the script says so, kicked or not: what a refill that nobody needed would
 * change is the same in each run, and a kick that is missing is seen.
 */
#include <string.h>

#include "gen/device.h"
#include "gen/hypercall.h"
#include "gen/interrupt.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "gen/sysreg.h"
#include "ipc/riscv64.h"
#include "servers/vaia/registers.h"
#include "servers/vaia/vaia.h"
#include "tests/crash/worlds.h"

#define VAIA (&crash_place[0])
#define VCPUS 3
#define REQUESTS 80
#define SOURCES 13 /* the first is none */
#define POISON 0xdeadbeefdeadbeeful

enum { HANDLE_VCPU = 10 };

static struct {
	struct vcpu_interrupts page[VCPUS];
	uint64_t sip[VCPUS]; /* as the hardware has it */
	uint64_t kicked;
	uint64_t lines;
} memory;

static void start(void)
{
	char name[] = "vcpu0", page[] = "interrupts0";
	uint32_t vcpu;

	place_argument(VAIA, "lines0", (1u << SOURCES) - 2);
	place_argument(VAIA, "lines1", 0);
	place_argument(VAIA, "vcpus", VCPUS);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		name[sizeof(name) - 2] = page[sizeof(page) - 2] = (char)('0' + vcpu);
		place_argument(VAIA, name, HANDLE_VCPU + vcpu);
		place_argument(VAIA, page, (uint64_t)&memory.page[vcpu]);
		memory.page[vcpu].enabled = VCPU_SOFTWARE | VCPU_TIMER | VCPU_EXTERNAL;
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
	return STATUS_OK;
}

/* --- What the kernel does --------------------------------------------------------------------- */

static uint64_t request(uint64_t badge, struct message *message)
{
	bool answers = message->label == MMIO_LABEL_READ || message->label == SYSREG_LABEL_READ ||
		       message->label == SYSREG_LABEL_UPDATE || message->label == HYPERCALL_LABEL_CALL;
	status_t status = place_send(VAIA, badge, message);

	crash_record("status", (uint64_t)status);
	if (answers && status == STATUS_OK)
		crash_record("value", message->words[0]);
	crash_record_least("kicked", memory.kicked);
	memory.kicked = 0;
	crash_record_state(VAIA);
	return status == STATUS_OK ? message->words[0] : 0;
}

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

/* Everything that is still to come reaches the guest. */
static void finish(void)
{
	uint32_t vcpu, source;

	for (source = 1; source < SOURCES; source++)
		if (memory.lines >> source & 1)
			line_toggle(source);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		refill(vcpu);
		handle(vcpu, 140);
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
	ipi(0, 7, 0);
	request(0, &reset);
	finish();
}

extern const struct image image_vaia;

const struct world world_vaia = {
	.name = "vaia",
	.image = { &image_vaia },
	.memory = &memory,
	.size = sizeof(memory),
	.start = start,
	.script = script,
	.call = call,
	.system = system_call,
};
