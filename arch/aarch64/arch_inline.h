/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: the hooks on the exit path. Included at the end of arch/include/arch.h only. */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include "arch/aarch64/registers.h"

static inline struct cpu *arch_cpu_pointer(void)
{
	struct cpu *cpu;

	__asm__("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

static inline uint64_t arch_clock(void)
{
	BARRIER_INSTRUCTIONS();
	return REGISTER_READ(cntpct_el0);
}

static inline uint64_t arch_clock_frequency(void)
{
	return REGISTER_READ(cntfrq_el0);
}

static inline void arch_relax(void)
{
	HINT_YIELD();
}

static inline uint64_t arch_claim(uint64_t *word, uint64_t most)
{
	uint64_t value;
	uint32_t again;

	__asm__ volatile goto("1:	ldaxr	%0, [%2]\n"
			      "	cmp	%0, %3\n"
			      "	b.ls	%l[low]\n"
			      "	stxr	%w1, xzr, [%2]\n"
			      "	cbnz	%w1, 1b\n"
			      : "=&r"(value), "=&r"(again)
			      : "r"(word), "ri"(most)
			      : "cc", "memory"
			      : low);
	if (value == 0)
		__builtin_unreachable();
	return value;
low:
	return 0;
}

static inline bool arch_offer(uint64_t *word, uint64_t value)
{
	uint64_t held;
	uint32_t again;

	__asm__ volatile goto("1:	ldxr	%0, [%2]\n"
			      "	cbnz	%0, %l[taken]\n"
			      "	stlxr	%w1, %3, [%2]\n"
			      "	cbnz	%w1, 1b\n"
			      : "=&r"(held), "=&r"(again)
			      : "r"(word), "r"(value)
			      : "memory"
			      : taken);
	return true;
taken:
	return false;
}

static inline void arch_context_save(struct arch_context *context)
{
	uint64_t pc = REGISTER_READ(elr_el2), pstate = REGISTER_READ(spsr_el2);
	uint64_t sp_el0 = REGISTER_READ(sp_el0), tpidr_el0 = REGISTER_READ(tpidr_el0);

	/* All of them first, so that they are stored in pairs. */
	context->pc = pc;
	context->pstate = pstate;
	context->sp_el0 = sp_el0;
	context->tpidr_el0 = tpidr_el0;
}

/* --- EL2's own tables (Arm ARM D8.3) --- */

static inline uint64_t arch_kernel_leaf(uint64_t address, unsigned int level,
					enum arch_kernel_use use)
{
	static const uint64_t attributes[] = {
		[ARCH_KERNEL_TEXT] = LEAF_NORMAL | LEAF_READ_ONLY,
		[ARCH_KERNEL_CONSTANT] = LEAF_NORMAL | LEAF_READ_ONLY | LEAF_NO_EXECUTE,
		[ARCH_KERNEL_DATA] = LEAF_NORMAL | LEAF_NO_EXECUTE,
		[ARCH_KERNEL_DEVICE] = LEAF_DEVICE | LEAF_NO_EXECUTE,
	};

	return address | attributes[use] | (level == 3 ? 3 : 1);
}

/* --- Second-stage entries (Arm ARM D8.3) --- */

static inline uint64_t arch_entry_table(uint64_t table)
{
	return table | 3;
}

static inline uint64_t arch_entry_leaf(uint64_t address, unsigned int level, uint32_t access,
				       bool device)
{
	uint64_t entry = address | 3ul << 8 | 1ul << 10 | (level == 3 ? 3 : 1);

	entry |= device ? 1ul << 2 : 0xful << 2;
	if (access & MAP_READ)
		entry |= 1ul << 6;
	if (access & MAP_WRITE)
		entry |= 1ul << 7;
	if (!(access & MAP_EXECUTE))
		entry |= 2ul << 53;
	return entry;
}

static inline uint64_t arch_entry_address(uint64_t entry)
{
	return entry & 0xfffffffff000ul;
}

static inline uint64_t arch_entry_next(uint64_t leaf)
{
	return leaf + 4096;
}

static inline bool arch_entry_is_leaf(uint64_t entry, unsigned int level)
{
	return (entry & 3) == (level == 3 ? 3 : 1);
}

static inline void arch_entry_write(uint64_t *entry, uint64_t value)
{
	*(volatile uint64_t *)entry = value;
	BARRIER_STORES();
}

static inline uint64_t arch_physical(uint64_t address)
{
	return address;
}

static inline void arch_table_publish(void)
{
	BARRIER_STORES();
}

static inline uint64_t *arch_call_registers(struct arch_context *context)
{
	return context->x;
}

#endif
