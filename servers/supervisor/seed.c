/* SPDX-License-Identifier: Apache-2.0 */
/* Fresh random numbers for the tasks that ask for some, from the firmware's one seed. */
#include <libfdt.h>

#include "servers/lib/random.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/supervisor.h"

#define FIRMWARE_ADDRESS 0x3d000000ul

static struct random stream;
static int seeded;

void seed_open(void)
{
	uint64_t info[3];
	const void *tree = (const void *)FIRMWARE_ADDRESS, *seed = NULL;
	int chosen, length = 0;

	if (rt_object_info(SLOT_FIRMWARE, info) != STATUS_OK)
		refuse("there is no firmware tree");
	map(SLOT_SELF_TASK, SLOT_FIRMWARE, FIRMWARE_ADDRESS, 0, info[1], MAP_READ,
	    "the firmware's device tree");
	chosen = fdt_check_full(tree, info[1]) ? -1 : fdt_path_offset(tree, "/chosen");
	if (chosen >= 0)
		seed = fdt_getprop(tree, chosen, "rng-seed", &length);
	if (!seed || length < (int)sizeof(stream.key)) {
		rt_log("the firmware gives no rng-seed: guests get none either");
		return;
	}
	random_start(&stream, seed, 0);
	seeded = 1;
}

uint64_t seed_next(void)
{
	uint64_t value = 0;

	if (seeded)
		random_fill(&stream, &value, sizeof(value));
	return value;
}
