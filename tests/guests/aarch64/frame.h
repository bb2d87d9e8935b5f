/* SPDX-License-Identifier: Apache-2.0 */
/* What an interrupt's handler in C may change, of whom it interrupts: for the guests' vectors. */
#ifndef GUESTS_FRAME_H
#define GUESTS_FRAME_H

#ifdef __ASSEMBLER__
	.macro	FRAME_SAVE
	stp	x0, x1, [sp, #-176]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	str	x29, [sp, #160]
	.endm

	.macro	FRAME_LOAD
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	ldr	x29, [sp, #160]
	ldp	x0, x1, [sp], #176
	.endm
#endif

#endif
