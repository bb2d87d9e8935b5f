/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SGIs among four vCPUs, to oneself, to some, to all others; and all at the distributor's registers
 * at the same time.
 */
#include "tests/guests/processor.h"

#define ALL ((1ul << PROCESSORS) - 1)
#define ALL_OTHERS (1ul << 40)

#define SGI_LOOK 8 /* says nothing but: look */
#define SGI_TRIED 9

#define REGISTER_ROUNDS 300

/* Each vCPU's SPI; one word of registers has all of them. */
#define SPI_OF(number) (64 + 3 * (uint32_t)(number))
#define SPI_WORD 8ul /* of registers with one bit an interrupt: from 64 to 95 */
#define SPI_BIT(number) (1u << (SPI_OF(number) - 64))
#define GROUP 0x80
#define ENABLE 0x100
#define DISABLE 0x180
#define PEND 0x200
#define PRIORITY 0x400
#define CONFIGURE_OF(intid) (0xc00ul + (intid) / 16 * 4)
#define ROUTER_OF(intid) (0x6000ul + 8 * (intid))

/* What each vCPU alone counts. */
struct counts {
	uint64_t sgi[16];
	uint64_t spi[PROCESSORS];
	uint64_t other, done, wrong;
};

static volatile struct counts counts[PROCESSORS];
static volatile uint64_t go; /* the part that vCPUs may do */

static void told(uint32_t number)
{
	uint64_t self = processor_number(), source;

	if (number < 16)
		counts[self].sgi[number]++;
	for (source = 0; source < PROCESSORS; source++) {
		if (number == SPI_OF(source)) {
			counts[self].spi[source]++;
			ipi_send(SGI_LOOK, 1ul << source);
			return;
		}
	}
	if (number >= 16)
		counts[self].other++;
}

/* Until each vCPU of the mask has taken SGI_TRIED as often as `count` says. */
static void wait_tried(uint64_t mask, const uint64_t *count)
{
	uint64_t number;

	for (number = 0; number < PROCESSORS; number++)
		while (mask >> number & 1 && counts[number].sgi[SGI_TRIED] < count[number])
			__asm__ volatile("yield");
}

/* One write; then each target must have taken one more, and nobody else any. */
static uint64_t send_wrong(uint64_t value, uint64_t targets)
{
	uint64_t before[PROCESSORS], number, wrong = 0;

	for (number = 0; number < PROCESSORS; number++)
		before[number] = counts[number].sgi[SGI_TRIED] + (targets >> number & 1);
	__asm__ volatile("dsb sy" : : : "memory");
	REGISTER_WRITE(S3_0_C12_C11_5, value | (uint64_t)SGI_TRIED << 24);
	wait_tried(targets, before);
	/* What went to somebody else by mistake would come before what is sent there now. */
	for (number = 0; number < PROCESSORS; number++) {
		if (targets >> number & 1)
			continue;
		before[number]++;
		ipi_send(SGI_TRIED, 1ul << number);
		wait_tried(1ul << number, before);
	}
	for (number = 0; number < PROCESSORS; number++)
		wrong += counts[number].sgi[SGI_TRIED] != before[number];
	return wrong;
}

static void targets(void)
{
	uint64_t self = processor_number(), me = 1ul << self, mask, wrong = 0;

	for (mask = 0; mask <= ALL; mask++)
		wrong += send_wrong(mask, mask);
	wrong += send_wrong(ALL_OTHERS, ALL & ~me);
	wrong += send_wrong(ALL_OTHERS | me, ALL & ~me);
	wrong += send_wrong(0xfff0, 0);         /* vCPUs that are not there */
	wrong += send_wrong(1ul << 16 | ALL, 0); /* of another cluster */
	counts[self].wrong += wrong;
}

static uint64_t spis_taken(uint64_t source)
{
	uint64_t number, taken_by_all = 0;

	for (number = 0; number < PROCESSORS; number++)
		taken_by_all += counts[number].spi[source];
	return taken_by_all;
}

/* Its SPI goes to each vCPU in turn; every register says what was written to it. */
static uint64_t registers_wrong(uint64_t self, uint64_t round)
{
	uint32_t spi = SPI_OF(self), bit = SPI_BIT(self);
	uint64_t target = (self + round) % PROCESSORS, wrong = 0;

	write32(DISTRIBUTOR + DISABLE + SPI_WORD, bit);
	wrong += read32(DISTRIBUTOR + ENABLE + SPI_WORD) & bit;
	write8(DISTRIBUTOR + PRIORITY + spi, (uint8_t)(round % 16 << 3));
	wrong += (read32(DISTRIBUTOR + PRIORITY + (spi & ~3u)) >> spi % 4 * 8 & 0xff) != round % 16 << 3;
	write32(DISTRIBUTOR + ROUTER_OF(spi), (uint32_t)target);
	wrong += read32(DISTRIBUTOR + ROUTER_OF(spi)) != target;
	write32(DISTRIBUTOR + PEND + SPI_WORD, bit);
	wrong += !(read32(DISTRIBUTOR + PEND + SPI_WORD) & bit);
	write32(DISTRIBUTOR + ENABLE + SPI_WORD, bit);
	return !!wrong;
}

static void registers(void)
{
	uint64_t self = processor_number(), round;

	for (round = 0; round < REGISTER_ROUNDS; round++) {
		counts[self].wrong += registers_wrong(self, round);
		interrupts_mask();
		while (spis_taken(self) <= round) {
			__asm__ volatile("wfi" : : : "memory");
			interrupts_allow();
			interrupts_mask();
		}
		interrupts_allow();
	}
}

/* Each of them one after the other, or all at once. */
static void part(void (*work)(void), uint64_t number, bool at_once)
{
	uint64_t self = processor_number(), other;

	if (at_once) {
		go = number;
		ipi_send(SGI_LOOK, ALL);
		work();
	} else {
		work();
		go = number;
		ipi_send(SGI_LOOK, ALL);
	}
	for (other = 0; other < PROCESSORS; other++)
		if (other != self)
			sleep_until(&counts[other].done, number);
}

static void tell_done(uint64_t self, uint64_t number)
{
	counts[self].done = number;
	ipi_send(SGI_LOOK, ALL);
}

static void other(uint64_t context)
{
	uint64_t self = processor_number();

	(void)context;
	interrupts_start();
	interrupts_allow();
	tell_done(self, 1);
	sleep_until(&go, 2);
	if (self > 1)
		sleep_until(&counts[self - 1].done, 2);
	targets();
	tell_done(self, 2);
	sleep_until(&go, 3);
	registers();
	tell_done(self, 3);
	sleep_until(&go, 4);
	interrupts_mask();
}

static uint64_t wrongs(void)
{
	uint64_t number, wrong = 0;

	for (number = 0; number < PROCESSORS; number++) {
		wrong += counts[number].wrong;
		counts[number].wrong = 0;
	}
	return wrong;
}

static void spis_start(void)
{
	uint64_t number;

	for (number = 0; number < PROCESSORS; number++) {
		uint64_t address = DISTRIBUTOR + CONFIGURE_OF(SPI_OF(number));

		write32(DISTRIBUTOR + GROUP + SPI_WORD, ~0u);
		write32(address, read32(address) | 2u << SPI_OF(number) % 16 * 2); /* edges */
	}
}

static void check_spis(void)
{
	uint64_t number, wrong = 0, elsewhere = 0;

	for (number = 0; number < PROCESSORS; number++) {
		wrong += spis_taken(number) != REGISTER_ROUNDS;
		elsewhere += spis_taken(number) - counts[number].spi[number];
	}
	check("vCPUs whose SPI was not taken once a round", wrong, 0);
	check("SPIs went to other vCPUs, too", elsewhere > 0, 1);
	check("registers that did not say what was written", wrongs(), 0);
}

void guest_main(void)
{
	uint64_t number;

	interrupt_told = told;
	interrupts_start();
	interrupts_allow();
	for (number = 1; number < PROCESSORS; number++) {
		check("CPU_ON", processor_on(number, other, 0), 0);
		sleep_until(&counts[number].done, 1);
	}
	part(targets, 2, false);
	check("SGIs that did not arrive, or at others", wrongs(), 0);
	spis_start();
	part(registers, 3, true);
	check_spis();
	go = 4;
	ipi_send(SGI_LOOK, ALL);
	for (number = 1; number < PROCESSORS; number++)
		processor_wait_off(number);
	for (number = 0; number < PROCESSORS; number++)
		check("interrupts of nobody", counts[number].other, 0);
	check("there was no exception", trapped(), 0);
}
