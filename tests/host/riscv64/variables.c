/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "arch/riscv64/registers.h"

uint64_t host_registers[HOST_REGISTERS];
unsigned int host_guest_fences, host_instruction_fences;
void (*host_at_guest_fence)(void);

void host_guest_fence(void)
{
	host_guest_fences++;
	if (host_at_guest_fence)
		host_at_guest_fence();
}

void host_registers_forget(void)
{
	memset(host_registers, 0, sizeof(host_registers));
	host_guest_fences = host_instruction_fences = 0;
}
