/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/guest/measured.h"

extern const uint8_t *guest_tree;

/* Where vCPUs begin, with their number: enter.S. */
void processor_start_here(void);

bool argument(const char *word)
{
	return tree_says(guest_tree, word);
}

void processor_on(uint64_t vcpu)
{
	if (firmware_processor_on(vcpu, (uint64_t)processor_start_here, vcpu))
		guest_off();
}
