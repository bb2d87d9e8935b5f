/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU's interrupt page, as an interrupt controller writes it while it has the exit in hand. The
 * external interrupt is a level: each turn the page is made to show it. The software interrupt is
 * the guest's to clear, so the page is told once: a generation, part of the controller's state,
 * counts what was to be told, odd that it is pending, even that it is not; the page names the last
 * one that it knows.
 */
#ifndef LIB_RISCV64_PAGE_H
#define LIB_RISCV64_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/riscv64.h"

/* The generation after this one in which the software interrupt is sent, or taken away. */
static inline uint64_t page_generation_sent(uint64_t generation)
{
	return (generation + 1) | 1;
}

static inline uint64_t page_generation_removed(uint64_t generation)
{
	return (generation + 2) & ~1ull;
}

/* Whether the software interrupt is pending, in the page or as soon as that is told. */
static inline bool page_software(const struct vcpu_interrupts *page, uint64_t generation)
{
	if (__builtin_expect(page->generation != generation, 0))
		return generation & 1;
	return page->pending & VCPU_SOFTWARE;
}

/* Brings the page in line with what was committed. */
static inline void page_show(struct vcpu_interrupts *page, uint64_t generation, bool external)
{
	uint64_t pending = page->pending & ~(uint64_t)VCPU_EXTERNAL;

	if (external)
		pending |= VCPU_EXTERNAL;
	if (__builtin_expect(page->generation == generation, 1)) {
		page->pending = pending;
		return;
	}
	pending &= ~(uint64_t)VCPU_SOFTWARE;
	page->pending = generation & 1 ? pending | VCPU_SOFTWARE : pending;
	/* A life that is cut before has written nothing that its next one does not write again. */
	__atomic_store_n(&page->generation, generation, __ATOMIC_RELEASE);
}

#endif
