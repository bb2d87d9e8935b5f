/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start and the vectors of guests that are measured by their marks. Each vCPU has a stack of its
 * own, and comes to guest_main(its number): vCPU 0 from the start, others by processor_on.
 */
#include "tests/bench/guest/marks.h"
#include "tests/guests/aarch64/frame.h"

#define STACK_SHIFT 12

	.section .text.start, "ax"
	.global	_start
_start:
	adrp	x1, guest_tree
	str	x0, [x1, :lo12:guest_tree]
	mov	x0, #0
	.global	processor_start_here
processor_start_here: /* x0: the vCPU's number */
	adrp	x1, vectors
	msr	vbar_el1, x1
	adrp	x1, stacks
	add	x2, x0, #1
	add	x1, x1, x2, lsl #STACK_SHIFT
	mov	sp, x1
	isb
	bl	guest_main
	bl	guest_off

	/* Whatever the guest does not expect ends it: who measures misses the rest of its lines. */
	.macro	UNEXPECTED
	.balign	128
	b	guest_off
	.endm

	.balign	4096
vectors:
	.rept	5
	UNEXPECTED
	.endr
	.balign	128
	movz	xzr, #MARK_INTERRUPT
	b	interrupted
	.rept	10
	UNEXPECTED
	.endr

interrupted:
	FRAME_SAVE
	mrs	x0, S3_0_C12_C12_0 /* ICC_IAR1_EL1 */
	bl	interrupt_taken    /* with x0 its number; ends it */
	FRAME_LOAD
	eret

	.bss
	.balign	4096
	.global	guest_tree
guest_tree:
	.skip	8
	.balign	4096
stacks:
	.skip	8 << STACK_SHIFT
