/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark guest's start, its vectors, and the paths that end in an interrupt: their last
 * stamp is the first instruction of the handler.
 */
	.macro	FUNCTION name
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
\name:
	.endm

	.section .text.start, "ax"
	.global	_start
_start: /* x0: the device tree */
	adrp	x1, vectors
	msr	vbar_el1, x1
	adrp	x1, stack_end
	mov	sp, x1
	isb
	bl	bench
1:	wfi
	b	1b

/* Whatever the guest does not expect ends it: the driver misses the rest of its lines. */
	.macro	UNEXPECTED
	.balign	128
	b	guest_off
	.endm

	.section .text.vectors, "ax"
	.balign	4096
vectors:
	.rept	5
	UNEXPECTED
	.endr
	.balign	128 /* IRQ: stamps x0, ends the interrupt, goes on at x1 with interrupts masked */
	mrs	x0, cntvct_el0
	msr	cntv_ctl_el0, xzr
	mrs	x4, S3_0_C12_C12_0 /* ICC_IAR1_EL1 */
	msr	S3_0_C12_C12_1, x4 /* ICC_EOIR1_EL1 */
	mrs	x5, spsr_el1
	orr	x5, x5, #0x80
	msr	spsr_el1, x5
	msr	elr_el1, x1
	eret
	.rept	10
	UNEXPECTED
	.endr

/* uint64_t ipi_self_ticks(void): from the write to ICC_SGI1R_EL1, SGI 0 to CPU 0, to the handler. */
FUNCTION ipi_self_ticks
	mov	x2, #1
	adr	x1, 2f
	msr	daifclr, #2
	mrs	x3, cntvct_el0
	msr	S3_0_C12_C11_5, x2 /* ICC_SGI1R_EL1 */
1:	b	1b
2:	sub	x0, x0, x3
	ret

/* Sets the virtual timer to `x0` ticks from now; x3: when, x1: where the handler goes on. */
	.macro	TIMER_START
	adr	x1, 2f
	msr	daifclr, #2
	mov	x4, #1
	mrs	x3, cntvct_el0
	add	x3, x3, x0
	msr	cntv_cval_el0, x3
	msr	cntv_ctl_el0, x4
	isb
	.endm

/* uint64_t timer_ticks(uint64_t delay): from the timer's expiry to the handler, out of a loop. */
FUNCTION timer_ticks
	TIMER_START
1:	b	1b
2:	sub	x0, x0, x3
	ret

/* uint64_t timer_wait_ticks(uint64_t delay): the same, out of WFI. */
FUNCTION timer_wait_ticks
	TIMER_START
1:	wfi
	b	1b
2:	sub	x0, x0, x3
	ret

	.bss
	.balign	4096
	.skip	4096
stack_end:
