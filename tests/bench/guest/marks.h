/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks: instructions that do nothing, which tests/bench/plugin/count.c writes down with the
 * instructions that their CPU has executed until then.
 */
#ifndef BENCH_MARKS_H
#define BENCH_MARKS_H

#define MARK_BEFORE 1	    /* a path that the guest's own counter measures too */
#define MARK_AFTER 2
#define MARK_INTERRUPT 3    /* the first instruction of the interrupt vector, in every guest */
#define MARK_WOKEN 4	    /* behind it, the real-time guest's handler */
#define MARK_RECEIVED 5	    /* behind it, the handler of the other vCPU's IPI */
#define MARK_SEND 6	    /* the next instruction sends that IPI */
#define MARK_SENT 7
#define MARK_LEAVE 8	    /* the next instruction is a WFI, another vCPU is ready */
#define MARK_CALLS_BEGIN 9  /* a vCPU that calls the server all the time */
#define MARK_CALLS_END 10
#define MARK_LOAD_BEGIN 11  /* a guest that loads its CPU, disk and interrupt controller */
#define MARK_LOAD_END 12
#define MARK_RUN_BEGIN 13   /* what is measured begins, and ends */
#define MARK_RUN_END 14
#define MARK_ROUND_BEGIN 15 /* one round of work whose progress is measured */
#define MARK_ROUND_END 16

/* In loops: only the last before another mark and the first after it are written down. */
#define MARK_LOOP 0x8001

/* MARK_TEXT_ is the architecture's (arch_machine.h). */
#define MARK_TEXT(number) MARK_TEXT_(number)
#define MARK(number) __asm__ volatile(MARK_TEXT(number) : : : "memory")

#endif
