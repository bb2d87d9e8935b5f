/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's own tables; they have three levels of 512 entries, the last one's are pages. */
#include "arch/include/arch.h"
#include "kernel/boot.h"
#include "kernel/object.h"
#include "kernel/stack.h"

#define ENTRIES 512
#define TABLES 16
#define GIGABYTE (1ul << 30)
#define MEGABYTES_2 (1ul << 21)

extern char kernel_text[], kernel_text_end[], kernel_rodata[], kernel_rodata_end[];
extern char kernel_data[], kernel_init[], kernel_init_end[];
extern char kernel_stacks[], kernel_end[];

uint64_t kernel_tables[TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned int tables_used = 1;

static inline unsigned int index_of(uint64_t address, unsigned int level)
{
	return address >> (39 - 9 * level) & (ENTRIES - 1);
}

/* The entry for `address` at `level`; a table is made where none is yet. */
static BOOT_CODE uint64_t *entry_at(uint64_t address, unsigned int level)
{
	uint64_t *table = kernel_tables[0];
	unsigned int at;

	for (at = 1;; at++) {
		uint64_t *entry = &table[index_of(address, at)];

		if (at == level)
			return entry;
		if (*entry == 0) {
			if (tables_used == TABLES)
				boot_refuse("too many kernel tables");
			*entry = arch_entry_table((uint64_t)kernel_tables[tables_used++]);
		}
		table = (uint64_t *)arch_entry_address(*entry);
	}
}

static BOOT_CODE void map(uint64_t from, uint64_t to, enum arch_kernel_use use)
{
	while (from < to) {
		if (from % GIGABYTE == 0 && to - from >= GIGABYTE) {
			*entry_at(from, 1) = arch_kernel_leaf(from, 1, use);
			from += GIGABYTE;
		} else if (from % MEGABYTES_2 == 0 && to - from >= MEGABYTES_2) {
			*entry_at(from, 2) = arch_kernel_leaf(from, 2, use);
			from += MEGABYTES_2;
		} else {
			*entry_at(from, 3) = arch_kernel_leaf(from, 3, use);
			from += PAGE_SIZE;
		}
	}
}

static BOOT_CODE void map_symbols(const char *from, const char *to, enum arch_kernel_use use)
{
	map((uint64_t)from, (uint64_t)to, use);
}

BOOT_CODE void tables_boot(const struct boot_machine *machine, const uint64_t *devices,
			   unsigned int count)
{
	const char *stack;
	uint64_t image_end = ((uint64_t)kernel_end + MEGABYTES_2 - 1) & ~(MEGABYTES_2 - 1);
	uint64_t ram_end = machine->ram_base + machine->ram_size;

	map_symbols(kernel_text, kernel_text_end, ARCH_KERNEL_TEXT);
	map_symbols(kernel_rodata, kernel_rodata_end, ARCH_KERNEL_CONSTANT);
	/* Boot constants and code share pages: readable and executable, and gone soon. */
	map_symbols(kernel_init, kernel_init_end, ARCH_KERNEL_TEXT);
	map_symbols(kernel_data, kernel_stacks, ARCH_KERNEL_DATA);
	for (stack = kernel_stacks; stack < kernel_end; stack += STACK_STRIDE)
		map_symbols(stack + STACK_GUARD, stack + STACK_STRIDE, ARCH_KERNEL_DATA);
	map((uint64_t)kernel_end, image_end, ARCH_KERNEL_DATA);
	map(image_end, ram_end & ~(PAGE_SIZE - 1ul), ARCH_KERNEL_DATA);
	while (count--) {
		uint64_t base = devices[count] & ~(MEGABYTES_2 - 1);

		*entry_at(base, 2) = arch_kernel_leaf(base, 2, ARCH_KERNEL_DEVICE);
	}
}

struct thread *tables_seal(struct thread *thread)
{
	uint64_t address;

	for (address = (uint64_t)kernel_init; address < (uint64_t)kernel_init_end;
	     address += PAGE_SIZE) {
		uint64_t *table = kernel_tables[0];
		unsigned int at;

		for (at = 1; at < 3; at++)
			table = (uint64_t *)arch_entry_address(table[index_of(address, at)]);
		table[index_of(address, 3)] = 0;
	}
	arch_kernel_flush();
	return thread;
}
