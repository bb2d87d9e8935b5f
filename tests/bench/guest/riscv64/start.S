/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark guest's start, its trap vector, and the paths that end in an interrupt: their last
 * stamp is the first instruction of the handler.
 */
	.equ	STIMECMP, 0x14d
	.equ	TICK, 100 /* instructions under -icount in a tick of the timer's clock */
	.equ	SBI_IPI, 0x735049

	.macro	FUNCTION name
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
\name:
	.endm

	.section .text.start, "ax"
	.global	_start
_start: /* a0: the hart, a1: the device tree */
	la	t0, vector
	csrw	stvec, t0
	la	sp, stack_end
	mv	a0, a1
	call	bench
1:	wfi
	j	1b

/* Whatever the guest does not expect ends it: the driver misses the rest of its lines. */
	.section .text.vector, "ax"
	.balign	4
vector: /* an interrupt: stamps a0, ends it, goes on at t6 with interrupts masked */
	rdcycle	a0
	csrr	t0, scause
	bgez	t0, guest_off
	li	t0, -1
	csrw	STIMECMP, t0
	csrci	sip, 2 /* SSIP */
	csrw	sepc, t6
	li	t0, 0x20 /* sstatus.SPIE */
	csrc	sstatus, t0
	sret

/* uint64_t ipi_self_ticks(void): from the ECALL to the handler. */
FUNCTION ipi_self_ticks
	li	a7, SBI_IPI
	li	a6, 0
	li	a0, 1 /* hart 0 */
	li	a1, 0
	la	t6, 2f
	csrsi	sstatus, 2
	rdcycle	t3
	ecall
1:	j	1b
2:	sub	a0, a0, t3
	ret

/*
 * Sets the timer to `a0` instructions from now; t3: when, t6: where the handler goes on. It is set
 * as a tick of its clock begins, LATER instructions behind RDCYCLE: QEMU's timer expires as far
 * into a tick as it was set.
 */
	.equ	LATER, 5
	.macro	TIMER_START
	la	t6, 2f
	li	t1, TICK
	li	t2, TICK - LATER
	csrsi	sstatus, 2
1:	rdcycle	t3
	remu	t0, t3, t1
	bne	t0, t2, 1b
	add	t3, t3, a0
	divu	t0, t3, t1
	csrw	STIMECMP, t0
	sub	t3, t3, t2 /* to the tick's begin that STIMECMP names */
	.endm

/* uint64_t timer_ticks(uint64_t delay): from the timer's expiry to the handler, out of a loop. */
FUNCTION timer_ticks
	TIMER_START
1:	j	1b
2:	sub	a0, a0, t3
	ret

/* uint64_t timer_wait_ticks(uint64_t delay): the same, out of WFI. */
FUNCTION timer_wait_ticks
	TIMER_START
1:	wfi
	j	1b
2:	sub	a0, a0, t3
	ret

	.bss
	.balign	4096
	.skip	4096
stack_end:
