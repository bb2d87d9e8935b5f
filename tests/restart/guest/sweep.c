/* SPDX-License-Identifier: Apache-2.0 */
/* One request after the other through each server, which is cut at each of its instructions. */
#include "servers/lib/virtio.h"
#include "tests/guests/processor.h"
#include "tests/restart/guest/disk.h"

#define PRIVATE (REDISTRIBUTOR + 0x10000)
#define GROUP 0x80
#define ENABLE 0x100
#define PEND 0x200
#define PRIORITY 0x400
#define CONFIGURE 0xc00
#define BAUD (UART + 0x24)
#define VTIMER 27u
#define SGI 3u
#define SPI 50u /* no device of the guest's has it */
#define TIMER_TICKS 300u
#define OFF_TICKS 4000u
#define SECTORS 64u /* of the disk are used, 8 a request */

static volatile uint32_t sgis, ticks, spis, others;
static bool empty;
static volatile uint64_t beside; /* what the other vCPU has done */

static void told(uint32_t number)
{
	switch (number) {
	case SGI:
		sgis++;
		break;
	case VTIMER:
		ticks++;
		break;
	case SPI:
		spis++;
		break;
	case DISK_INTERRUPT:
		disk_interrupt();
		break;
	default:
		others++;
	}
}

/* Gives what is too much the time to come. */
static bool came_once(const volatile uint32_t *count, uint32_t before, uint32_t spurious)
{
	while (*count == before)
		;
	(void)read32(DISTRIBUTOR);
	return *count == before + 1 && spurious_count - spurious <= cuts_each;
}

static bool sgi(uint64_t number)
{
	uint32_t before = sgis, spurious = spurious_count;

	(void)number;
	ipi_send(SGI, 1);
	return came_once(&sgis, before, spurious);
}

static bool timer(uint64_t number)
{
	uint32_t before = ticks, spurious = spurious_count;

	(void)number;
	REGISTER_WRITE(cntv_cval_el0, counter() + TIMER_TICKS);
	REGISTER_WRITE(cntv_ctl_el0, 1);
	return came_once(&ticks, before, spurious);
}

static bool timer_asleep(uint64_t number)
{
	uint32_t before = ticks, spurious = spurious_count;

	(void)number;
	interrupts_mask();
	REGISTER_WRITE(cntv_cval_el0, counter() + TIMER_TICKS);
	REGISTER_WRITE(cntv_ctl_el0, 1);
	__asm__ volatile("wfi");
	interrupts_allow();
	return came_once(&ticks, before, spurious);
}

static bool spi(uint64_t number)
{
	uint64_t word = SPI / 32 * 4;
	uint8_t priority = (uint8_t)(0x40 + number % 8 * 8);
	uint32_t before = spis, spurious = spurious_count, read;

	write8(DISTRIBUTOR + PRIORITY + SPI, priority);
	write32(DISTRIBUTOR + PEND + word, 1u << SPI % 32);
	read = read32(DISTRIBUTOR + PRIORITY + (SPI & ~3u)) >> SPI % 4 * 8 & 0xff;
	return came_once(&spis, before, spurious) && read == priority;
}

/* A register, and a line of text: whoever reads the console sees each line once. */
static bool console(uint64_t number)
{
	char line[] = { (char)('a' + number % 26), '\n', '\0' };

	write32(BAUD, number & 0xffff);
	print(line);
	return read32(BAUD) == (number & 0xffff);
}

static bool firmware_call(uint64_t number)
{
	return firmware(PSCI_VERSION, number, 0, 0).x[0] == 0x10001 &&
	       REGISTER_READ(id_aa64pfr0_el1) != 0x5eed;
}

static void other(uint64_t context)
{
	beside = beside * 2 + context;
}

/* Asleep, so that it runs. */
static void wait_off(void)
{
	while (firmware_processor_state(1) != PROCESSOR_IS_OFF) {
		uint32_t before = ticks;

		interrupts_mask();
		REGISTER_WRITE(cntv_cval_el0, counter() + OFF_TICKS);
		REGISTER_WRITE(cntv_ctl_el0, 1);
		__asm__ volatile("wfi");
		interrupts_allow();
		while (ticks == before)
			;
	}
}

static bool processor(uint64_t number)
{
	uint64_t before = beside, lives = processors[1].lives;

	if (processor_on(1, other, number) != 0)
		return false;
	wait_off();
	return beside == before * 2 + number && processors[1].lives == lives + 1;
}

/* A disk that keeps nothing reads as zeros. */
static uint64_t pattern(uint64_t number, uint64_t index)
{
	return empty ? 0 : (number << 32) + index * 0x9e3779b97f4a7c15ul;
}

static void fill(uint64_t number)
{
	uint64_t index;

	for (index = 0; index < DISK_BYTES / 8; index++)
		disk_data[index] = pattern(number, index);
}

static bool filled(uint64_t number)
{
	uint64_t index, wrong = 0;

	for (index = 0; index < DISK_BYTES / 8; index++)
		wrong += disk_data[index] != pattern(number, index);
	return wrong == 0;
}

static uint64_t sector_of(uint64_t number)
{
	return number * 8 % SECTORS;
}

static bool disk_read(uint64_t number)
{
	disk_data[0] = disk_data[DISK_BYTES / 8 - 1] = ~0ul;
	return disk_request(VIRTIO_BLOCK_IN, sector_of(number)) && filled(sector_of(number));
}

/* Each sector's content is its own, so that disk_read knows it. */
static bool disk_write(uint64_t number)
{
	fill(sector_of(number));
	return disk_request(VIRTIO_BLOCK_OUT, sector_of(number)) &&
	       disk_request(VIRTIO_BLOCK_FLUSH, 0);
}

static void start(void)
{
	uint64_t word = SPI / 32 * 4, number;

	interrupt_told = told;
	interrupts_start();
	write32(DISTRIBUTOR + GROUP + word, ~0u);
	write8(DISTRIBUTOR + PRIORITY + DISK_INTERRUPT, 0x80);
	write32(DISTRIBUTOR + CONFIGURE + SPI / 16 * 4, 2u << SPI % 16 * 2);
	write32(DISTRIBUTOR + ENABLE + word, 1u << SPI % 32 | 1u << DISK_INTERRUPT % 32);
	interrupts_allow();
	disk_start();
	for (number = 0; number < SECTORS / 8; number++)
		check("the disk is written", disk_write(number), 1);
}

void guest_main(void)
{
	uint64_t which;

	empty = argument("sweep.empty", &which);
	start();
	if (!argument("sweep.victims=", &which))
		which = ~0ul;
	if (which >> VICTIM_CONSOLE & 1)
		sweep("console: a line", VICTIM_CONSOLE, console);
	if (which >> VICTIM_UART & 1)
		sweep("uart: a line", VICTIM_UART, console);
	if (which >> VICTIM_CONTROLLER & 1) {
		sweep("vgic: an SGI", VICTIM_CONTROLLER, sgi);
		sweep("vgic: the timer", VICTIM_CONTROLLER, timer);
		sweep("vgic: the timer, out of WFI", VICTIM_CONTROLLER, timer_asleep);
		sweep("vgic: an SPI and its priority", VICTIM_CONTROLLER, spi);
		sweep("vgic: a write to the disk", VICTIM_CONTROLLER, disk_write);
	}
	if (which >> VICTIM_MANAGER & 1) {
		sweep("vmm: PSCI_VERSION and a system register", VICTIM_MANAGER, firmware_call);
		sweep("vmm: a processor on and off", VICTIM_MANAGER, processor);
	}
	if (which >> VICTIM_DISK & 1) {
		sweep("virtio_blk: a read", VICTIM_DISK, disk_read);
		sweep("virtio_blk: a write and a flush", VICTIM_DISK, disk_write);
	}
	if (which >> VICTIM_BLK & 1) {
		sweep("blk: a read", VICTIM_BLK, disk_read);
		sweep("blk: a write and a flush", VICTIM_BLK, disk_write);
	}
	if (which >> VICTIM_SUPERVISOR & 1)
		sweep("supervisor: a write to the disk", VICTIM_SUPERVISOR, disk_write);
	check("interrupts of nobody", others, 0);
	check("there was no exception", trapped(), 0);
}
