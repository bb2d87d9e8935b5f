/* SPDX-License-Identifier: Apache-2.0 */
/* Requests through a PLIC: registers that keep what is written, and the disk's interrupt held back. */
#include "servers/lib/virtio.h"
#include "tests/restart/guest/disk.h"
#include "tests/restart/guest/sweep.h"

#define PRIORITY(source) (CONTROLLER + 4ul * (source))
#define ENABLE(source) (CONTROLLER + 0x2000 + (source) / 32 * 4) /* vCPU 0's */
#define THRESHOLD (CONTROLLER + 0x200000)
#define SOURCE 50u /* no device of the guest's has it */
#define BIT (1u << SOURCE % 32)
#define HIGHEST 7u

bool controller_told(uint32_t number)
{
	(void)number;
	return false;
}

/* Its priority, and whether it is enabled: the other sources' bits in the word stay. */
static bool registers(uint64_t number)
{
	uint32_t priority = number % HIGHEST + 1, enabled = read32(ENABLE(SOURCE));

	write32(PRIORITY(SOURCE), priority);
	write32(ENABLE(SOURCE), enabled ^ BIT);
	return read32(PRIORITY(SOURCE)) == priority && read32(ENABLE(SOURCE)) == (enabled ^ BIT);
}

/* A request to the disk whose interrupt is held back, and then let through: it comes once. */
static bool threshold(uint64_t number)
{
	uint32_t spurious = spurious_count, held;

	write32(THRESHOLD, HIGHEST);
	disk_begin(VIRTIO_BLOCK_IN, number * 8 % 64);
	held = read32(THRESHOLD);
	write32(THRESHOLD, 0);
	return disk_end() && held == HIGHEST && spurious_count - spurious <= cuts_each;
}

void controller_start(void)
{
}

void controller_sweep(void)
{
	sweep("vplic: a source's priority and enable bit", VICTIM_CONTROLLER, registers);
	sweep("vplic: the disk's interrupt behind the threshold", VICTIM_CONTROLLER, threshold);
}
