/* SPDX-License-Identifier: Apache-2.0 */
#define COUNTER_TEXT(to) "rdcycle " to "\n\t"
#define TICKS_CHANGED "a0", "a1"

#include "tests/bench/guest/ticks.h"

#define BASE_IMPLEMENTATION 1 /* the kernel answers it by itself */

uint64_t empty_ticks(void)
{
	return TICKS("", );
}

uint64_t hypercall_ticks(void)
{
	register uint64_t function __asm__("a6") = BASE_IMPLEMENTATION;
	register uint64_t extension __asm__("a7") = SBI_BASE;

	return TICKS("ecall", "r"(function), "r"(extension));
}

uint64_t read_ticks(uint64_t address)
{
	return TICKS("ld a1, 0(%2)", "r"(address));
}

uint64_t write_ticks(uint64_t address)
{
	return TICKS("sd zero, 0(%2)", "r"(address));
}

/* An AIA's: the system says so. */
bool sysreg_there(const uint8_t *tree)
{
	return tree_says(tree, "stopi");
}

uint64_t sysreg_ticks(void)
{
	return TICKS("csrr a1, 0xdb0", ); /* stopi */
}

void stamp_between(uint64_t first, uint64_t second, uint64_t *resumed, uint64_t *sent)
{
	__asm__ volatile("ld a1, 0(%2)\n\t" COUNTER_TEXT("%0") COUNTER_TEXT("%1") "ld a1, 0(%3)"
			 : "=&r"(*resumed), "=&r"(*sent)
			 : "r"(first), "r"(second)
			 : "memory", "a1");
}
