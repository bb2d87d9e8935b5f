/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: the hooks on the exit path. Included at the end of arch/include/arch.h only. */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include "arch/riscv64/registers.h"

/* In the kernel tp is the CPU's structure. */
static inline struct cpu *arch_cpu_pointer(void)
{
	struct cpu *cpu;

	__asm__("mv %0, tp" : "=r"(cpu));
	return cpu;
}

static inline uint64_t arch_clock(void)
{
	return REGISTER_READ(CSR_TIME);
}

extern uint64_t clock_frequency;

static inline uint64_t arch_clock_frequency(void)
{
	return clock_frequency;
}

/*
 * WFI, with an interrupt pending so that it does not wait: an emulator that runs one CPU at a time
 * goes on with another one there, and nowhere else. The look that follows finds nothing new.
 */
static inline void arch_relax(void)
{
	REGISTER_SET(CSR_SIP, INTERRUPT_SOFTWARE);
	__asm__ volatile("wfi" : : : "memory");
}

static inline uint64_t arch_claim(uint64_t *word, uint64_t most)
{
	uint64_t value, again;

	__asm__ volatile goto("1:	lr.d.aq	%0, (%2)\n"
			      "	bgeu	%3, %0, %l[low]\n"
			      "	sc.d	%1, zero, (%2)\n"
			      "	bnez	%1, 1b\n"
			      : "=&r"(value), "=&r"(again)
			      : "r"(word), "r"(most)
			      : "memory"
			      : low);
	if (value == 0)
		__builtin_unreachable();
	return value;
low:
	return 0;
}

static inline bool arch_offer(uint64_t *word, uint64_t value)
{
	uint64_t held, again;

	__asm__ volatile goto("1:	lr.d	%0, (%2)\n"
			      "	bnez	%0, %l[taken]\n"
			      "	sc.d.rl	%1, %3, (%2)\n"
			      "	bnez	%1, 1b\n"
			      : "=&r"(held), "=&r"(again)
			      : "r"(word), "r"(value)
			      : "memory"
			      : taken);
	return true;
taken:
	return false;
}

/* A task's other CSRs change with its FP registers alone, which arch_thread_release is about. */
static inline void arch_context_save(struct arch_context *context)
{
	context->pc = REGISTER_READ(CSR_SEPC);
}

/* --- Entries of tables: the same for tasks, VMs and, but for ENTRY_USER, the kernel (4.3.1) --- */

static inline uint64_t arch_physical(uint64_t address)
{
	return address - KERNEL_OFFSET;
}

static inline uint64_t arch_entry_table(uint64_t table)
{
	return arch_physical(table) >> 2 | ENTRY_VALID;
}

static inline uint64_t arch_entry_leaf(uint64_t address, unsigned int level, uint32_t access,
				       bool device)
{
	uint64_t entry = (device ? address : arch_physical(address)) >> 2;

	(void)level;
	entry |= ENTRY_USED | ENTRY_USER | ENTRY_READ;
	if (access & MAP_WRITE)
		entry |= ENTRY_WRITE;
	if (access & MAP_EXECUTE)
		entry |= ENTRY_EXECUTE;
	return entry;
}

static inline uint64_t arch_entry_address(uint64_t entry)
{
	return (entry >> 10 << 12 & 0xfffffffffff000ul) + KERNEL_OFFSET;
}

static inline uint64_t arch_entry_next(uint64_t leaf)
{
	return leaf + (4096 >> 2);
}

static inline bool arch_entry_is_leaf(uint64_t entry, unsigned int level)
{
	(void)level;
	return (entry & ENTRY_VALID) && (entry & ENTRY_LEAF);
}

static inline void arch_entry_write(uint64_t *entry, uint64_t value)
{
	*(volatile uint64_t *)entry = value;
	BARRIER_STORES();
}

static inline void arch_table_publish(void)
{
	BARRIER_STORES();
}

static inline uint64_t arch_kernel_leaf(uint64_t address, unsigned int level,
					enum arch_kernel_use use)
{
	static const uint64_t attributes[] = {
		[ARCH_KERNEL_TEXT] = ENTRY_READ | ENTRY_EXECUTE,
		[ARCH_KERNEL_CONSTANT] = ENTRY_READ,
		[ARCH_KERNEL_DATA] = ENTRY_READ | ENTRY_WRITE,
		[ARCH_KERNEL_DEVICE] = ENTRY_READ | ENTRY_WRITE,
	};

	(void)level;
	return arch_physical(address) >> 2 | ENTRY_USED | ENTRY_GLOBAL | attributes[use];
}

/* x6 handle or status, x7 label, x8 badge, x9 sequence, x10 to x17 words; see servers/rt/. */
static inline uint64_t *arch_call_registers(struct arch_context *context)
{
	return &context->x[6];
}

#endif
