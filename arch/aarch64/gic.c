/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's own GICv3 (Arm IHI 0069), non-secure group 1 only. */
#include "arch/aarch64/hardware.h"
#include "kernel/boot.h"
#include "kernel/irq.h"

#define GICD_CTLR 0x0000
#define GICD_TYPER 0x0004
#define GICD_IGROUPR 0x0080
#define GICD_ISENABLER 0x0100
#define GICD_ICENABLER 0x0180
#define GICD_IPRIORITYR 0x0400
#define GICD_IROUTER 0x6000
#define GICD_CTLR_ARE_GROUP1 0x12

#define GICR_TYPER 0x0008
#define GICR_TYPER_LAST (1u << 4)
#define GICR_WAKER 0x0014
#define GICR_WAKER_ASLEEP (1u << 2)
#define GICR_STRIDE 0x20000
#define GICR_SGI 0x10000
#define GICR_IGROUPR0 (GICR_SGI + 0x0080)
#define GICR_ISENABLER0 (GICR_SGI + 0x0100)
#define GICR_ICENABLER0 (GICR_SGI + 0x0180)
#define GICR_ISACTIVER0 (GICR_SGI + 0x0300)
#define GICR_ICACTIVER0 (GICR_SGI + 0x0380)
#define GICR_IPRIORITYR (GICR_SGI + 0x0400)

#define IRQ_MAINTENANCE 25u
#define PRIORITY 0x80808080u
#define REDISTRIBUTORS 8
#define WAKE_POLLS 100000
#define EOI_MODE 2 /* EOIR drops the priority, DIR deactivates */

static uint64_t distributor;

static inline void write32(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

static inline uint32_t read32(uint64_t address)
{
	return *(volatile uint32_t *)address;
}

static BOOT_CODE uint64_t find_redistributor(uint64_t base)
{
	uint64_t mpidr = REGISTER_READ(mpidr_el1);
	uint32_t affinity = (mpidr & 0xffffff) | (mpidr >> 8 & 0xff000000);
	unsigned int count;

	for (count = 0; count < REDISTRIBUTORS; count++, base += GICR_STRIDE) {
		if (read32(base + GICR_TYPER + 4) == affinity)
			return base;
		if (read32(base + GICR_TYPER) & GICR_TYPER_LAST)
			break;
	}
	boot_refuse("the GIC has no redistributor for this CPU");
}

static BOOT_CODE void boot_redistributor(uint64_t base)
{
	unsigned int polls, index;

	write32(base + GICR_WAKER, 0);
	for (polls = 0; read32(base + GICR_WAKER) & GICR_WAKER_ASLEEP; polls++)
		if (polls == WAKE_POLLS)
			boot_refuse("the GIC's redistributor does not wake up");
	write32(base + GICR_ICENABLER0, ~0u);
	write32(base + GICR_IGROUPR0, ~0u);
	for (index = 0; index < 32; index += 4)
		write32(base + GICR_IPRIORITYR + index, PRIORITY);
	write32(base + GICR_ISENABLER0,
		1u << ARCH_IRQ_LOOK | 1u << ARCH_IRQ_TIMER | 1u << VTIMER_INTID |
			1u << IRQ_MAINTENANCE);
}

BOOT_CODE void gic_boot(uint64_t distributor_base)
{
	unsigned int index, lines;

	distributor = distributor_base;
	lines = 32 * ((read32(distributor + GICD_TYPER) & 31) + 1);
	write32(distributor + GICD_CTLR, GICD_CTLR_ARE_GROUP1);
	for (index = 32; index < lines && index < ARCH_IRQ_COUNT; index += 32) {
		write32(distributor + GICD_ICENABLER + index / 8, ~0u);
		write32(distributor + GICD_IGROUPR + index / 8, ~0u);
	}
	for (index = 32; index < lines && index < ARCH_IRQ_COUNT; index += 4)
		write32(distributor + GICD_IPRIORITYR + index, PRIORITY);
}

BOOT_CODE void gic_boot_cpu(uint64_t redistributors, struct cpu *cpu)
{
	cpu->arch.redistributor = find_redistributor(redistributors);
	cpu->arch.timer_active = true; /* as firmware may have left it */
	boot_redistributor(cpu->arch.redistributor);
	REGISTER_WRITE(ICC_PMR, 0xff);
	REGISTER_WRITE(ICC_CTLR, EOI_MODE);
	REGISTER_WRITE(ICC_IGRPEN1, 1);
}

void arch_irq_route(uint32_t number, struct cpu *cpu)
{
	*(volatile uint64_t *)(distributor + GICD_IROUTER + 8ul * number) = cpu->identity;
}

void arch_irq_enable(uint32_t number)
{
	write32(distributor + GICD_ISENABLER + number / 32 * 4, 1u << number % 32);
}

void arch_irq_disable(uint32_t number)
{
	write32(distributor + GICD_ICENABLER + number / 32 * 4, 1u << number % 32);
}

/*
 * The guest's timer interrupt stays active: the guest ends it through its list register. After a
 * maintenance interrupt no further one comes until the lists are loaded.
 */
uint32_t arch_irq_take(void)
{
	uint32_t number = REGISTER_READ(ICC_IAR1) & 0xffffff;

	if (number >= ARCH_IRQ_COUNT)
		return ARCH_IRQ_NONE;
	REGISTER_WRITE(ICC_EOIR1, number);
	if (number >= ARCH_IRQ_FIRST_DEVICE)
		return number;
	if (number == VTIMER_INTID) {
		cpu_this()->arch.timer_active = true;
		irq_guest_event(VCPU_EVENT_VTIMER);
		return ARCH_IRQ_NONE;
	}
	REGISTER_WRITE(ICC_DIR, number);
	if (number != IRQ_MAINTENANCE)
		return number;
	irq_guest_event(VCPU_EVENT_MAINTENANCE);
	REGISTER_WRITE(ICH_HCR, 0);
	return ARCH_IRQ_NONE;
}

void arch_irq_done(uint32_t number, struct cpu *cpu)
{
	(void)cpu;
	REGISTER_WRITE(ICC_DIR, number);
}

/* A software-generated interrupt to each (IHI 0069 12.2.19). */
void arch_cpus_interrupt(uint32_t mask)
{
	BARRIER_STORES();
	for (; mask; mask &= mask - 1) {
		uint64_t affinity = cpus[__builtin_ctz(mask)].identity;

		REGISTER_WRITE(ICC_SGI1R, (affinity >> 32 & 0xff) << 48 |
						  (affinity >> 16 & 0xff) << 32 |
						  (affinity >> 8 & 0xff) << 16 |
						  (uint64_t)ARCH_IRQ_LOOK << 24 |
						  1ul << (affinity & 15));
	}
	BARRIER_INSTRUCTIONS();
}

void gic_guest_timer_active(struct cpu *cpu, bool active)
{
	cpu->arch.timer_active = active;
	write32(cpu->arch.redistributor + (active ? GICR_ISACTIVER0 : GICR_ICACTIVER0),
		1u << VTIMER_INTID);
}
