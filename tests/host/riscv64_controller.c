/* SPDX-License-Identifier: Apache-2.0 */
/*
 * riscv64: the machine's interrupt controller as a driver's interrupts see it, on a small PLIC
 * (RISC-V PLIC 1.0.0) and a small APLIC in direct mode (AIA 1.0, 4.5 and 4.8).
 */
#include <setjmp.h>
#include <string.h>

#include "arch/riscv64/device.h"
#include "arch/riscv64/hardware.h"
#include "kernel/boot.h"
#include "tests/host/suite.h"

#define BASE 0x0c000000ul
#define REGISTERS (BASE + KERNEL_OFFSET)
#define SOURCES 96u
#define CONTEXTS 4u

struct cpu cpus[CPU_COUNT];
unsigned int cpu_count = 2;
uint64_t satp_kernel;

static unsigned int at; /* the CPU that runs */
static jmp_buf waited;  /* where it goes if it waits for the other one */
static bool waits;
static void (*meanwhile)(void); /* once, between a word of enables being read and written */
static unsigned int wild;       /* accesses to what is not there */

struct cpu *host_cpu(void)
{
	return &cpus[at];
}

void host_relax(void)
{
	waits = true;
	longjmp(waited, 1);
}

/* --- What both are made of -------------------------------------------------------------------- */

static bool line[SOURCES];

static struct {
	uint32_t priority[SOURCES], enable[CONTEXTS][SOURCES / 32], threshold[CONTEXTS];
	bool in_service[SOURCES];
} plic;

static struct {
	uint32_t domain, kind[SOURCES], target[SOURCES];
	bool enabled[SOURCES];
	uint32_t delivery[CONTEXTS], threshold[CONTEXTS];
	bool pending[SOURCES], falls_late; /* as QEMU 7.2: with a claim, and not with the line */
} aplic;

static bool is_enabled(uint32_t context, uint32_t number)
{
	return plic.enable[context][number / 32] >> number % 32 & 1;
}

/* --- PLIC: a source is requested once, until it is completed where it is enabled -------------- */

static uint32_t plic_best(uint32_t context)
{
	uint32_t number, best = 0;

	for (number = 1; number < SOURCES; number++)
		if (line[number] && !plic.in_service[number] && is_enabled(context, number) &&
		    plic.priority[number] > plic.threshold[context] &&
		    plic.priority[number] > (best ? plic.priority[best] : 0))
			best = number;
	return best;
}

static uint32_t plic_access(uint64_t offset, bool write, uint32_t value)
{
	uint32_t context = offset >= 0x200000 ? (offset - 0x200000) / 0x1000 : (offset - 0x2000) / 0x80;
	uint32_t best, *word;
	void (*other)(void) = meanwhile;

	if (offset < 4 * SOURCES && offset) {
		word = &plic.priority[offset / 4];
	} else if (offset >= 0x2000 && offset < 0x200000 && context < CONTEXTS &&
		   (offset & 0x7f) < SOURCES / 8) {
		word = &plic.enable[context][(offset & 0x7f) / 4];
		if (!write && other) {
			value = *word;
			meanwhile = NULL;
			other();
			return value;
		}
	} else if (offset >= 0x200000 && context < CONTEXTS && (offset & 0xfff) == 0) {
		word = &plic.threshold[context];
	} else if (offset >= 0x200000 && context < CONTEXTS && (offset & 0xfff) == 4) {
		best = plic_best(context);
		if (!write && best)
			plic.in_service[best] = true;
		else if (write && value < SOURCES && is_enabled(context, value))
			plic.in_service[value] = false;
		return best;
	} else {
		wild++;
		return 0;
	}
	if (write)
		*word = value;
	return *word;
}

/* --- APLIC: a level is pending as long as it is high ------------------------------------------ */

static void aplic_look(void)
{
	uint32_t number;

	for (number = 1; number < SOURCES; number++)
		aplic.pending[number] = line[number] || (aplic.falls_late && aplic.pending[number]);
}

static uint32_t aplic_best(uint32_t context)
{
	uint32_t number, best = 0;

	aplic_look();

	if (!(aplic.domain & 1u << 8) || (aplic.domain & 1u << 2) || !aplic.delivery[context])
		return 0;
	for (number = SOURCES - 1; number; number--)
		if (aplic.pending[number] && aplic.kind[number] == 6 && aplic.enabled[number] &&
		    aplic.target[number] >> 18 == context &&
		    (!best || (aplic.target[number] & 255) <= (aplic.target[best] & 255)))
			best = number;
	return best ? best << 16 | (aplic.target[best] & 255) : 0;
}

static uint32_t aplic_claim(uint32_t context)
{
	uint32_t best = aplic_best(context);

	aplic.pending[best >> 16] = line[best >> 16];
	return best;
}

static uint32_t aplic_input(uint32_t first)
{
	uint32_t word = 0, index;

	for (index = 0; index < 32; index++)
		word |= (uint32_t)line[first + index] << index;
	return word;
}

static uint32_t aplic_access(uint64_t offset, bool write, uint32_t value)
{
	uint32_t context = (offset - 0x4000) / 32, *word;

	if (offset == 0) {
		word = &aplic.domain;
	} else if (offset < 4 * SOURCES) {
		word = &aplic.kind[offset / 4];
	} else if ((offset == 0x1edc || offset == 0x1fdc) && write && value < SOURCES) {
		aplic.enabled[value] = offset == 0x1edc && aplic.kind[value];
		return 0;
	} else if (offset > 0x3000 && offset < 0x3000 + 4 * SOURCES) {
		word = &aplic.target[(offset - 0x3000) / 4];
	} else if (offset >= 0x4000 && context < CONTEXTS && (offset & 31) == 0) {
		word = &aplic.delivery[context];
	} else if (offset >= 0x4000 && context < CONTEXTS && (offset & 31) == 8) {
		word = &aplic.threshold[context];
	} else if (offset >= 0x4000 && context < CONTEXTS && (offset & 31) == 0x1c && !write) {
		return aplic_claim(context);
	} else if (offset >= 0x1d00 && offset < 0x1d00 + SOURCES / 8 && !write) {
		return aplic_input((offset - 0x1d00) * 8);
	} else {
		wild++;
		return 0;
	}
	if (write)
		*word = value;
	return *word;
}

uint32_t device_read(uint64_t address)
{
	return (controller.aplic ? aplic_access : plic_access)(address - REGISTERS, false, 0);
}

void device_write(uint64_t address, uint32_t value)
{
	(controller.aplic ? aplic_access : plic_access)(address - REGISTERS, true, value);
}

/* --- The kernel, on it ------------------------------------------------------------------------ */

static void start(bool is_aplic)
{
	unsigned int number;

	host_registers_forget();
	memset(&plic, 0, sizeof(plic));
	memset(&aplic, 0, sizeof(aplic));
	memset(line, 0, sizeof(line));
	/* As firmware may leave it. */
	for (number = 1; number < SOURCES; number++) {
		aplic.enabled[number] = true;
		plic.enable[1][number / 32] = plic.enable[3][number / 32] = ~0u;
	}
	plic.threshold[1] = plic.threshold[3] = 7;
	controller = (struct controller){ .base = BASE, .size = 0x600000, .registers = REGISTERS,
					  .sources = SOURCES - 1, .aplic = is_aplic };
	wild = 0;
	cpus[0].arch.context = is_aplic ? 0 : 1;
	cpus[1].arch.context = is_aplic ? 1 : 3;
	controller_boot();
	for (at = 2; at--;)
		controller_boot_cpu(&cpus[at]);
	at = 0;
}

/* What the CPU takes, if its controller's line makes sip show an external interrupt. */
static uint32_t take(unsigned int cpu)
{
	uint32_t context = cpus[cpu].arch.context, number;

	at = cpu;
	REGISTER_CLEAR(CSR_SIP, INTERRUPT_EXTERNAL);
	if (controller.aplic ? aplic_best(context) : plic_best(context))
		REGISTER_SET(CSR_SIP, INTERRUPT_EXTERNAL);
	number = arch_irq_take();
	at = 0;
	return number;
}

/* Each test on both. */
#define BOTH(name) \
	static void name##_plic(void) \
	{ \
		start(false); \
		name(); \
		CU_ASSERT_EQUAL(wild, 0); \
	} \
	static void name##_aplic(void) \
	{ \
		start(true); \
		name(); \
		CU_ASSERT_EQUAL(wild, 0); \
	}

static void boot(void)
{
	unsigned int number;

	for (number = 1; number < SOURCES; number++)
		line[number] = true;
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
	CU_ASSERT_EQUAL(take(1), ARCH_IRQ_NONE);
}
BOTH(boot)

static void driver(void)
{
	static const uint32_t numbers[] = { 1, 31, 32, 33, SOURCES - 1 };
	unsigned int index;

	for (index = 0; index < 5; index++) {
		uint32_t number = numbers[index];

		line[number] = true;
		arch_irq_route(number, &cpus[0]);
		CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
		arch_irq_enable(number);
		CU_ASSERT_EQUAL(take(1), ARCH_IRQ_NONE);
		CU_ASSERT_EQUAL(take(0), number);
		/* Active: it does not come again, though its line is high. */
		CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
		arch_irq_done(number, &cpus[0]);
		CU_ASSERT_EQUAL(take(0), number);
		line[number] = false;
		at = 1; /* the driver is at the other CPU */
		arch_irq_done(number, &cpus[0]);
		CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
		line[number] = true;
		CU_ASSERT_EQUAL(take(0), number);
		/* Its driver ends with it in hand (irq_destroy), and the next one gets it. */
		arch_irq_done(number, &cpus[0]);
		arch_irq_disable(number);
		CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
		arch_irq_enable(number);
		CU_ASSERT_EQUAL(take(0), number);
		arch_irq_done(number, &cpus[0]);
		arch_irq_disable(number);
	}
}
BOTH(driver)

static void neighbours(void)
{
	arch_irq_route(40, &cpus[0]);
	arch_irq_route(41, &cpus[0]);
	arch_irq_enable(40);
	arch_irq_enable(41);
	arch_irq_disable(40);
	line[40] = line[41] = true;
	CU_ASSERT_EQUAL(take(0), 41);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
}
BOTH(neighbours)

/* A line falls when its device is served, which is before the driver is done. */
static void falls(bool late)
{
	start(true);
	aplic.falls_late = late;
	arch_irq_route(40, &cpus[0]);
	arch_irq_enable(40);
	line[40] = true;
	CU_ASSERT_EQUAL(take(0), 40);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
	line[40] = false;
	arch_irq_done(40, &cpus[0]);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
	/* And nothing is left of it, but what rises again. */
	CU_ASSERT_EQUAL(aplic_best(0), 0);
	line[40] = true;
	CU_ASSERT_EQUAL(take(0), 40);
	CU_ASSERT_EQUAL(wild, 0);
}

static void test_falls(void)
{
	falls(false);
	falls(true);
}

/* As irq_done does it: the driver's home is another CPU, and the interrupt is active. */
static void move(void)
{
	arch_irq_route(40, &cpus[0]);
	arch_irq_enable(40);
	line[40] = true;
	CU_ASSERT_EQUAL(take(0), 40);
	arch_irq_route(40, &cpus[1]);
	CU_ASSERT_EQUAL(take(1), ARCH_IRQ_NONE);
	arch_irq_done(40, &cpus[1]);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
	CU_ASSERT_EQUAL(take(1), 40);
	/* What is off stays off. */
	arch_irq_done(40, &cpus[1]);
	arch_irq_disable(40);
	arch_irq_route(40, &cpus[0]);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_NONE);
	CU_ASSERT_EQUAL(take(1), ARCH_IRQ_NONE);
}
BOTH(move)

static void move_41(void)
{
	if (setjmp(waited) == 0)
		arch_irq_route(41, &cpus[1]);
}

/*
 * Two drivers move theirs at once: the second waits until the first one's is done. The last test:
 * that one never gets the lock.
 */
static void test_lock(void)
{
	start(false);
	arch_irq_route(40, &cpus[0]);
	arch_irq_route(41, &cpus[0]);
	arch_irq_enable(40);
	arch_irq_enable(41);
	waits = false;
	meanwhile = move_41;
	arch_irq_route(40, &cpus[1]);
	CU_ASSERT(waits);
	CU_ASSERT(is_enabled(1, 41));
	CU_ASSERT(is_enabled(3, 40));
	CU_ASSERT(!is_enabled(1, 40));
}

/* The kernel's own come first, one an entry; what it was asked to look at before it looks. */
static void own(void)
{
	arch_irq_route(5, &cpus[0]);
	arch_irq_enable(5);
	line[5] = true;
	REGISTER_WRITE(CSR_SIP, INTERRUPT_SOFTWARE | INTERRUPT_TIMER);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_LOOK);
	CU_ASSERT_EQUAL(REGISTER_READ(CSR_SIP) & INTERRUPT_SOFTWARE, 0);
	CU_ASSERT_EQUAL(take(0), ARCH_IRQ_TIMER);
	REGISTER_CLEAR(CSR_SIP, INTERRUPT_TIMER);
	CU_ASSERT_EQUAL(take(0), 5);
	/* Another CPU was quicker. */
	REGISTER_WRITE(CSR_SIP, INTERRUPT_EXTERNAL);
	CU_ASSERT_EQUAL(arch_irq_take(), ARCH_IRQ_NONE);
}
BOTH(own)

/* No task gets a page of it. */
static void test_owns(void)
{
	start(false);
	CU_ASSERT(arch_machine_owns(BASE, 4096));
	CU_ASSERT(arch_machine_owns(BASE + 0x5ff000, 4096));
	CU_ASSERT(arch_machine_owns(BASE - 4096, 8192));
	CU_ASSERT(arch_machine_owns(0, 1ul << 38));
	CU_ASSERT(!arch_machine_owns(BASE - 4096, 4096));
	CU_ASSERT(!arch_machine_owns(BASE + 0x600000, 4096));
}

/* The firmware's tree says how many sources there are: more than the kernel has numbers for. */
static void test_many(void)
{
	start(true);
	controller.sources = ~0u;
	wild = 0;
	controller_boot();
	CU_ASSERT_EQUAL(controller.sources, ARCH_IRQ_COUNT - 1);
}

static const struct suite_test tests[] = {
	{ "PLIC: nothing comes until a driver asks for it", boot_plic },
	{ "APLIC: nothing comes until a driver asks for it", boot_aplic },
	{ "PLIC: an interrupt comes once until it is done", driver_plic },
	{ "APLIC: an interrupt comes once until it is done", driver_aplic },
	{ "PLIC: interrupts beside each other do not meet", neighbours_plic },
	{ "APLIC: interrupts beside each other do not meet", neighbours_aplic },
	{ "APLIC: a line that fell does not come again", test_falls },
	{ "PLIC: an active interrupt moves to another CPU", move_plic },
	{ "APLIC: an active interrupt moves to another CPU", move_aplic },
	{ "PLIC: the kernel's own interrupts come first", own_plic },
	{ "APLIC: the kernel's own interrupts come first", own_aplic },
	{ "its registers are the kernel's", test_owns },
	{ "there are no more sources than the kernel has numbers", test_many },
	{ "PLIC: two that move at once both stay enabled", test_lock },
};

int main(void)
{
	return suite_run("riscv64 controller", tests, sizeof(tests) / sizeof(tests[0]));
}
