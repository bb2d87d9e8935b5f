/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test guest's first instructions (x0 is its device tree), those of its other vCPUs (x0 is what
 * CPU_ON was told), and its vectors. A synchronous exception is written down in `trap` and goes on
 * behind its instruction, or at trap.resume if that is set. IRQs go to C.
 */
#include "tests/guests/aarch64/frame.h"
#include "tests/guests/trap.h"

	.section .text.start, "ax"
	.global	_start
_start:
	adrp	x1, vectors
	msr	vbar_el1, x1
	adrp	x1, stack_end
	mov	sp, x1
	mov	x1, #3 << 20 /* CPACR_EL1.FPEN */
	msr	cpacr_el1, x1
	isb
	bl	guest_start
1:	wfi
	b	1b

	/* Two places to begin at; what is there before anything is set goes to C. */
	.global	processor_entry, processor_other
processor_other:
	mov	x1, #1
	b	1f
processor_entry:
	mov	x1, #0
1:	mrs	x2, CurrentEL
	mrs	x3, daif
	mrs	x4, sctlr_el1
	mrs	x5, vbar_el1
	adrp	x6, vectors
	msr	vbar_el1, x6
	mrs	x6, mpidr_el1
	and	x6, x6, #0xff
	adrp	x7, stack_end
	add	x7, x7, x6, lsl #STACK_SHIFT
	mov	sp, x7
	isb
	bl	processor_begin
1:	wfi
	b	1b

	.macro	SYNC offset
	.balign	128
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\offset
	b	synchronous
	.endm

	.macro	IRQ
	.balign	128
	b	interrupted
	.endm

	.macro	OTHER offset
	.balign	128
	mov	x0, #\offset
	b	guest_broken
	.endm

	.balign	4096
	.global	vectors
vectors:
	SYNC	0x000
	IRQ
	OTHER	0x100
	OTHER	0x180
	SYNC	0x200
	IRQ
	OTHER	0x300
	OTHER	0x380
	SYNC	0x400
	IRQ
	OTHER	0x500
	OTHER	0x580
	OTHER	0x600
	OTHER	0x680
	OTHER	0x700
	OTHER	0x780

synchronous:
	adrp	x0, trap
	add	x0, x0, :lo12:trap
	str	x1, [x0, #TRAP_VECTOR]
	mrs	x1, esr_el1
	str	x1, [x0, #TRAP_SYNDROME]
	mrs	x1, far_el1
	str	x1, [x0, #TRAP_ADDRESS]
	mrs	x1, spsr_el1
	str	x1, [x0, #TRAP_STATE]
	ldr	x1, [x0, #TRAP_COUNT]
	add	x1, x1, #1
	str	x1, [x0, #TRAP_COUNT]
	mrs	x1, elr_el1
	str	x1, [x0, #TRAP_PC]
	ldr	x0, [x0, #TRAP_RESUME]
	cbz	x0, 1f
	mov	x1, #0x3c5 /* EL1h, masked: back to where trap_at was called */
	msr	spsr_el1, x1
	mov	x1, x0
	sub	x1, x1, #4
1:	add	x1, x1, #4
	msr	elr_el1, x1
	ldp	x0, x1, [sp], #16
	eret

interrupted:
	FRAME_SAVE
	bl	interrupt_taken
	FRAME_LOAD
	eret

	/* void trap_at(uint64_t pc, uint64_t pstate): goes there; the exception brings it back. */
	.global	trap_at
trap_at:
	stp	x29, x30, [sp, #-16]!
	adrp	x2, trap
	add	x2, x2, :lo12:trap
	adr	x3, 1f
	str	x3, [x2, #TRAP_RESUME]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	eret
1:	adrp	x2, trap
	add	x2, x2, :lo12:trap
	str	xzr, [x2, #TRAP_RESUME]
	ldp	x29, x30, [sp], #16
	ret

	.bss
	.balign	4096
	.skip	1 << STACK_SHIFT
stack_end:
	.skip	(PROCESSORS - 1) << STACK_SHIFT
