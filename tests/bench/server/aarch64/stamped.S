/* SPDX-License-Identifier: Apache-2.0 */
/* rt_reply_wait with the counter read as its last instruction before the system call and its first after. */
	.section .text.stamped_reply_wait, "ax"
	.global	stamped_reply_wait
	.type	stamped_reply_wait, %function
/* void stamped_reply_wait(endpoint, struct message *, uint64_t stamps[2]): answers STATUS_OK. */
stamped_reply_wait:
	mov	x13, x1
	mov	x14, x2
	mov	x12, #0
	mov	x1, #0
	ldp	x4, x5, [x13, #24]
	ldp	x6, x7, [x13, #40]
	ldp	x8, x9, [x13, #56]
	ldp	x10, x11, [x13, #72]
	mrs	x15, cntvct_el0
	svc	#0
	mrs	x16, cntvct_el0
	stp	x15, x16, [x14]
	stp	x1, x2, [x13]
	stp	x3, x4, [x13, #16]
	stp	x5, x6, [x13, #32]
	stp	x7, x8, [x13, #48]
	stp	x9, x10, [x13, #64]
	str	x11, [x13, #80]
	ret
