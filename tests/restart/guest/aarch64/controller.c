/* SPDX-License-Identifier: Apache-2.0 */
/* Requests through a GICv3: the timer's interrupt, and an SPI. */
#include "tests/restart/guest/sweep.h"

#define GROUP 0x80
#define ENABLE 0x100
#define PEND 0x200
#define PRIORITY 0x400
#define CONFIGURE 0xc00
#define SPI 50u /* no device of the guest's has it */
#define SPI_WORD (SPI / 32 * 4)
#define DELAY 300u

static volatile uint32_t ticks, spis;

bool controller_told(uint32_t number)
{
	ticks += number == TIMER_INTERRUPT;
	spis += number == SPI;
	return number == SPI;
}

static bool timer(uint64_t number)
{
	uint32_t before = ticks, spurious = spurious_count;

	(void)number;
	timer_set(counter() + DELAY);
	return came_once(&ticks, before, spurious);
}

static bool timer_asleep(uint64_t number)
{
	uint32_t before = ticks, spurious = spurious_count;

	(void)number;
	interrupts_mask();
	timer_set(counter() + DELAY);
	wait_interrupt();
	interrupts_allow();
	return came_once(&ticks, before, spurious);
}

static bool spi(uint64_t number)
{
	uint8_t priority = (uint8_t)(0x40 + number % 8 * 8);
	uint32_t before = spis, spurious = spurious_count, read;

	write8(DISTRIBUTOR + PRIORITY + SPI, priority);
	write32(DISTRIBUTOR + PEND + SPI_WORD, 1u << SPI % 32);
	read = read32(DISTRIBUTOR + PRIORITY + (SPI & ~3u)) >> SPI % 4 * 8 & 0xff;
	return came_once(&spis, before, spurious) && read == priority;
}

void controller_start(void)
{
	write32(DISTRIBUTOR + GROUP + SPI_WORD, ~0u);
	write32(DISTRIBUTOR + CONFIGURE + SPI / 16 * 4, 2u << SPI % 16 * 2);
	write32(DISTRIBUTOR + ENABLE + SPI_WORD, 1u << SPI % 32);
}

void controller_sweep(void)
{
	sweep("vgic: the timer", VICTIM_CONTROLLER, timer);
	sweep("vgic: the timer, out of WFI", VICTIM_CONTROLLER, timer_asleep);
	sweep("vgic: an SPI and its priority", VICTIM_CONTROLLER, spi);
}
