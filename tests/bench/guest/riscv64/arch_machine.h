/* SPDX-License-Identifier: Apache-2.0 */
/* What the measured guests do with instructions of their own on riscv64. */
#ifndef BENCH_ARCH_MACHINE_H
#define BENCH_ARCH_MACHINE_H

#include <stdint.h>

#include "tests/bench/guest/marks.h"

#define DISK 0x10001000ul

/* Numbers of interrupts: the interrupt controller's own, and from LOCAL on the causes of others. */
#define LOCAL 0x100u
#define IPI_INTERRUPT (LOCAL + 1)
#define TIMER_INTERRUPT (LOCAL + 5)

#define PLIC_CLAIM 0x0c200004ul /* of vCPU 0 */

#define SBI_IPI 0x735049ul

/* Instructions under -icount in a tick of the clock that the timer goes by. */
#define TICK 100u

#define MARK_TEXT_(number) "lui zero, " #number "\n\t"

static inline uint32_t read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("lwu %0, 0(%1)" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline uint64_t read64(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ld %0, 0(%1)" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("sw %0, 0(%1)" : : "r"(value), "r"(address) : "memory");
}

/* An instruction executed is a tick. */
static inline uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("rdcycle %0" : "=r"(value) : : "memory");
	return value;
}

static inline void interrupt_end(uint32_t number)
{
	if (number < LOCAL)
		write32(PLIC_CLAIM, number);
}

static inline void interrupts_allow(void)
{
	__asm__ volatile("csrsi sstatus, 2" : : : "memory");
}

static inline void interrupts_mask(void)
{
	__asm__ volatile("csrci sstatus, 2" : : : "memory");
}

static inline void ipi_send(uint64_t vcpu)
{
	register uint64_t a0 __asm__("a0") = 1ul << vcpu;
	register uint64_t a1 __asm__("a1") = 0; /* the mask's first hart */
	register uint64_t a6 __asm__("a6") = 0; /* send_ipi */
	register uint64_t a7 __asm__("a7") = SBI_IPI;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
}

static inline void ipi_send_marked(uint64_t vcpu)
{
	register uint64_t a0 __asm__("a0") = 1ul << vcpu;
	register uint64_t a1 __asm__("a1") = 0;
	register uint64_t a6 __asm__("a6") = 0;
	register uint64_t a7 __asm__("a7") = SBI_IPI;

	__asm__ volatile(MARK_TEXT(MARK_SEND) "ecall\n\t" MARK_TEXT(MARK_SENT)
			 : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
}

/* The first time from `deadline` on that the timer can have. */
static inline uint64_t timer_align(uint64_t deadline)
{
	return (deadline + TICK - 1) / TICK * TICK;
}

static inline void timer_set(uint64_t deadline)
{
	__asm__ volatile("csrw stimecmp, %0" : : "r"(timer_align(deadline) / TICK) : "memory");
}

static inline void timer_off(void)
{
	__asm__ volatile("csrw stimecmp, %0" : : "r"(~0ul) : "memory");
}

/* In a loop that waits for another CPU. PAUSE, by its encoding: the compiler's flags lack it. */
static inline void yield(void)
{
	__asm__ volatile(".insn i 0x0f, 0, x0, x0, 0x010" : : : "memory");
}

/* What other vCPUs and devices see is in this order. */
static inline void barrier(void)
{
	__asm__ volatile("fence iorw, iorw" : : : "memory");
}

#endif
