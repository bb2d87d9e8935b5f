/* SPDX-License-Identifier: Apache-2.0 */
/* One request after the other through each server, which is cut at each of its instructions. */
#include "servers/lib/virtio.h"
#include "tests/guests/processor.h"
#include "tests/restart/guest/disk.h"
#include "tests/restart/guest/sweep.h"

#define IPI_NUMBER 3u
#define PAUSE INSTRUCTIONS(4000)
#define SECTORS 64u /* of the disk are used, 8 a request */

static volatile uint32_t ipis, ticks, others;
static bool empty;
static volatile uint64_t beside; /* what the other vCPU has done */

static void told(uint32_t number)
{
	if (controller_told(number))
		return;
	switch (number) {
	case IPI(IPI_NUMBER):
		ipis++;
		break;
	case TIMER_INTERRUPT:
		ticks++;
		break;
	case DISK_INTERRUPT:
		disk_interrupt();
		break;
	default:
		others++;
	}
}

bool came_once(const volatile uint32_t *count, uint32_t before, uint32_t spurious)
{
	while (*count == before)
		;
	controller_read();
	return *count == before + 1 && spurious_count - spurious <= cuts_each;
}

static bool ipi(uint64_t number)
{
	uint32_t before = ipis, spurious = spurious_count;

	(void)number;
	ipi_send(IPI_NUMBER, 1);
	return came_once(&ipis, before, spurious);
}

/* A register, and a line of text: whoever reads the console sees each line once. */
static bool console(uint64_t number)
{
	char line[] = { (char)('a' + number % 26), '\n', '\0' };

	console_keep(number & CONSOLE_KEEPS);
	print(line);
	return console_kept() == (number & CONSOLE_KEEPS);
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
		timer_set(counter() + PAUSE);
		wait_interrupt();
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
	uint64_t number;

	interrupt_told = told;
	interrupts_start();
	controller_start();
	line_start(DISK_INTERRUPT);
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
		sweep(CONTROLLER_NAME ": an IPI", VICTIM_CONTROLLER, ipi);
		controller_sweep();
		sweep(CONTROLLER_NAME ": a write to the disk", VICTIM_CONTROLLER, disk_write);
	}
	if (which >> VICTIM_MANAGER & 1) {
		sweep(MANAGER_SENTENCE, VICTIM_MANAGER, manager_answers);
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
