/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's own interrupt controller: a PLIC (RISC-V PLIC 1.0.0), or an APLIC in direct
 * delivery mode (AIA 1.0, chapter 4). A driver's source is active from its claim to its completion;
 * the APLIC knows no completion, so there it is disabled meanwhile.
 */
#include "arch/riscv64/device.h"
#include "arch/riscv64/hardware.h"
#include "kernel/boot.h"
#include "kernel/irq.h"
#include "kernel/lock.h"

#define PLIC_PRIORITY(number) (4ul * (number))
#define PLIC_ENABLE(context, number) (0x2000ul + 0x80ul * (context) + (number) / 32 * 4)
#define PLIC_THRESHOLD(context) (0x200000ul + 0x1000ul * (context))
#define PLIC_CLAIM(context) (0x200004ul + 0x1000ul * (context))

#define APLIC_DOMAIN 0x0000
#define APLIC_DOMAIN_ENABLE (1u << 8)
#define APLIC_SOURCE(number) (4ul * (number))
#define APLIC_SOURCE_LEVEL_HIGH 6
#define APLIC_INPUT(number) (0x1d00ul + (number) / 32 * 4) /* in_clrip: the lines as they are */
#define APLIC_ENABLE 0x1edc
#define APLIC_DISABLE 0x1fdc
#define APLIC_TARGET(number) (0x3000ul + 4ul * (number))
#define APLIC_TARGET_HART_SHIFT 18
#define APLIC_DELIVERY(context) (0x4000ul + 32ul * (context))
#define APLIC_THRESHOLD(context) (0x4008ul + 32ul * (context))
#define APLIC_CLAIM(context) (0x401cul + 32ul * (context))
#define APLIC_CLAIM_SHIFT 16

#define PRIORITY 1

struct controller controller;

/*
 * The PLIC's context by source; what is enabled is so there alone. A word of enables has those of
 * 32 sources: drivers at several CPUs may move theirs at the same time.
 */
static uint32_t contexts[ARCH_IRQ_COUNT];
static struct lock enables;

static inline void write32(uint64_t offset, uint32_t value)
{
	device_write(controller.registers + offset, value);
}

static inline uint32_t read32(uint64_t offset)
{
	return device_read(controller.registers + offset);
}

bool arch_machine_owns(uint64_t base, uint64_t size)
{
	return base < controller.base + controller.size && controller.base < base + size;
}

BOOT_CODE void controller_boot(void)
{
	uint32_t number;

	if (controller.sources >= ARCH_IRQ_COUNT)
		controller.sources = ARCH_IRQ_COUNT - 1;
	for (number = 1; number <= controller.sources; number++)
		if (controller.aplic) {
			write32(APLIC_SOURCE(number), APLIC_SOURCE_LEVEL_HIGH);
			write32(APLIC_DISABLE, number);
		} else {
			write32(PLIC_PRIORITY(number), PRIORITY);
		}
	if (controller.aplic)
		write32(APLIC_DOMAIN, APLIC_DOMAIN_ENABLE);
}

BOOT_CODE void controller_boot_cpu(const struct cpu *cpu)
{
	uint32_t context = cpu->arch.context, number;

	if (controller.aplic) {
		write32(APLIC_DELIVERY(context), 1);
		write32(APLIC_THRESHOLD(context), 0);
		return;
	}
	for (number = 0; number <= controller.sources; number += 32)
		write32(PLIC_ENABLE(context, number), 0);
	write32(PLIC_THRESHOLD(context), 0);
}

/* Was it enabled before? With the lock. */
static bool plic_change(uint32_t number, bool enabled)
{
	uint64_t at = PLIC_ENABLE(contexts[number], number);
	uint32_t bit = 1u << number % 32, word = read32(at);

	write32(at, enabled ? word | bit : word & ~bit);
	return word & bit;
}

static void plic_enable(uint32_t number, bool enabled)
{
	lock_take(&enables);
	plic_change(number, enabled);
	lock_drop(&enables);
}

static void plic_route(uint32_t number, uint32_t context)
{
	bool enabled;

	lock_take(&enables);
	enabled = plic_change(number, false);
	contexts[number] = context;
	plic_change(number, enabled);
	lock_drop(&enables);
}

void arch_irq_route(uint32_t number, struct cpu *cpu)
{
	if (controller.aplic)
		write32(APLIC_TARGET(number),
			cpu->arch.context << APLIC_TARGET_HART_SHIFT | PRIORITY);
	else
		plic_route(number, cpu->arch.context);
}

void arch_irq_enable(uint32_t number)
{
	if (controller.aplic)
		write32(APLIC_ENABLE, number);
	else
		plic_enable(number, true);
}

void arch_irq_disable(uint32_t number)
{
	if (controller.aplic)
		write32(APLIC_DISABLE, number);
	else
		plic_enable(number, false);
}

/*
 * A level is pending only while its line is up (4.7): what is down again by now is nobody's. QEMU
 * 7.2 keeps it pending until another claim: each would come a second time, for nothing.
 */
static uint32_t aplic_claim(uint32_t context)
{
	uint32_t number = read32(APLIC_CLAIM(context)) >> APLIC_CLAIM_SHIFT;

	if (!number || !(read32(APLIC_INPUT(number)) >> number % 32 & 1))
		return 0;
	write32(APLIC_DISABLE, number);
	return number;
}

static uint32_t claim(void)
{
	uint32_t context = cpu_this()->arch.context;

	return controller.aplic ? aplic_claim(context) : read32(PLIC_CLAIM(context));
}

uint32_t arch_irq_take(void)
{
	uint64_t pending = REGISTER_READ(CSR_SIP);
	uint32_t number;

	if (pending & INTERRUPT_SOFTWARE) {
		REGISTER_CLEAR(CSR_SIP, INTERRUPT_SOFTWARE);
		return ARCH_IRQ_LOOK;
	}
	if (pending & INTERRUPT_TIMER)
		return ARCH_IRQ_TIMER;
	if (!(pending & INTERRUPT_EXTERNAL))
		return ARCH_IRQ_NONE;
	number = claim();
	return number && number < ARCH_IRQ_COUNT ? number : ARCH_IRQ_NONE;
}

/* At whatever context the source is enabled for, by whatever CPU. */
void arch_irq_done(uint32_t number, struct cpu *cpu)
{
	if (controller.aplic)
		write32(APLIC_ENABLE, number);
	else
		write32(PLIC_CLAIM(cpu->arch.context), number);
}
