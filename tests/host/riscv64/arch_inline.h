/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64's own hooks in a test, but this CPU, and its turns of waiting, are the test's. */
#ifndef TESTS_HOST_RISCV64_ARCH_INLINE_H
#define TESTS_HOST_RISCV64_ARCH_INLINE_H

#define arch_cpu_pointer unused_cpu_pointer
#define arch_relax unused_relax
#include "../../../arch/riscv64/arch_inline.h"
#undef arch_cpu_pointer
#undef arch_relax

struct cpu *host_cpu(void);
void host_relax(void);

static inline struct cpu *arch_cpu_pointer(void)
{
	return host_cpu();
}

static inline void arch_relax(void)
{
	host_relax();
}

#endif
