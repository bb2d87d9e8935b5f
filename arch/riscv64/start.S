/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry of every hart from SBI firmware: no translation, in HS-mode. The first one has its number
 * in a0 and the device tree in a1; the others come one after the other, as boot_starting says.
 */
#include "arch/riscv64/assembly.h"
#include "arch/riscv64/registers.h"

	/* satp takes effect at once: the next fetch faults, and stvec is where it goes on. */
	.macro	TRANSLATE root
	srli	\root, \root, 12
	li	t1, ATP_MODE_39
	or	\root, \root, t1
	lla	t1, 9f
	li	t2, KERNEL_OFFSET
	add	t1, t1, t2
	csrw	CSR_STVEC, t1
	sfence.vma
	csrw	CSR_SATP, \root
	.balign	4
9:
	.endm

	.section .head, "ax"
	.global	_start
_start:
	tail	start

	.section .init.text, "ax"
FUNCTION(start)
	csrw	CSR_SIE, zero
	csrw	CSR_SSCRATCH, zero
	lla	t0, boot_starting
	ld	t0, 0(t0)
	bnez	t0, secondary
	lla	t0, bss_start
	lla	t1, bss_end
1:	sd	zero, 0(t0)
	addi	t0, t0, 8
	bltu	t0, t1, 1b

	/* Until there are better tables: all physical addresses from 0, a gigabyte an entry. */
	lla	s0, first_table
	li	t0, ENTRY_USED | ENTRY_READ | ENTRY_WRITE | ENTRY_EXECUTE
	li	t1, 1 << 28
	li	t2, 256
	addi	t3, s0, 256 * 4
	addi	t3, t3, 256 * 4
1:	sd	t0, 0(t3)
	add	t0, t0, t1
	addi	t3, t3, 8
	addi	t2, t2, -1
	bnez	t2, 1b
	TRANSLATE s0

	lla	sp, kernel_stacks + STACK_STRIDE
	li	t0, KERNEL_OFFSET
	add	a1, a1, t0
	call	boot_riscv64
	lla	ra, vectors_leave	/* tables_seal unmaps this code: do not come back */
	tail	tables_seal
END(start)

	.balign	4096
first_table:
	.zero	4096

/* t0: the CPU's structure. */
FUNCTION(secondary)
	mv	tp, t0
	lla	s0, kernel_tables
	TRANSLATE s0
	ld	sp, CPU_STACK(tp)
	mv	a0, tp
	call	boot_registers
	lla	ra, vectors_leave
	tail	trap_first
END(secondary)
