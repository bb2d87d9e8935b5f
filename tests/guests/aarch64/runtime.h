/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The test guests' runtime. A guest is one C file with guest_main(): it does things and checks what
 * it sees; each check is a line on its console, which tests/guests/test_guests.py reads.
 */
#ifndef GUESTS_RUNTIME_H
#define GUESTS_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/guests/aarch64/trap.h"

#define UART 0x09000000ul
#define DISTRIBUTOR 0x08000000ul
#define REDISTRIBUTOR 0x080a0000ul
#define DISK 0x0a000000ul
#define DEVICE 0x0c000000ul  /* tests/servers/registers.c, where a system has it */
#define NOWHERE 0x0b000000ul /* no memory, no device */
#define FREE 0x40100000ul    /* memory that no image fills: a reset leaves it as it was */

#define EL1H_MASKED 0x3c5ul
#define EL0_MASKED 0x3c0ul

struct trap {
	uint64_t count, vector, syndrome, address, pc, state, resume;
};

extern volatile struct trap trap;

/* Goes to `pc` in the state `pstate`; returns when an exception was taken there. */
void trap_at(uint64_t pc, uint64_t pstate);

void guest_main(void);

/* Where the guest's device tree is: another place in guests of another size. */
extern uint64_t guest_tree;

/* "pass - <what>", or "fail - <what>" with both values. */
void check(const char *what, uint64_t seen, uint64_t expected);
void print(const char *text);
void print_number(uint64_t value);

/* The exception since the last call of this: its syndrome, or 0 if there was none. */
uint64_t trapped(void);

/* "end" and PSCI's SYSTEM_OFF. */
_Noreturn void guest_off(void);

/* x0 to x3 after a call to the firmware. */
struct answer {
	uint64_t x[4];
};
struct answer firmware(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3);

/* Interrupts: what was taken, newest last; interrupt_taken ends each at once. */
#define TAKEN 64
extern volatile uint32_t taken[TAKEN];
extern volatile uint32_t taken_count;
extern volatile uint32_t spurious_count; /* there was none when it was asked which */
extern volatile bool timer_rearm; /* the timer's interrupt sets it again, in TIMER_STEP ticks */
#define TIMER_STEP 20000
/* Who is told instead, at every vCPU, before the interrupt is ended. */
extern void (*interrupt_told)(uint32_t number);

/* The distributor, and what is the calling vCPU's own. */
void interrupts_start(void);

static inline void interrupts_allow(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" : : : "memory");
}

static inline void interrupts_mask(void)
{
	__asm__ volatile("msr daifset, #2\n\tisb" : : : "memory");
}

#define TEXT_(name) #name
#define TEXT(name) TEXT_(name) /* of what `name` stands for */

#define REGISTER_READ(name)                                                                        \
	({                                                                                         \
		uint64_t value_ = 0x5eed;                                                          \
		__asm__ volatile("isb\n\tmrs %0, " TEXT(name) : "+r"(value_) : : "memory");        \
		value_;                                                                            \
	})
#define REGISTER_WRITE(name, value)                                                                \
	__asm__ volatile("msr " TEXT(name) ", %0\n\tisb" : : "r"((uint64_t)(value)) : "memory")

static inline uint32_t read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static inline void write8(uint64_t address, uint8_t value)
{
	__asm__ volatile("strb %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static inline uint64_t processor_number(void)
{
	return REGISTER_READ(mpidr_el1) & 0xff;
}

static inline uint64_t counter(void)
{
	return REGISTER_READ(cntvct_el0);
}

#endif
