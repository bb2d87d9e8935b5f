/* SPDX-License-Identifier: Apache-2.0 */
/* Tells when a guest, or on the bare machine a kernel, begins: there a firmware may come before it. */
#include "tests/bench/guest/measured.h"

void interrupt_taken(uint32_t number)
{
	interrupt_end(number);
}

void guest_main(uint64_t vcpu)
{
	(void)vcpu;
	print("begins", instructions());
}
