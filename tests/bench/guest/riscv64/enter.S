/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start and the trap vector of guests that are measured by their marks. Each vCPU has a stack of
 * its own, and comes to guest_main(its number): vCPU 0 from the start, others by processor_on.
 */
#include "tests/bench/guest/marks.h"

#define STACK_SHIFT 12
#define FRAME 128
#define TIMES 16 /* that an instruction's time is measured */

	.equ	LOCAL_INTERRUPTS, 0x100 /* as in arch_machine.h */
	.equ	CAUSE_SOFTWARE, 1
	.equ	CAUSE_EXTERNAL, 9
	.equ	CLAIM, 0x0c200004

	.macro	FRAME_EACH operation
	\operation	ra, 0(sp)
	\operation	t0, 8(sp)
	\operation	t1, 16(sp)
	\operation	t2, 24(sp)
	\operation	t3, 32(sp)
	\operation	t4, 40(sp)
	\operation	t5, 48(sp)
	\operation	t6, 56(sp)
	\operation	a0, 64(sp)
	\operation	a1, 72(sp)
	\operation	a2, 80(sp)
	\operation	a3, 88(sp)
	\operation	a4, 96(sp)
	\operation	a5, 104(sp)
	\operation	a6, 112(sp)
	\operation	a7, 120(sp)
	.endm

	.section .text.start, "ax"
	.global	_start
_start: /* a0: the hart, a1: the device tree */
	la	t0, guest_tree
	sd	a1, 0(t0)
	li	t3, TIMES
	li	t4, -1
1:	rdcycle	t1
	rdcycle	t2
	sub	t1, t2, t1
	bgeu	t1, t4, 2f /* another CPU's turn came between */
	mv	t4, t1
2:	addi	t3, t3, -1
	bnez	t3, 1b
	la	t0, instruction_time
	sd	t4, 0(t0)
	.global	processor_start_here
processor_start_here: /* a0: the vCPU's number */
	la	t0, vector
	csrw	stvec, t0
	la	sp, stacks
	addi	t0, a0, 1
	slli	t0, t0, STACK_SHIFT
	add	sp, sp, t0
	call	guest_main
	call	guest_off

/* Whatever the guest does not expect ends it: who measures misses the rest of its lines. */
	.section .text.vector, "ax"
	.balign	4
vector:
	lui	zero, MARK_INTERRUPT
	addi	sp, sp, -FRAME
	FRAME_EACH sd
	csrr	t0, scause
	bltz	t0, 1f
	call	guest_off
1:	andi	t0, t0, 0xff
	addi	a0, t0, LOCAL_INTERRUPTS
	li	t1, CAUSE_SOFTWARE
	bne	t0, t1, 1f
	csrci	sip, 1 << CAUSE_SOFTWARE
1:	li	t1, CAUSE_EXTERNAL
	bne	t0, t1, 1f
	li	t1, CLAIM
	lw	a0, 0(t1)
1:	call	interrupt_taken /* with a0 its number; ends it */
	FRAME_EACH ld
	addi	sp, sp, FRAME
	sret

	.bss
	.balign	4096
	.global	guest_tree
guest_tree:
	.skip	8
	.balign	4096
stacks:
	.skip	8 << STACK_SHIFT
