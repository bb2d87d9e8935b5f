/* SPDX-License-Identifier: Apache-2.0 */
/* What an interrupt controller has of its VM's vCPUs: their pages, and handles to kick them. */
#ifndef LIB_VCPUS_H
#define LIB_VCPUS_H

#include <stdbool.h>

#include "servers/lib/argument.h"
#include "servers/rt/syscall.h"

#define VCPUS_MOST 8

struct vcpu_interrupts; /* ipc/<arch>.h */

struct vcpus {
	uint32_t count;
	handle_t handle[VCPUS_MOST];
	/*
	 * A page is ours to write while its vCPU's exit is in hand (vcpus_came). If an earlier life
	 * was cut before it wrote what it had committed, the message comes again, and with it the
	 * turn to write.
	 */
	struct vcpu_interrupts *page[VCPUS_MOST];
};

/* From the arguments "vcpus", "vcpu<n>" and "interrupts<n>"; ends the server if they are wrong. */
static inline void vcpus_open(struct vcpus *vcpus)
{
	uint64_t count = rt_argument("vcpus");
	uint32_t vcpu;

	if (count < 1 || count > VCPUS_MOST)
		rt_fail("%lu vCPUs: the interrupt controller has 1 to %u", count, VCPUS_MOST);
	vcpus->count = (uint32_t)count;
	for (vcpu = 0; vcpu < count; vcpu++) {
		vcpus->handle[vcpu] = (handle_t)argument_at("vcpu", vcpu);
		vcpus->page[vcpu] = (void *)argument_at("interrupts", vcpu);
	}
}

/* One bit for each. */
static inline uint32_t vcpus_all(const struct vcpus *vcpus)
{
	return (1u << vcpus->count) - 1;
}

static inline void vcpus_kick(const struct vcpus *vcpus, uint32_t kicks)
{
	for (; kicks; kicks &= kicks - 1)
		rt_vcpu_kick(vcpus->handle[__builtin_ctz(kicks)]);
}

/*
 * Whether the message is the exit of a vCPU there is, and came over a route whose badge is in
 * first..last: nobody but the kernel has such badges.
 */
static inline bool vcpus_came(const struct vcpus *vcpus, uint64_t badge, uint32_t first,
			      uint32_t last)
{
	return MESSAGE_ROUTE(badge) - first <= last - first && MESSAGE_VCPU(badge) < vcpus->count;
}

#endif
