/* SPDX-License-Identifier: Apache-2.0 */
/* The words of an interrupt file: from what is pending and enabled to what its vCPU is told. */
#ifndef VAIA_FILE_H
#define VAIA_FILE_H

#include "servers/rt/durable.h"
#include "servers/vaia/registers.h"
#include "servers/vaia/vaia.h"

_Static_assert(sizeof(struct vaia_vcpu) == DURABLE_LINE, "one touch does for a vCPU");
_Static_assert(offsetof(struct vaia_state, vcpu) % DURABLE_LINE == 0, "and it is its own line");
_Static_assert(VAIA_IDENTITIES + 1 == 64 * VAIA_WORDS, "each bit but the first is an identity");

/* There is no identity 0. */
#define FILE_WORD(index) ((index) ? UINT64_MAX : UINT64_MAX - 1)

static inline void vcpu_touch(const struct vaia_vcpu *vcpu)
{
	rt_touch(vcpu, 1);
}

/* The lowest identity that is pending and enabled, if the threshold lets it through; else 0. */
static inline uint32_t file_top(const struct vaia_vcpu *file)
{
	uint64_t low = file->pending[0] & file->enabled[0];
	uint64_t high = file->pending[1] & file->enabled[1];
	uint32_t identity = 0;

	if (low)
		identity = (uint32_t)__builtin_ctzll(low);
	else if (high)
		identity = 64 + (uint32_t)__builtin_ctzll(high);
	return file->eithreshold && identity >= file->eithreshold ? 0 : identity;
}

/* Whether the vCPU's external interrupt is pending. */
static inline bool file_asserts(const struct vaia_vcpu *file)
{
	return file->eidelivery && file_top(file);
}

#endif
