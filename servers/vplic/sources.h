/* SPDX-License-Identifier: Apache-2.0 */
/* The words of all sources, which share a line: from what is pending to what contexts are told. */
#ifndef VPLIC_SOURCES_H
#define VPLIC_SOURCES_H

#include "servers/rt/durable.h"
#include "servers/vplic/vplic.h"

_Static_assert(offsetof(struct vplic_state, generation) == DURABLE_LINE, "one touch does");

/* Of all that the usual interrupt changes. */
static inline void sources_touch(const struct vplic_state *plic)
{
	rt_touch(plic, 1);
}

/* What contexts are to be told now. */
static inline uint32_t sources_external(const struct vplic_state *plic)
{
	uint64_t pending = plic->pending;
	uint32_t external = 0, context;

	for (context = 0; context < plic->vcpus; context++)
		external |= (uint32_t)!!(pending & plic->forwarded[context]) << context;
	return external;
}

/* After pending interrupts, or what is forwarded of them, changed; sources are touched. */
static inline void sources_update(struct vplic_state *plic)
{
	uint32_t external = sources_external(plic);

	controller_kicks |= external ^ plic->external;
	plic->external = external;
}

#endif
