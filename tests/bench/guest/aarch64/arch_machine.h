/* SPDX-License-Identifier: Apache-2.0 */
/* What the measured guests do with instructions of their own on aarch64. */
#ifndef BENCH_ARCH_MACHINE_H
#define BENCH_ARCH_MACHINE_H

#include <stdint.h>

#include "tests/bench/guest/marks.h"

#define DISK 0x0a000000ul
#define TIMER_INTERRUPT 27u

#define MARK_TEXT_(number) "movz xzr, #" #number "\n\t"

/* Accesses with a syndrome: the compiler must not choose a form without one. */
static inline uint32_t read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline uint64_t read64(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

/* An instruction executed is a tick. */
static inline uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

static inline void interrupt_end(uint32_t number)
{
	__asm__ volatile("msr S3_0_C12_C12_1, %0\n\tisb" /* ICC_EOIR1_EL1 */
			 : : "r"((uint64_t)number) : "memory");
}

static inline void interrupts_allow(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" : : : "memory");
}

static inline void interrupts_mask(void)
{
	__asm__ volatile("msr daifset, #2" : : : "memory");
}

/* SGI 0, whose targets are in bits 15:0 of ICC_SGI1R_EL1. */
static inline void ipi_send(uint64_t vcpu)
{
	__asm__ volatile("msr S3_0_C12_C11_5, %0\n\tisb" : : "r"(1ul << vcpu) : "memory");
}

static inline void ipi_send_marked(uint64_t vcpu)
{
	__asm__ volatile(MARK_TEXT(MARK_SEND) "msr S3_0_C12_C11_5, %0\n\t" MARK_TEXT(MARK_SENT)
			 : : "r"(1ul << vcpu) : "memory");
}

/* The first time from `deadline` on that the timer can have. */
static inline uint64_t timer_align(uint64_t deadline)
{
	return deadline;
}

static inline void timer_set(uint64_t deadline)
{
	__asm__ volatile("msr cntv_cval_el0, %0\n\tmsr cntv_ctl_el0, %1\n\tisb"
			 : : "r"(deadline), "r"(1ul) : "memory");
}

static inline void timer_off(void)
{
	__asm__ volatile("msr cntv_ctl_el0, xzr\n\tisb" : : : "memory");
}

/* In a loop that waits for another CPU: it has to run meanwhile. */
static inline void yield(void)
{
	__asm__ volatile("yield" : : : "memory");
}

/* What other vCPUs and devices see is in this order. */
static inline void barrier(void)
{
	__asm__ volatile("dsb ish" : : : "memory");
}

#endif
