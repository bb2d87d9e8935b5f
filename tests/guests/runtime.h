/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The test guests' runtime. A guest is one C file with guest_main(): it does things and checks what
 * it sees; each check is a line on its console, which tests/guests/test_guests.py reads.
 *
 * What is the architecture's own lies in its folder: arch_guest.h (addresses, accesses, interrupts,
 * time and firmware, without any state: benchmarks use it too), start.S and machine.c.
 */
#ifndef GUESTS_RUNTIME_H
#define GUESTS_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch_guest.h"
#include "tests/guests/trap.h"

#define FREE (RAM + 0x100000)          /* memory that no image fills: a reset leaves it as it was */
#define OUTSIDE (RAM + 0x40000000)     /* behind all memory of any guest */
#define MICROSECONDS(number) ((number) * TICKS_PER_SECOND / 1000000)

struct trap {
	uint64_t count;
	uint64_t vector; /* by its offset, if there are several */
	uint64_t syndrome, address, pc, state;
	uint64_t resume; /* if not 0: an exception goes on there, once */
};

extern volatile struct trap trap;

/* Goes to `pc` in STATE_SAME or STATE_USER; returns when an exception was taken there. */
void trap_at(uint64_t pc, uint64_t state);

void guest_main(void);

/* Where the guest's device tree is: another place in guests of another size. */
extern uint64_t guest_tree;

/* "pass - <what>", or "fail - <what>" with both values. */
void check(const char *what, uint64_t seen, uint64_t expected);
void print(const char *text);
void print_number(uint64_t value);

/* The exception since the last call of this: its syndrome, or 0 if there was none. */
uint64_t trapped(void);

/* "end", and the firmware is asked to switch off. */
_Noreturn void guest_off(void);

/* Interrupts: what was taken, newest last; each is ended at once. */
#define TAKEN 64
extern volatile uint32_t taken[TAKEN];
extern volatile uint32_t taken_count;
extern volatile uint32_t spurious_count; /* there was none when it was asked which */
extern volatile bool timer_rearm; /* the timer's interrupt sets it again, in TIMER_STEP */
#define TIMER_STEP MICROSECONDS(320)
/* Who is told instead, at every vCPU, before the interrupt is ended. */
extern void (*interrupt_told)(uint32_t number);

/* --- Of the architecture, in machine.c -------------------------------------------------------- */

void console_start(void);
void console_put(char character);

/* The interrupt controller, and what is the calling vCPU's own; not the devices' lines. */
void interrupts_start(void);
/* A device's line may interrupt vCPU 0, as a level. */
void line_start(uint32_t number);

/* Interrupt IPI(number), number below 16, at the vCPUs of the mask. */
void ipi_send(uint64_t number, uint64_t mask);

/* --- For it, in runtime.c --------------------------------------------------------------------- */

void guest_start(uint64_t tree);
/* An interrupt arrived and is to be ended: a device's line, TIMER_INTERRUPT or an IPI. */
void interrupt_note(uint32_t number);

#endif
