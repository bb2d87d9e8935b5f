/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2's own first-stage tables: everything at its physical address, nothing both writable and
 * executable, a hole under each kernel stack, and no boot code once boot is over (Arm ARM D8.3).
 */
#include "arch/aarch64/hardware.h"
#include "kernel/boot.h"

#define ENTRIES 512
#define TABLES 16
#define GIGABYTE (1ul << 30)
#define MEGABYTES_2 (1ul << 21)

#define TABLE 3ul
#define BLOCK 1ul
#define PAGE 3ul
#define NORMAL (0ul << 2 | 3ul << 8 | 1ul << 10 | 1ul << 6)
#define DEVICE (1ul << 2 | 1ul << 10 | 1ul << 6)
#define READ_ONLY (1ul << 7)
#define NO_EXECUTE (1ul << 54)

#define MAIR 0x04fful             /* 0: write-back; 1: device nGnRE */
#define TCR 0x80823519ul          /* 39-bit addresses, 40-bit physical, 4 KiB, shareable */
#define SCTLR 0x30cd183dul        /* MMU, caches, stack alignment, WXN; RES1 bits */
#define VTCR 0x80023558ul         /* 40-bit intermediate addresses from level 1, 4 KiB */

extern char kernel_text[], kernel_text_end[], kernel_rodata[], kernel_rodata_end[];
extern char kernel_data[], kernel_init[], kernel_init_end[];
extern char kernel_stacks[], kernel_end[];

static uint64_t tables[TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned int tables_used = 1;

/* The entry for `address` at `level`; a table is made where none is yet. */
static BOOT_CODE uint64_t *entry_at(uint64_t address, unsigned int level)
{
	uint64_t *table = tables[0];
	unsigned int at;

	for (at = 1;; at++) {
		uint64_t *entry = &table[address >> (39 - 9 * at) & (ENTRIES - 1)];

		if (at == level)
			return entry;
		if (*entry == 0) {
			if (tables_used == TABLES)
				boot_refuse("too many kernel tables");
			*entry = (uint64_t)tables[tables_used++] | TABLE;
		}
		table = (uint64_t *)(*entry & 0xfffffffff000ul);
	}
}

static BOOT_CODE void map(uint64_t from, uint64_t to, uint64_t attributes)
{
	while (from < to) {
		if (from % GIGABYTE == 0 && to - from >= GIGABYTE) {
			*entry_at(from, 1) = from | attributes | BLOCK;
			from += GIGABYTE;
		} else if (from % MEGABYTES_2 == 0 && to - from >= MEGABYTES_2) {
			*entry_at(from, 2) = from | attributes | BLOCK;
			from += MEGABYTES_2;
		} else {
			*entry_at(from, 3) = from | attributes | PAGE;
			from += PAGE_SIZE;
		}
	}
}

static BOOT_CODE void map_symbols(const char *from, const char *to, uint64_t attributes)
{
	map((uint64_t)from, (uint64_t)to, attributes);
}

BOOT_CODE void tables_boot(uint64_t ram_base, uint64_t ram_size, const uint64_t *devices,
			   unsigned int count)
{
	const char *stack;
	uint64_t image_end = ((uint64_t)kernel_end + MEGABYTES_2 - 1) & ~(MEGABYTES_2 - 1);

	map(ram_base, (uint64_t)kernel_text, NORMAL | NO_EXECUTE);
	map_symbols(kernel_text, kernel_text_end, NORMAL | READ_ONLY);
	map_symbols(kernel_rodata, kernel_rodata_end, NORMAL | READ_ONLY | NO_EXECUTE);
	/* Boot constants and code share pages: readable and executable, and gone soon. */
	map_symbols(kernel_init, kernel_init_end, NORMAL | READ_ONLY);
	map_symbols(kernel_data, kernel_stacks, NORMAL | NO_EXECUTE);
	for (stack = kernel_stacks; stack < kernel_end; stack += STACK_STRIDE)
		map_symbols(stack + STACK_GUARD, stack + STACK_STRIDE, NORMAL | NO_EXECUTE);
	map((uint64_t)kernel_end, image_end, NORMAL | NO_EXECUTE);
	map(image_end, (ram_base + ram_size) & ~(PAGE_SIZE - 1ul), NORMAL | NO_EXECUTE);
	while (count--) {
		uint64_t base = devices[count] & ~(MEGABYTES_2 - 1);

		*entry_at(base, 2) = base | DEVICE | NO_EXECUTE | BLOCK;
	}
}

BOOT_CODE void tables_use(void)
{
	REGISTER_WRITE(mair_el2, MAIR);
	REGISTER_WRITE(tcr_el2, TCR);
	REGISTER_WRITE(ttbr0_el2, (uint64_t)tables[0]);
	REGISTER_WRITE(vtcr_el2, VTCR);
	__asm__ volatile("dsb ish\n\ttlbi alle2\n\ttlbi alle1\n\tdsb ish\n\tisb" : : : "memory");
	REGISTER_WRITE(sctlr_el2, SCTLR);
	BARRIER_INSTRUCTIONS();
}

/* The last step of boot, from code that stays. Returns its argument. */
struct thread *tables_seal(struct thread *thread);
struct thread *tables_seal(struct thread *thread)
{
	uint64_t address;

	for (address = (uint64_t)kernel_init; address < (uint64_t)kernel_init_end;
	     address += PAGE_SIZE) {
		uint64_t *table = (uint64_t *)(tables[0][address >> 30] & 0xfffffffff000ul);

		table = (uint64_t *)(table[address >> 21 & (ENTRIES - 1)] & 0xfffffffff000ul);
		table[address >> 12 & (ENTRIES - 1)] = 0;
	}
	__asm__ volatile("dsb ish\n\ttlbi alle2is\n\tdsb ish\n\tisb" : : : "memory");
	return thread;
}
