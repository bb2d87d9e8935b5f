/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls: t0 is the number, t1, t2, s0, s1, a0, a1 the arguments, of which the first four
 * come back as status and results. Messages: t1 handle or status, t2 label, s0 badge, s1 sequence,
 * a0 to a7 words. So what is a message is x6 to x17, in one piece; s0 and s1 are the caller's.
 */
	.macro	FUNCTION name
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
	.balign	4
\name:
	.endm

	.macro	WORDS operation
	\operation	a0, 24(t3)
	\operation	a1, 32(t3)
	\operation	a2, 40(t3)
	\operation	a3, 48(t3)
	\operation	a4, 56(t3)
	\operation	a5, 64(t3)
	\operation	a6, 72(t3)
	\operation	a7, 80(t3)
	.endm

/*
 * void rt_entry(argument, life): its first instruction; the stack is set. Clears all variables.
 * gp stands among them: the linker reaches those from it that are less than 2 KiB away.
 */
FUNCTION rt_entry
	.option	push
	.option	norelax
	lla	gp, __global_pointer$
	.option	pop
	lla	t0, bss_start
	lla	t1, bss_end
	j	2f
1:	sd	zero, 0(t0)
	sd	zero, 8(t0)
	addi	t0, t0, 16
2:	bltu	t0, t1, 1b
	li	s0, 0
	li	ra, 0
	tail	rt_main

/* status_t rt_syscall(number, a0 ... a5, uint64_t result[3]) */
FUNCTION rt_syscall
	mv	t3, s0
	mv	t4, s1
	mv	t0, a0
	mv	t1, a1
	mv	t2, a2
	mv	s0, a3
	mv	s1, a4
	mv	a0, a5
	mv	a1, a6
	ecall
	beqz	a7, 1f
	sd	t2, 0(a7)
	sd	s0, 8(a7)
	sd	s1, 16(a7)
1:	mv	a0, t1
	mv	s0, t3
	mv	s1, t4
	ret

/* status_t rt_syscall_one(number, a0) */
FUNCTION rt_syscall_one
	mv	t0, a0
	mv	t1, a1
	ecall
	mv	a0, t1
	ret

/* status_t rt_call(endpoint, struct message *) */
FUNCTION rt_call
	mv	t3, a1
	mv	t4, s0
	mv	t5, s1
	li	t0, 1
	mv	t1, a0
	ld	t2, 0(t3)
	WORDS	ld
	ecall
	WORDS	sd
	mv	a0, t1
	mv	s0, t4
	mv	s1, t5
	ret

/* void rt_reply_wait(endpoint, status, struct message *) */
FUNCTION rt_reply_wait
	mv	t3, a2
	mv	t4, s0
	mv	t5, s1
	li	t0, 0
	mv	t1, a0
	mv	t2, a1
	WORDS	ld
	ecall
	sd	t2, 0(t3)
	sd	s0, 8(t3)
	sd	s1, 16(t3)
	WORDS	sd
	mv	s0, t4
	mv	s1, t5
	ret

/* Ends the server by a fault that its report shows. */
FUNCTION rt_trap
	ebreak
	j	rt_trap
