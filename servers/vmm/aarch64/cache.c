/* SPDX-License-Identifier: Apache-2.0 */
/* A guest starts with its caches off: what it is to see must stand in memory itself. */
#include "servers/vmm/vmm.h"

void cache_clean(const void *start, uint64_t size)
{
	uint64_t type, line, address, end = (uint64_t)start + size;

	__asm__("mrs %0, ctr_el0" : "=r"(type));
	line = 4ull << (type >> 16 & 0xf); /* DminLine, in words */
	for (address = (uint64_t)start & ~(line - 1); address < end; address += line)
		__asm__ volatile("dc cvac, %0" : : "r"(address) : "memory");
	/* Complete before the vCPU starts, which the kernel does after this. */
	__asm__ volatile("dsb sy" : : : "memory");
}
