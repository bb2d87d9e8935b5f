/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the APLIC. */
#ifndef VAIA_APLIC_H
#define VAIA_APLIC_H

#include "servers/rt/durable.h"
#include "servers/vaia/registers.h"
#include "servers/vaia/vaia.h"

_Static_assert(sizeof(struct vaia_aplic) == DURABLE_LINE, "one touch does for all but targets");
_Static_assert(offsetof(struct vaia_state, aplic) % DURABLE_LINE == 0, "its own line");
_Static_assert(VAIA_SOURCES == 64, "a bit of a word each");

/* There is no source 0. */
#define APLIC_SOURCES (UINT64_MAX - 1)

static inline void aplic_touch(const struct vaia_aplic *aplic)
{
	rt_touch(aplic, 1);
}

/* Which wires are asserted, as their modes have it; others are zero (AIA 4.5.2). */
static inline uint64_t aplic_rectified(const struct vaia_aplic *aplic)
{
	return (aplic->level ^ aplic->inverted) & aplic->wired;
}

#endif
