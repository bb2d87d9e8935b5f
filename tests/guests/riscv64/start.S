/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test guest's first instructions (a0: the hart, a1: its device tree), those of its other vCPUs
 * (a1: what hart_start was told), and its vector. An exception is written down in `trap` and goes on
 * behind its instruction, or at trap.resume if that is set. Interrupts go to C. tp is the hart.
 */
#include "tests/guests/trap.h"

#define FRAME 128
#define SSTATUS_SPIE 0x20
#define SSTATUS_SPP 0x100
#define SSTATUS_FS_INITIAL 0x2000

	/* Of an interrupt's handler in C; t0 and t1 are saved where an exception has them, too. */
	.macro	FRAME_EACH operation
	\operation	ra, 16(sp)
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
_start:
	mv	tp, a0
	la	t0, vectors
	csrw	stvec, t0
	la	sp, stack_end
	li	t0, SSTATUS_FS_INITIAL
	csrs	sstatus, t0
	mv	a0, a1
	call	guest_start
1:	wfi
	j	1b

	/* Two places to begin at; what is there before anything is set goes to C. */
	.global	processor_entry, processor_other
processor_other:
	li	t0, 1
	j	1f
processor_entry:
	li	t0, 0
1:	mv	tp, a0
	mv	a2, a0
	mv	a0, a1
	mv	a1, t0
	csrr	a3, sstatus
	csrr	a4, satp
	csrr	a5, sie
	la	t0, vectors
	csrw	stvec, t0
	la	sp, stack_end
	slli	t0, tp, STACK_SHIFT
	add	sp, sp, t0
	call	processor_begin
1:	wfi
	j	1b

	.balign	4
	.global	vectors
vectors:
	addi	sp, sp, -FRAME
	sd	t0, 0(sp)
	sd	t1, 8(sp)
	csrr	t0, scause
	bltz	t0, interrupted
	la	t1, trap
	sd	t0, TRAP_SYNDROME(t1)
	csrr	t0, stval
	sd	t0, TRAP_ADDRESS(t1)
	csrr	t0, sstatus
	sd	t0, TRAP_STATE(t1)
	ld	t0, TRAP_COUNT(t1)
	addi	t0, t0, 1
	sd	t0, TRAP_COUNT(t1)
	csrr	t0, sepc
	sd	t0, TRAP_PC(t1)
	ld	t1, TRAP_RESUME(t1)
	bnez	t1, 2f
	/* Two bytes, or four if the two lowest bits are set. */
	lbu	t1, 0(t0)
	andi	t1, t1, 3
	addi	t1, t1, -3
	seqz	t1, t1
	slli	t1, t1, 1
	addi	t1, t1, 2
	add	t0, t0, t1
	csrw	sepc, t0
1:	ld	t0, 0(sp)
	ld	t1, 8(sp)
	addi	sp, sp, FRAME
	sret
2:	csrw	sepc, t1 /* back to where trap_at was called, masked */
	li	t0, SSTATUS_SPP
	csrs	sstatus, t0
	li	t0, SSTATUS_SPIE
	csrc	sstatus, t0
	j	1b

interrupted:
	FRAME_EACH sd
	mv	a0, t0
	call	interrupt_taken
	FRAME_EACH ld
	j	1b

	/* void trap_at(uint64_t pc, uint64_t state): goes there; the exception brings it back. */
	.global	trap_at
trap_at:
	la	t0, trap
	la	t1, 1f
	sd	t1, TRAP_RESUME(t0)
	li	t1, SSTATUS_SPP | SSTATUS_SPIE
	csrc	sstatus, t1
	csrs	sstatus, a1
	csrw	sepc, a0
	sret
1:	la	t0, trap
	sd	zero, TRAP_RESUME(t0)
	ret

	.bss
	.balign	4096
	.skip	1 << STACK_SHIFT
stack_end:
	.skip	(PROCESSORS - 1) << STACK_SHIFT
