/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64's own hooks in a test, but this CPU is a variable of it. */
#ifndef TESTS_HOST_AARCH64_ARCH_INLINE_H
#define TESTS_HOST_AARCH64_ARCH_INLINE_H

#define arch_cpu_pointer unused_cpu_pointer
#include "../../../arch/aarch64/arch_inline.h"
#undef arch_cpu_pointer

struct cpu *host_cpu(void);

static inline struct cpu *arch_cpu_pointer(void)
{
	return host_cpu();
}

#endif
