/* SPDX-License-Identifier: Apache-2.0 */
/* The fake architecture's hooks on the exit path. */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#define FAKE_VALID 1ul
#define FAKE_TABLE 2ul
#define FAKE_ACCESS_SHIFT 2
#define FAKE_DEVICE (1ul << 5)

struct cpu *fake_cpu(void);
uint64_t fake_clock(void);
void fake_relax(void);
void fake_meanwhile(void);
void fake_context_save(struct arch_context *context);
void fake_entry_written(uint64_t before, uint64_t after);

static inline struct cpu *arch_cpu_pointer(void)
{
	return fake_cpu();
}

static inline uint64_t arch_clock(void)
{
	return fake_clock();
}

static inline uint64_t arch_clock_frequency(void)
{
	return 1000000;
}

static inline void arch_relax(void)
{
	fake_relax();
}

static inline uint64_t arch_claim(uint64_t *word, uint64_t most)
{
	uint64_t value = *word;

	if (value <= most) {
		fake_meanwhile();
		return 0;
	}
	*word = 0;
	return value;
}

static inline bool arch_offer(uint64_t *word, uint64_t value)
{
	bool free;

	fake_meanwhile();
	free = *word == 0;
	if (free)
		*word = value;
	return free;
}

static inline void arch_context_save(struct arch_context *context)
{
	fake_context_save(context);
}

static inline uint64_t arch_entry_table(uint64_t table)
{
	return table | FAKE_VALID | FAKE_TABLE;
}

static inline uint64_t arch_entry_leaf(uint64_t address, unsigned int level, uint32_t access,
				       bool device)
{
	(void)level;
	return address | FAKE_VALID | (uint64_t)access << FAKE_ACCESS_SHIFT |
	       (device ? FAKE_DEVICE : 0);
}

static inline uint64_t arch_entry_address(uint64_t entry)
{
	return entry & ~0xffful;
}

static inline uint64_t arch_entry_next(uint64_t leaf)
{
	return leaf + 4096;
}

static inline bool arch_entry_is_leaf(uint64_t entry, unsigned int level)
{
	(void)level;
	return (entry & (FAKE_VALID | FAKE_TABLE)) == FAKE_VALID;
}

static inline void arch_entry_write(uint64_t *entry, uint64_t value)
{
	fake_entry_written(*entry, value);
	*entry = value;
}

static inline uint64_t arch_kernel_leaf(uint64_t address, unsigned int level,
					enum arch_kernel_use use)
{
	(void)level, (void)use;
	return address | FAKE_VALID;
}

static inline uint64_t arch_physical(uint64_t address)
{
	return address;
}

static inline void arch_table_publish(void)
{
}

static inline uint64_t *arch_call_registers(struct arch_context *context)
{
	return context->x;
}

#endif
