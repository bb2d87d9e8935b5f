/* SPDX-License-Identifier: Apache-2.0 */
/* What the measured guests do with instructions of their own on aarch64, beside arch_guest.h. */
#ifndef ARCH_MACHINE_H
#define ARCH_MACHINE_H

#include "arch_guest.h"
#include "tests/bench/guest/marks.h"

#define MARK_TEXT_(number) "movz xzr, #" #number "\n\t"

/* Instructions that were executed until now. Not behind a barrier: that would be one more. */
static inline uint64_t instructions(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

/* The timer interrupts when so many were executed. */
static inline void timer_at(uint64_t count)
{
	timer_set(count);
}

/* The first such number from `count` on that the timer can be set to. */
static inline uint64_t timer_align(uint64_t count)
{
	return count;
}

static inline void interrupt_end(uint32_t number)
{
	REGISTER_WRITE(S3_0_C12_C12_1, number); /* ICC_EOIR1_EL1 */
}

/* An IPI to one vCPU: SGI 0, whose targets are in bits 15:0 of ICC_SGI1R_EL1. */
#define IPI_SEND(before, behind, vcpu)                                                             \
	__asm__ volatile(before "msr S3_0_C12_C11_5, %0\n\t" behind                                \
			 : : "r"(1ul << (vcpu)) : "memory")

#endif
