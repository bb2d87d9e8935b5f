/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An architecture of the build machine's: kernel/ runs as part of a test. Its tables lie in the
 * test's memory and its hardware is struct fake. Only what arch/include/arch.h asks for is here.
 */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stdint.h>

#include "ipc/aarch64.h"

/* Unlike aarch64's, the root table is one page: nothing in kernel/ may lean on its size. */
#define ARCH_SPACE_SIZE (1ul << 39)
#define ARCH_SPACE_IDENTIFIERS 64
#define ARCH_SPACE_ROOT_LEVEL 1
#define ARCH_TASK_ROOT_SIZE 4096u
#define ARCH_VM_ROOT_SIZE 4096u

#define ARCH_IRQ_COUNT 64u
#define ARCH_IRQ_FIRST_DEVICE 32u
#define ARCH_IRQ_LOOK 0u
#define ARCH_IRQ_TIMER 26u
#define ARCH_IRQ_NONE ARCH_IRQ_COUNT

/* The hardware's own for the guest that it holds. */
#define FAKE_IRQ_MAINTENANCE 25u
#define FAKE_IRQ_GUEST_TIMER 27u

struct space;

/* x[]: status or handle, label, badge, sequence, eight words. */
struct arch_context {
	uint64_t x[12];
	uint64_t pc, sp;
	struct space *space;
};

struct arch_fp {
	uint64_t q[4];
};

struct arch_vcpu {
	uint64_t value;     /* what the last answered exit gave the guest */
	uint64_t completed; /* exits answered with STATUS_OK */
	uint64_t refused;   /* hypercalls refused */
};

struct arch_cpu {
	uint64_t unused;
};

#endif
