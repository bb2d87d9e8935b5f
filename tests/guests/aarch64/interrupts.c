/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts as the guest's GICv3 delivers them: masks, priorities, levels and edges. */
#include "tests/guests/runtime.h"

#define PRIVATE (REDISTRIBUTOR + 0x10000)
#define GROUP 0x80
#define ENABLE 0x100
#define DISABLE 0x180
#define PEND 0x200
#define UNPEND 0x280
#define PRIORITY 0x400
#define CONFIGURE 0xc00
#define TIMER_BIT (1u << TIMER_INTERRUPT)
#define SPI 50u /* no device of the guest's has it */

#define ICC_PMR S3_0_C4_C6_0
#define ICC_SGI1R S3_0_C12_C11_5

static void sgi(uint64_t number)
{
	REGISTER_WRITE(ICC_SGI1R, number << 24 | 1);
}

/* How many were taken since `before`, having given them the time that some must have. */
static uint64_t taken_since(uint32_t before)
{
	unsigned int spins;

	for (spins = 0; spins < 1000 && taken_count == before; spins++)
		__asm__ volatile("isb");
	return taken_count - before;
}

static uint32_t last(unsigned int back)
{
	return taken[(taken_count - 1 - back) % TAKEN];
}

static void software(void)
{
	uint32_t before = taken_count;

	interrupts_mask();
	sgi(3);
	check("an SGI waits while PSTATE masks it", taken_since(before), 0);
	check("ISPENDR shows it", read32(PRIVATE + PEND) & 8, 8);
	interrupts_allow();
	check("it is taken when the mask goes", taken_since(before), 1);
	check("by its number", last(0), 3);
	check("ISPENDR shows it no more", read32(PRIVATE + PEND) & 8, 0);
	before = taken_count;
	sgi(5);
	check("an SGI to itself is taken at once", taken_since(before), 1);
	REGISTER_WRITE(ICC_SGI1R, 5ul << 24 | 2);
	check("one to a processor that there is none of is not", taken_since(before), 1);
	REGISTER_WRITE(ICC_SGI1R, 1ul << 40 | 5ul << 24);
	check("one to all others is not", taken_since(before), 1);
}

static void priorities(void)
{
	uint32_t before = taken_count;

	write8(PRIVATE + PRIORITY + 1, 0xa0);
	write8(PRIVATE + PRIORITY + 2, 0x40);
	interrupts_mask();
	sgi(1);
	sgi(2);
	interrupts_allow();
	check("two are taken", taken_since(before) + taken_since(before + 1) >= 2, 1);
	check("the more urgent one first", last(1), 2);
	check("then the other", last(0), 1);
	before = taken_count;
	REGISTER_WRITE(ICC_PMR, 0x80);
	sgi(1);
	check("one below the priority mask waits", taken_since(before), 0);
	sgi(2);
	check("one above it is taken", taken_since(before), 1);
	REGISTER_WRITE(ICC_PMR, 0xf0);
	check("the other is taken when the mask rises", taken_since(before + 1), 1);
	check("it is that one", last(0), 1);
}

static void enables(void)
{
	uint32_t before = taken_count;

	write32(PRIVATE + DISABLE, 1u << 4);
	sgi(4);
	check("a disabled SGI waits", taken_since(before), 0);
	write32(PRIVATE + ENABLE, 1u << 4);
	check("until it is enabled", taken_since(before), 1);
	write32(PRIVATE + DISABLE, 1u << 4);
	sgi(4);
	write32(PRIVATE + UNPEND, 1u << 4);
	write32(PRIVATE + ENABLE, 1u << 4);
	check("ICPENDR takes it back", taken_since(before + 1), 0);
	write32(DISTRIBUTOR, 0x10);
	sgi(4);
	check("nothing comes while the distributor is off", taken_since(before + 1), 0);
	write32(DISTRIBUTOR, 0x12);
	check("it comes when the distributor is on again", taken_since(before + 1), 1);
}

static void shared(void)
{
	uint64_t word = SPI / 32 * 4, bit = 1u << SPI % 32;
	uint32_t before = taken_count;

	write32(DISTRIBUTOR + GROUP + word, ~0u);
	write8(DISTRIBUTOR + PRIORITY + SPI, 0x80);
	write32(DISTRIBUTOR + ENABLE + word, bit);
	write32(DISTRIBUTOR + PEND + word, bit);
	check("a level SPI made pending by ISPENDR", taken_since(before), 1);
	check("is taken by its number", last(0), SPI);
	check("once: its line is low", taken_since(before + 1), 0);
	write32(DISTRIBUTOR + CONFIGURE + SPI / 16 * 4, 2u << SPI % 16 * 2);
	write32(DISTRIBUTOR + PEND + word, bit);
	check("an edge SPI made pending by ISPENDR", taken_since(before + 1), 1);
	interrupts_mask();
	write32(DISTRIBUTOR + PEND + word, bit);
	write32(DISTRIBUTOR + PEND + word, bit);
	interrupts_allow();
	taken_since(before + 2);
	check("two edges before it is taken are one", taken_count - before, 3);
}

/* A level: it is pending as long as the timer is due. */
static void timer(void)
{
	uint32_t before = taken_count;

	interrupts_mask();
	timer_set(counter());
	wait_interrupt();
	check("ISPENDR shows that the timer is due", read32(PRIVATE + PEND) & TIMER_BIT, TIMER_BIT);
	timer_off();
	check("and that it is not", read32(PRIVATE + PEND) & TIMER_BIT, 0);
	write32(PRIVATE + DISABLE, TIMER_BIT);
	timer_set(counter());
	taken_since(before);
	check("also while it is disabled", read32(PRIVATE + PEND) & TIMER_BIT, TIMER_BIT);
	timer_off();
	check("it shows what is", read32(PRIVATE + PEND) & TIMER_BIT, 0);
	write32(PRIVATE + ENABLE, TIMER_BIT);
	write32(PRIVATE + PEND, TIMER_BIT);
	check("what was written to it stays", read32(PRIVATE + PEND) & TIMER_BIT, TIMER_BIT);
	interrupts_allow();
	check("until it is taken", taken_since(before), 1);
}

void guest_main(void)
{
	interrupts_start();
	interrupts_allow();
	software();
	priorities();
	enables();
	shared();
	timer();
	check("there was no exception", trapped(), 0);
}
