/* SPDX-License-Identifier: Apache-2.0 */
/* rt_reply_wait with the counter read as its last instruction before the system call and its first after. */
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

	.section .text.stamped_reply_wait, "ax"
	.global	stamped_reply_wait
	.type	stamped_reply_wait, %function
/* void stamped_reply_wait(endpoint, struct message *, uint64_t stamps[2]): answers STATUS_OK. */
stamped_reply_wait:
	addi	sp, sp, -16
	sd	a2, 0(sp)
	mv	t3, a1
	mv	t4, s0
	mv	t5, s1
	mv	t1, a0
	li	t0, 0
	li	t2, 0
	WORDS	ld
	rdcycle	t6
	ecall
	rdcycle	t0
	sd	t2, 0(t3)
	sd	s0, 8(t3)
	sd	s1, 16(t3)
	WORDS	sd
	mv	s0, t4
	mv	s1, t5
	ld	a2, 0(sp)
	addi	sp, sp, 16
	sd	t6, 0(a2)
	sd	t0, 8(a2)
	ret
