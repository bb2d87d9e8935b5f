/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls: x12 is the number, x0-x5 the arguments, x0-x3 status and results. Messages: x0
 * handle or status, x1 label, x2 badge, x3 sequence, x4-x11 words.
 */
	.macro	FUNCTION name
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
\name:
	.endm

/* void rt_entry(argument, life): its first instruction; the stack is set. Clears all variables. */
FUNCTION rt_entry
	ldr	x2, =bss_start
	ldr	x3, =bss_end
	b	2f
1:	stp	xzr, xzr, [x2], #16
2:	cmp	x2, x3
	b.lo	1b
	mov	x29, xzr
	mov	x30, xzr
	b	rt_main

/* status_t rt_syscall(number, a0 ... a5, uint64_t result[3]) */
FUNCTION rt_syscall
	mov	w12, w0
	mov	x13, x7
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	mov	x5, x6
	svc	#0
	cbz	x13, 1f
	stp	x1, x2, [x13]
	str	x3, [x13, #16]
1:	ret

/* status_t rt_syscall_one(number, a0) */
FUNCTION rt_syscall_one
	mov	w12, w0
	mov	x0, x1
	svc	#0
	ret

/* status_t rt_call(endpoint, struct message *) */
FUNCTION rt_call
	mov	x13, x1
	mov	x12, #1
	ldr	x1, [x13]
	ldp	x4, x5, [x13, #24]
	ldp	x6, x7, [x13, #40]
	ldp	x8, x9, [x13, #56]
	ldp	x10, x11, [x13, #72]
	svc	#0
	stp	x4, x5, [x13, #24]
	stp	x6, x7, [x13, #40]
	stp	x8, x9, [x13, #56]
	stp	x10, x11, [x13, #72]
	ret

/* void rt_reply_wait(endpoint, status, struct message *) */
FUNCTION rt_reply_wait
	mov	x13, x2
	mov	x12, #0
	ldp	x4, x5, [x13, #24]
	ldp	x6, x7, [x13, #40]
	ldp	x8, x9, [x13, #56]
	ldp	x10, x11, [x13, #72]
	svc	#0
	stp	x1, x2, [x13]
	stp	x3, x4, [x13, #16]
	stp	x5, x6, [x13, #32]
	stp	x7, x8, [x13, #48]
	stp	x9, x10, [x13, #64]
	str	x11, [x13, #80]
	ret

/* Ends the server by a fault that its report shows. */
FUNCTION rt_trap
	brk	#0xdead
	b	rt_trap
