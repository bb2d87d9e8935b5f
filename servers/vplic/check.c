/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every committed state: what the code indexes with, and what it derived. */
#include "servers/vplic/vplic.h"

/* Requests of the gateways; there is no source 0. */
static bool sources_are_right(const struct vplic_state *plic)
{
	uint64_t requested = plic->pending | plic->claimed;

	return !(requested & ~VPLIC_ALL_SOURCES) && !(plic->pending & plic->claimed) &&
	       !(plic->edge & ~plic->claimed) && !(plic->level & ~requested);
}

/* Who is above a priority is above each lower one, and nobody above the greatest. */
static bool priorities_are_right(const struct vplic_state *plic)
{
	uint64_t lower = VPLIC_ALL_SOURCES;
	uint32_t priority;

	for (priority = 0; priority < VPLIC_PRIORITIES; priority++) {
		if (plic->above[priority] & ~lower)
			return false;
		lower = plic->above[priority];
	}
	return lower == 0;
}

static bool context_is_right(const struct vplic_state *plic, uint32_t context)
{
	uint64_t enabled = plic->enabled[context], forwarded = plic->forwarded[context];
	uint32_t threshold = plic->threshold[context];
	bool external = plic->external >> context & 1;

	if (context >= plic->vcpus)
		return !enabled && !forwarded && !threshold && !external;
	return !(enabled & ~VPLIC_ALL_SOURCES) && threshold < VPLIC_PRIORITIES &&
	       forwarded == (enabled & plic->above[threshold]) &&
	       external == !!(plic->pending & forwarded);
}

bool vplic_check(const struct vplic_state *plic, uint32_t vcpus)
{
	uint32_t context;

	if (plic->vcpus != vcpus || plic->external >> VPLIC_VCPUS || !sources_are_right(plic) ||
	    !priorities_are_right(plic))
		return false;
	for (context = 0; context < VPLIC_VCPUS; context++)
		if (!context_is_right(plic, context))
			return false;
	return true;
}
