/* SPDX-License-Identifier: Apache-2.0 */
/* A guest sees all memory as it is; what it is to execute must reach the instruction fetch, too. */
#include "servers/vmm/vmm.h"

/*
 * FENCE.I is for the hart that executes it (Unprivileged ISA, Zifencei). The others have theirs in
 * the kernel, when a vCPU comes to them; here it orders the stores before the vCPU's start.
 */
void cache_clean(const void *start, uint64_t size)
{
	(void)start, (void)size;
	__asm__ volatile("fence rw, rw\n\tfence.i" : : : "memory");
}
