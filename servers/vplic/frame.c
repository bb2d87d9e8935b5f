/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers. All are words and accessed as such ("Memory Map"); those that are reserved, or of
 * sources and contexts that are not there, read as zero and ignore writes.
 */
#include "servers/vplic/registers.h"
#include "servers/vplic/sources.h"

#define WORDS (VPLIC_SOURCES / 32)

/* The context of an offset from PLIC_CONTEXT on, as far as there are registers. */
static inline uint32_t context_of(uint32_t offset)
{
	return (offset - PLIC_CONTEXT) / PLIC_CONTEXT_SIZE;
}

static inline bool access_is_right(uint64_t offset, uint64_t width)
{
	return width == 4 && offset % 4 == 0 && offset < PLIC_SIZE;
}

static uint32_t word_read(uint64_t sources, uint32_t word)
{
	return word < WORDS ? (uint32_t)(sources >> 32 * word) : 0;
}

static uint32_t priority_read(const struct vplic_state *plic, uint32_t source)
{
	uint32_t priority = 0;

	if (source >= VPLIC_SOURCES)
		return 0;
	while (priority < VPLIC_PRIORITIES && (plic->above[priority] >> source & 1))
		priority++;
	return priority;
}

static uint32_t register_read(const struct vplic_state *plic, uint32_t offset)
{
	uint32_t context;

	if (offset < PLIC_PRIORITY_END)
		return priority_read(plic, offset / 4);
	if (offset < PLIC_PENDING_END)
		return word_read(plic->pending, (offset - PLIC_PENDING) / 4);
	if (offset < PLIC_ENABLE || offset >= PLIC_ENABLE_END)
		return 0;
	context = (offset - PLIC_ENABLE) / PLIC_ENABLE_SIZE;
	if (context >= plic->vcpus)
		return 0;
	return word_read(plic->enabled[context], offset % PLIC_ENABLE_SIZE / 4);
}

status_t vplic_read(struct vplic_state *plic, uint64_t offset, uint64_t width, uint64_t *value)
{
	uint32_t at = (uint32_t)offset, context = context_of(at);

	if (!access_is_right(offset, width))
		return STATUS_BAD_ARGUMENT;
	*value = 0;
	if (at < PLIC_CONTEXT)
		*value = register_read(plic, at);
	else if (context >= plic->vcpus)
		return STATUS_OK;
	else if (at % PLIC_CONTEXT_SIZE == PLIC_CLAIM)
		*value = vplic_claim(plic, context);
	else if (at % PLIC_CONTEXT_SIZE == PLIC_THRESHOLD)
		*value = plic->threshold[context];
	return STATUS_OK;
}

static void forward(struct vplic_state *plic, uint32_t context)
{
	uint64_t now = plic->enabled[context] & plic->above[plic->threshold[context]];

	if (now == plic->forwarded[context])
		return;
	RT_TOUCH(plic->forwarded[context]);
	plic->forwarded[context] = now;
}

/* After the enables or the threshold of contexts first..last changed, or priorities. */
static void contexts_forward(struct vplic_state *plic, uint32_t first, uint32_t last)
{
	uint32_t context;

	for (context = first; context <= last; context++)
		forward(plic, context);
	if (sources_external(plic) == plic->external)
		return;
	sources_touch(plic);
	sources_update(plic);
}

static void priority_write(struct vplic_state *plic, uint32_t source, uint32_t value)
{
	uint64_t bit = 1ull << source % VPLIC_SOURCES;
	uint32_t priority;

	value %= VPLIC_PRIORITIES;
	if (source == 0 || source >= VPLIC_SOURCES || priority_read(plic, source) == value)
		return;
	RT_TOUCH(plic->above);
	for (priority = 0; priority < VPLIC_PRIORITIES; priority++) {
		plic->above[priority] &= ~bit;
		plic->above[priority] |= value > priority ? bit : 0;
	}
	contexts_forward(plic, 0, plic->vcpus - 1);
}

static void enable_write(struct vplic_state *plic, uint32_t context, uint32_t word, uint32_t value)
{
	uint64_t mask = VPLIC_ALL_SOURCES & (uint64_t)UINT32_MAX << 32 * (word % WORDS);

	if (context >= plic->vcpus || word >= WORDS)
		return;
	RT_TOUCH(plic->enabled[context]);
	plic->enabled[context] &= ~mask;
	plic->enabled[context] |= (uint64_t)value << 32 * word & mask;
	contexts_forward(plic, context, context);
}

static void threshold_write(struct vplic_state *plic, uint32_t context, uint32_t value)
{
	RT_TOUCH(plic->threshold[context]);
	plic->threshold[context] = value % VPLIC_PRIORITIES;
	contexts_forward(plic, context, context);
}

static void register_write(struct vplic_state *plic, uint32_t offset, uint32_t value)
{
	if (offset < PLIC_PRIORITY_END)
		priority_write(plic, offset / 4, value);
	else if (offset >= PLIC_ENABLE && offset < PLIC_ENABLE_END)
		enable_write(plic, (offset - PLIC_ENABLE) / PLIC_ENABLE_SIZE,
			     offset % PLIC_ENABLE_SIZE / 4, value);
}

status_t vplic_write(struct vplic_state *plic, uint64_t offset, uint64_t width, uint64_t value)
{
	uint32_t at = (uint32_t)offset, context = context_of(at);

	if (!access_is_right(offset, width))
		return STATUS_BAD_ARGUMENT;
	if (at < PLIC_CONTEXT)
		register_write(plic, at, (uint32_t)value);
	else if (context >= plic->vcpus)
		return STATUS_OK;
	else if (at % PLIC_CONTEXT_SIZE == PLIC_CLAIM)
		vplic_complete(plic, context, (uint32_t)value);
	else if (at % PLIC_CONTEXT_SIZE == PLIC_THRESHOLD)
		threshold_write(plic, context, (uint32_t)value);
	return STATUS_OK;
}
