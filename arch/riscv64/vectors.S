/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's one exception vector. While anything less privileged runs, sscratch points to its
 * context; in the kernel it is 0, so that the kernel's own mistakes are known. tp is the CPU's
 * structure, the kernel's stack comes from there.
 */
#include "arch/riscv64/assembly.h"
#include "arch/riscv64/registers.h"

	.macro	EACH operation
	\operation	ra, 8 * 1(a0)
	\operation	sp, 8 * 2(a0)
	\operation	gp, 8 * 3(a0)
	\operation	t0, 8 * 5(a0)
	\operation	t1, 8 * 6(a0)
	\operation	t2, 8 * 7(a0)
	\operation	s0, 8 * 8(a0)
	\operation	s1, 8 * 9(a0)
	\operation	a1, 8 * 11(a0)
	\operation	a2, 8 * 12(a0)
	\operation	a3, 8 * 13(a0)
	\operation	a4, 8 * 14(a0)
	\operation	a5, 8 * 15(a0)
	\operation	a6, 8 * 16(a0)
	\operation	a7, 8 * 17(a0)
	\operation	s2, 8 * 18(a0)
	\operation	s3, 8 * 19(a0)
	\operation	s4, 8 * 20(a0)
	\operation	s5, 8 * 21(a0)
	\operation	s6, 8 * 22(a0)
	\operation	s7, 8 * 23(a0)
	\operation	s8, 8 * 24(a0)
	\operation	s9, 8 * 25(a0)
	\operation	s10, 8 * 26(a0)
	\operation	s11, 8 * 27(a0)
	\operation	t3, 8 * 28(a0)
	\operation	t4, 8 * 29(a0)
	\operation	t5, 8 * 30(a0)
	\operation	t6, 8 * 31(a0)
	.endm

	.text
/* Saves x1 to x31, takes the kernel's stack, calls the handler(thread, cpu, cause). */
FUNCTION(vectors)
	csrrw	a0, CSR_SSCRATCH, a0
	beqz	a0, broken
	EACH	sd
	sd	tp, 8 * 4(a0)
	csrrw	t0, CSR_SSCRATCH, zero
	sd	t0, 8 * 10(a0)
	ld	tp, 0(a0)
	csrr	a2, CSR_SCAUSE
	mv	a1, tp
	ld	sp, CPU_STACK(tp)
	lla	ra, vectors_leave
	bltz	a2, 1f
	tail	trap_sync
	/* No reservation stays for who runs next: an SC ends it, and stores what is there. */
1:	sc.d	zero, tp, (a0)
	tail	trap_irq

broken:
	csrw	CSR_SSCRATCH, zero	/* the next mistake is known, too */
	ld	sp, CPU_STACK(tp)
	tail	trap_broken
END(vectors)

/*
 * a0: the thread to run. If it is another one than before, everything but the general registers
 * changes hands here (struct arch_context); before is nobody where that thread may run elsewhere
 * already. hstatus never changes: a trap writes SPVP anew, SRET only clears SPV. A guest writes
 * senvcfg and scounteren without a trap, and what U-mode may is by them, too: so tasks have values
 * of their own. A vCPU whose guest registers are not all in the hardware (cpu->entered) gets them
 * by vcpu_enter. Then the CPU is no longer inside the kernel (kernel/cpu.h): whoever is alone sees
 * what it holds.
 */
FUNCTION(vectors_leave)
	ld	t0, CPU_CURRENT(tp)
	beq	a0, t0, 1f
	sd	a0, CPU_CURRENT(tp)
	ld	t1, CONTEXT_PC(a0)
	ld	t2, CONTEXT_SSTATUS(a0)
	ld	t3, CONTEXT_HSTATUS(a0)
	ld	t4, CONTEXT_SATP(a0)
	csrrw	t1, CSR_SEPC, t1
	csrrw	t2, CSR_SSTATUS, t2
	csrw	CSR_HSTATUS, t3
	csrw	CSR_SATP, t4
	andi	t3, t3, 1 << HSTATUS_SPV_BIT
	bnez	t3, 2f
	csrrwi	t3, CSR_SENVCFG, SENVCFG_TASK
	csrrwi	t4, CSR_SCOUNTEREN, SCOUNTEREN_TASK
	beqz	t0, 1f
	sd	t1, CONTEXT_PC(t0)
	sd	t2, CONTEXT_SSTATUS(t0)
	sd	t3, CONTEXT_SENVCFG(t0)
	sd	t4, CONTEXT_SCOUNTEREN(t0)
1:	fence	rw, w		/* outside; pairs with hold_others in kernel/cpu.c */
	sd	zero, 0(tp)
	sd	tp, 0(a0)
	csrw	CSR_SSCRATCH, a0
	EACH	ld
	ld	tp, 8 * 4(a0)
	ld	a0, 8 * 10(a0)
	sret

2:	ld	t3, CONTEXT_SENVCFG(a0)
	ld	t4, CONTEXT_SCOUNTEREN(a0)
	csrrw	t3, CSR_SENVCFG, t3
	csrrw	t4, CSR_SCOUNTEREN, t4
	beqz	t0, 3f
	sd	t1, CONTEXT_PC(t0)
	sd	t2, CONTEXT_SSTATUS(t0)
	sd	t3, CONTEXT_SENVCFG(t0)
	sd	t4, CONTEXT_SCOUNTEREN(t0)
3:	ld	t4, CPU_ENTERED(tp)
	beq	t4, a0, 1b
	mv	s0, a0
	call	vcpu_enter
	mv	a0, s0
	j	1b
END(vectors_leave)

/*
 * uint64_t instruction_fetch(pc): HLVX.HU, whose fault comes back here. The guest goes on as if it
 * had not been: sstatus and hstatus are as its exit left them, by SPVP, which a fault in here does
 * not change (8.2.1). What the fault left in stval, scause, htval and htinst is its own.
 */
FUNCTION(instruction_fetch)
	lla	t2, fetch_failed
	csrrw	t2, CSR_STVEC, t2
	.insn	r 0x73, 4, 0x32, a1, a0, x3
	andi	a2, a1, 3
	addi	a2, a2, -3
	bnez	a2, 1f
	addi	a3, a0, 2
	.insn	r 0x73, 4, 0x32, a2, a3, x3
	slli	a2, a2, 16
	or	a1, a1, a2
1:	csrw	CSR_STVEC, t2
	mv	a0, a1
	ret
	.balign	4
fetch_failed:
	csrw	CSR_SEPC, a0
	csrr	t0, CSR_HSTATUS
	not	t0, t0
	andi	t0, t0, 1 << HSTATUS_SPVP_BIT
	csrc	CSR_SSTATUS, t0		/* SPP is the same bit, and was the same */
	li	t0, 1 << SSTATUS_SPIE_BIT
	csrs	CSR_SSTATUS, t0
	li	t0, 1 << HSTATUS_SPV_BIT
	csrs	CSR_HSTATUS, t0
	csrw	CSR_STVEC, t2
	li	a0, -1
	ret
END(instruction_fetch)
