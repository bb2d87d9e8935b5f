/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's own page tables (Sv39): everything at its own address, and a few pages at PAGES, which
 * may be anything.
 */
#ifndef GUESTS_PAGING_H
#define GUESTS_PAGING_H

#include <stdint.h>

#include "arch_guest.h"

#define PAGE 4096ul
#define PAGES 0x100000000ul
#define GIGABYTE_SHIFT 30

#define PTE_VALID 1ul
#define PTE_READ 2ul
#define PTE_WRITE 4ul
#define PTE_EXECUTE 8ul
#define PTE_USER 16ul
#define PTE_USED 0xc0ul /* accessed, dirty */
#define PTE_DATA (PTE_VALID | PTE_READ | PTE_WRITE | PTE_USED)

#define SATP_SV39 (8ul << 60)
#define SATP_ASID_SHIFT 44

static volatile uint64_t page_root[512] __attribute__((aligned(4096)));
static volatile uint64_t page_middle[512] __attribute__((aligned(4096)));
static volatile uint64_t page_leaf[512] __attribute__((aligned(4096)));

static inline uint64_t page_entry(uint64_t physical, uint64_t flags)
{
	return physical >> 12 << 10 | flags;
}

static inline void pages_make(void)
{
	page_root[0] = page_entry(0, PTE_DATA);
	page_root[RAM >> GIGABYTE_SHIFT] = page_entry(RAM, PTE_DATA | PTE_EXECUTE);
	page_root[PAGES >> GIGABYTE_SHIFT] = page_entry((uint64_t)page_middle, PTE_VALID);
	page_middle[0] = page_entry((uint64_t)page_leaf, PTE_VALID);
}

/* The calling vCPU's. */
static inline void pages_use(uint64_t asid)
{
	REGISTER_WRITE(satp, SATP_SV39 | asid << SATP_ASID_SHIFT | (uint64_t)page_root >> 12);
	__asm__ volatile("sfence.vma" : : : "memory");
}

static inline void pages_leave(void)
{
	REGISTER_WRITE(satp, 0);
	__asm__ volatile("sfence.vma" : : : "memory");
}

#endif
