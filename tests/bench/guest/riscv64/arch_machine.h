/* SPDX-License-Identifier: Apache-2.0 */
/* What the measured guests do with instructions of their own on riscv64, beside arch_guest.h. */
#ifndef ARCH_MACHINE_H
#define ARCH_MACHINE_H

#include "arch_guest.h"
#include "tests/bench/guest/marks.h"

/* Numbers of interrupts: lines of the PLIC, and from here on the causes of others, so the timer's. */
#define LOCAL_INTERRUPTS 0x100u

#define CLAIM (CONTROLLER + 0x200004) /* vCPU 0's */

#define MARK_TEXT_(number) "lui zero, " #number "\n\t"

/*
 * Virtual nanoseconds that an instruction takes, as it was measured at the start, and those in a
 * tick of the timer's clock. 0: the emulator does not count instructions.
 */
extern uint64_t instruction_time;
#define TICK_TIME 100u
#define UNCOUNTED 16u /* nanoseconds, then, in place of an instruction: as on the other architecture */

static inline uint64_t cycles(void)
{
	uint64_t value;

	__asm__ volatile("rdcycle %0" : "=r"(value) : : "memory");
	return value;
}

/* Instructions that were executed until now; time, if they are not counted. */
static inline uint64_t instructions(void)
{
	return instruction_time ? cycles() / instruction_time : counter() * TICK_TIME / UNCOUNTED;
}

/* The first number of instructions from `count` on that the timer can be set to. */
static inline uint64_t timer_align(uint64_t count)
{
	return (count + TICK_TIME - 1) / TICK_TIME * TICK_TIME;
}

/* The timer interrupts when so many were executed. */
static inline void timer_at(uint64_t count)
{
	timer_set(timer_align(count) / TICK_TIME * (instruction_time ? instruction_time : UNCOUNTED));
}

static inline void interrupt_end(uint32_t number)
{
	if (number < LOCAL_INTERRUPTS)
		write32(CLAIM, number);
}

/* An IPI to one vCPU: SBI's IPI extension, send_ipi with a mask from hart 0 on. */
#define IPI_SEND(before, behind, vcpu)                                                             \
	({                                                                                         \
		register uint64_t a0_ __asm__("a0") = 1ul << (vcpu);                               \
		register uint64_t a1_ __asm__("a1") = 0;                                           \
		register uint64_t a6_ __asm__("a6") = 0;                                           \
		register uint64_t a7_ __asm__("a7") = SBI_IPI;                                    \
                                                                                                   \
		__asm__ volatile(before "ecall\n\t" behind                                         \
				 : "+r"(a0_), "+r"(a1_) : "r"(a6_), "r"(a7_) : "memory");          \
	})

#endif
