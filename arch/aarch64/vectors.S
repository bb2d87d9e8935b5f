/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2's exception vectors. While anything less privileged runs, SP_EL2 points to its context, so
 * that the first instructions of an exit can save the general registers without a free one; the
 * kernel's own stack, one a CPU, comes from TPIDR_EL2 afterwards.
 */
#include "arch/aarch64/assembly.h"

	/* Saves x0-x30, takes the kernel's stack, calls `handler`(thread, cpu) -> thread to run. */
	.macro	ENTER handler
	.balign	128
	stp	x0, x1, [sp, #16 * 0]
	stp	x2, x3, [sp, #16 * 1]
	stp	x4, x5, [sp, #16 * 2]
	stp	x6, x7, [sp, #16 * 3]
	stp	x8, x9, [sp, #16 * 4]
	stp	x10, x11, [sp, #16 * 5]
	stp	x12, x13, [sp, #16 * 6]
	stp	x14, x15, [sp, #16 * 7]
	stp	x16, x17, [sp, #16 * 8]
	stp	x18, x19, [sp, #16 * 9]
	stp	x20, x21, [sp, #16 * 10]
	stp	x22, x23, [sp, #16 * 11]
	stp	x24, x25, [sp, #16 * 12]
	stp	x26, x27, [sp, #16 * 13]
	stp	x28, x29, [sp, #16 * 14]
	str	x30, [sp, #16 * 15]
	mrs	x1, tpidr_el2
	mov	x0, sp
	ldr	x2, [x1, #CPU_STACK]
	mov	sp, x2
	adr	x30, vectors_leave
	b	\handler
	.endm

	/* The kernel's own mistake: it says where, and stops. */
	.macro	BROKEN
	.balign	128
	mrs	x1, tpidr_el2
	ldr	x2, [x1, #CPU_STACK]
	mov	sp, x2
	b	trap_broken
	.endm

	.text
	.balign	2048
	.global	vectors
vectors:
	.rept	8	/* from EL2 itself, with SP_EL0 and with SP_EL2 */
	BROKEN
	.endr
	ENTER	trap_sync	/* from AArch64 */
	ENTER	trap_irq
	ENTER	trap_irq	/* FIQ: the GIC's, like IRQ */
	ENTER	trap_error
	ENTER	trap_sync	/* from AArch32 */
	ENTER	trap_irq
	ENTER	trap_irq
	ENTER	trap_error

/*
 * x0: the thread to run. If it is another one than before, everything but the general registers
 * changes hands here (struct arch_context); before is nobody where that thread may run elsewhere
 * already. A vCPU whose guest registers are not all in the hardware (cpu->entered) gets them by
 * vcpu_enter. Then the CPU is no longer inside the kernel (kernel/cpu.h): whoever is alone sees
 * what it holds.
 */
FUNCTION(vectors_leave)
	mrs	x1, tpidr_el2
	ldr	x2, [x1, #CPU_CURRENT]
	cmp	x0, x2
	b.eq	2f
	str	x0, [x1, #CPU_CURRENT]
	cbz	x2, 1f
	mrs	x4, elr_el2
	mrs	x5, spsr_el2
	mrs	x6, sp_el0
	mrs	x7, tpidr_el0
	mrs	x8, sctlr_el1
	mrs	x9, cpacr_el1
	stp	x4, x5, [x2, #CONTEXT_PC]
	stp	x6, x7, [x2, #CONTEXT_SP_EL0]
	stp	x8, x9, [x2, #CONTEXT_SCTLR]
1:	ldp	x4, x5, [x0, #CONTEXT_PC]
	ldp	x6, x7, [x0, #CONTEXT_SP_EL0]
	ldp	x8, x9, [x0, #CONTEXT_SCTLR]
	ldp	x10, x11, [x0, #CONTEXT_HCR]
	msr	elr_el2, x4
	msr	spsr_el2, x5
	msr	sp_el0, x6
	msr	tpidr_el0, x7
	msr	sctlr_el1, x8
	msr	cpacr_el1, x9
	msr	hcr_el2, x10
	msr	vttbr_el2, x11
	tbnz	x10, #HCR_TGE_BIT, 2f
	ldr	x2, [x1, #CPU_ENTERED]
	cmp	x2, x0
	b.ne	3f
2:	stlr	xzr, [x1]	/* outside; pairs with hold_others in kernel/cpu.c */
	mov	sp, x0
	ldp	x2, x3, [sp, #16 * 1]
	ldp	x4, x5, [sp, #16 * 2]
	ldp	x6, x7, [sp, #16 * 3]
	ldp	x8, x9, [sp, #16 * 4]
	ldp	x10, x11, [sp, #16 * 5]
	ldp	x12, x13, [sp, #16 * 6]
	ldp	x14, x15, [sp, #16 * 7]
	ldp	x16, x17, [sp, #16 * 8]
	ldp	x18, x19, [sp, #16 * 9]
	ldp	x20, x21, [sp, #16 * 10]
	ldp	x22, x23, [sp, #16 * 11]
	ldp	x24, x25, [sp, #16 * 12]
	ldp	x26, x27, [sp, #16 * 13]
	ldp	x28, x29, [sp, #16 * 14]
	ldr	x30, [sp, #16 * 15]
	ldp	x0, x1, [sp, #16 * 0]
	eret

3:	mov	x19, x0
	bl	vcpu_enter
	mov	x0, x19
	mrs	x1, tpidr_el2
	b	2b
END(vectors_leave)
