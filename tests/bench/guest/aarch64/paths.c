/* SPDX-License-Identifier: Apache-2.0 */
#define COUNTER_TEXT(to) "mrs " to ", cntvct_el0\n\t"
#define TICKS_CHANGED "x1", "x2", "x3"

#include "tests/bench/guest/ticks.h"

#define HYPERCALL_UID 0x8600ff01ul

uint64_t empty_ticks(void)
{
	return TICKS("", );
}

uint64_t hypercall_ticks(void)
{
	register uint64_t function __asm__("x0") = HYPERCALL_UID;

	return TICKS("hvc #0", "r"(function));
}

uint64_t read_ticks(uint64_t address)
{
	return TICKS("ldr x1, [%2]", "r"(address));
}

uint64_t write_ticks(uint64_t address)
{
	return TICKS("str xzr, [%2]", "r"(address));
}

bool sysreg_there(const uint8_t *tree)
{
	(void)tree;
	return true;
}

uint64_t sysreg_ticks(void)
{
	return TICKS("mrs x1, id_aa64pfr0_el1", );
}

void stamp_between(uint64_t first, uint64_t second, uint64_t *resumed, uint64_t *sent)
{
	__asm__ volatile("ldr x1, [%2]\n\t" COUNTER_TEXT("%0") COUNTER_TEXT("%1") "ldr x1, [%3]"
			 : "=&r"(*resumed), "=&r"(*sent)
			 : "r"(first), "r"(second)
			 : "memory", "x1");
}
