/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gateways and claims. A gateway forwards one request, and the next one after its completion: what
 * it forwarded is pending until somebody claims it, also if the line falls meanwhile. Of the edges
 * that come while a source is claimed one is kept, so that none goes by unseen.
 */
#include "servers/vplic/sources.h"

static inline bool source_is_there(uint64_t source)
{
	return source - 1 < VPLIC_SOURCES - 1;
}

status_t vplic_line_set(struct vplic_state *plic, uint64_t source, uint64_t level)
{
	uint64_t bit = 1ull << source % VPLIC_SOURCES;

	if (!source_is_there(source) || level > 1)
		return STATUS_BAD_ARGUMENT;
	if (!(plic->level & bit) == !level)
		return STATUS_OK;
	sources_touch(plic);
	plic->level ^= bit;
	if (level && !((plic->pending | plic->claimed) & bit)) {
		plic->pending |= bit;
		sources_update(plic);
	}
	return STATUS_OK;
}

status_t vplic_line_pulse(struct vplic_state *plic, uint64_t source)
{
	uint64_t bit = 1ull << source % VPLIC_SOURCES;

	if (!source_is_there(source))
		return STATUS_BAD_ARGUMENT;
	/* What nobody has claimed yet is served after this edge, too. */
	if ((plic->pending | plic->edge) & bit)
		return STATUS_OK;
	sources_touch(plic);
	if (plic->claimed & bit) {
		plic->edge |= bit;
	} else {
		plic->pending |= bit;
		sources_update(plic);
	}
	return STATUS_OK;
}

/* The threshold does not count here: "Interrupt Claim Process". */
uint32_t vplic_claim(struct vplic_state *plic, uint32_t context)
{
	uint64_t best = plic->pending & plic->enabled[context] & plic->above[0], higher;
	uint32_t priority, source;

	if (!best)
		return 0;
	for (priority = 1; priority < VPLIC_PRIORITIES; priority++) {
		higher = best & plic->above[priority];
		if (!higher)
			break;
		best = higher;
	}
	source = (uint32_t)__builtin_ctzll(best);
	sources_touch(plic);
	plic->pending &= ~(1ull << source);
	plic->claimed |= 1ull << source;
	sources_update(plic);
	return source;
}

void vplic_complete(struct vplic_state *plic, uint32_t context, uint64_t source)
{
	uint64_t bit = 1ull << source % VPLIC_SOURCES;

	if (!source_is_there(source) || !(plic->claimed & plic->enabled[context] & bit))
		return;
	sources_touch(plic);
	plic->claimed &= ~bit;
	if (!((plic->level | plic->edge) & bit))
		return;
	plic->edge &= ~bit;
	plic->pending |= bit;
	sources_update(plic);
}
