/* SPDX-License-Identifier: Apache-2.0 */
/* The IPI extension of SBI (SBI 1.0, chapter 7), as an interrupt controller answers it. */
#ifndef LIB_RISCV64_IPI_H
#define LIB_RISCV64_IPI_H

#include <stdint.h>

#include "ipc/riscv64.h"

/* Its one function: sbi_send_ipi(hart_mask, hart_mask_base). */
#define SBI_IPI_SEND 0u

/* Instead of a base: all harts, whatever the mask says. */
#define SBI_ALL_HARTS UINT64_MAX

/*
 * Which of `vcpus` vCPUs (1 to 32; a vCPU's number is its hart's) such a call is for, one bit each.
 * Returns SBI_SUCCESS; SBI_INVALID_PARAMETER, where it names a hart that is not there;
 * SBI_NOT_SUPPORTED: another function.
 */
static inline int64_t ipi_targets(uint64_t function, uint64_t mask, uint64_t base, uint32_t vcpus,
				  uint32_t *targets)
{
	*targets = 0;
	if (function != SBI_IPI_SEND)
		return SBI_NOT_SUPPORTED;
	if (base == SBI_ALL_HARTS)
		*targets = UINT32_MAX >> (32 - vcpus);
	else if (mask == 0)
		return SBI_SUCCESS;
	else if (base >= vcpus || mask >> (vcpus - base))
		return SBI_INVALID_PARAMETER;
	else
		*targets = (uint32_t)(mask << base);
	return SBI_SUCCESS;
}

#endif
