/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the firmware, what is unknown, and a reset that starts the guest afresh. */
#include "tests/guests/runtime.h"

#include "arch_firmware.h"

#define MARK 0x6d61726bul

static uint64_t fresh; /* the image is loaded anew for every start */

void guest_main(void)
{
	volatile uint64_t *mark = (volatile uint64_t *)FREE;

	check("the image's data is fresh", fresh, 0);
	fresh = 1;
	if (*mark == MARK) {
		check("the timer is off after a reset", timer_is_off(), 1);
		return;
	}
	firmware_calls();
	*mark = MARK;
	timer_set(counter());
	print("reset\n");
	firmware_system_reset();
	check("the firmware resets", 1, 0);
}
