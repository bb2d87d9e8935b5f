/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSRs and instructions that Coppice uses (RISC-V Privileged Architecture 20211203, chapters 4
 * and 8), by number where the assembler may not know their names.
 */
#ifndef RISCV64_REGISTERS_H
#define RISCV64_REGISTERS_H

#define CSR_SSTATUS 0x100
#define CSR_SIE 0x104
#define CSR_STVEC 0x105
#define CSR_SCOUNTEREN 0x106
#define CSR_SENVCFG 0x10a
#define CSR_SSCRATCH 0x140
#define CSR_SEPC 0x141
#define CSR_SCAUSE 0x142
#define CSR_STVAL 0x143
#define CSR_SIP 0x144
#define CSR_STIMECMP 0x14d
#define CSR_SISELECT 0x150
#define CSR_SATP 0x180
#define CSR_VSSTATUS 0x200
#define CSR_VSIE 0x204
#define CSR_VSTVEC 0x205
#define CSR_VSSCRATCH 0x240
#define CSR_VSEPC 0x241
#define CSR_VSCAUSE 0x242
#define CSR_VSTVAL 0x243
#define CSR_VSTIMECMP 0x24d
#define CSR_VSATP 0x280
#define CSR_SCONTEXT 0x5a8
#define CSR_HSTATUS 0x600
#define CSR_HEDELEG 0x602
#define CSR_HIDELEG 0x603
#define CSR_HIE 0x604
#define CSR_HTIMEDELTA 0x605
#define CSR_HCOUNTEREN 0x606
#define CSR_HGEIE 0x607
#define CSR_HENVCFG 0x60a
#define CSR_HSTATEEN0 0x60c
#define CSR_HTVAL 0x643
#define CSR_HIP 0x644
#define CSR_HVIP 0x645
#define CSR_HTINST 0x64a
#define CSR_HGATP 0x680
#define CSR_TIME 0xc01

#define SSTATUS_SIE (1ul << 1)
#define SSTATUS_SPIE_BIT 5
#define SSTATUS_SPIE (1ul << SSTATUS_SPIE_BIT)
#define SSTATUS_SPP (1ul << 8)
#define SSTATUS_FS (3ul << 13) /* off: FP instructions trap; else all of it, as "dirty" */
#define SSTATUS_MXR (1ul << 19)
#define SSTATUS_UXL_64 (2ul << 32)

/* To U-mode, and to a guest: FP is off until it is asked for; interrupts are on in both. */
#define SSTATUS_TASK (SSTATUS_SPIE | SSTATUS_UXL_64)
#define SSTATUS_GUEST (SSTATUS_SPIE | SSTATUS_UXL_64 | SSTATUS_SPP)

#define HSTATUS_SPV_BIT 7
#define HSTATUS_SPV (1ul << HSTATUS_SPV_BIT)
#define HSTATUS_SPVP_BIT 8
#define HSTATUS_SPVP (1ul << HSTATUS_SPVP_BIT)
#define HSTATUS_VTW (1ul << 21) /* WFI traps */
#define HSTATUS_VSXL_64 (2ul << 32)
#define HSTATUS_TASK HSTATUS_VSXL_64
#define HSTATUS_GUEST (HSTATUS_VSXL_64 | HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_VTW)

/* What a guest handles itself: misaligned fetches, breakpoints, its own calls and page faults. */
#define HEDELEG (1ul << 0 | 1ul << 3 | 1ul << 8 | 1ul << 12 | 1ul << 13 | 1ul << 15)
#define HIDELEG 0x444ul /* VSSI, VSTI, VSEI */
#define HENVCFG_STCE (1ul << 63)
#define HCOUNTEREN 7ul /* cycle, time and instret */
/* A guest reaches scontext; stopi; siselect and sireg; senvcfg (Smstateen, AIA 2.5). */
#define HSTATEEN_CONTEXT (1ul << 57)
#define HSTATEEN_AIA (1ul << 59 | 1ul << 60)
#define HSTATEEN_ENVCFG (1ul << 62)

/* Of U-mode: no cache operations, no landing pads; cycle, time and instret (4.1.5, 4.1.10). */
#define SENVCFG_TASK 0
#define SCOUNTEREN_TASK 7

#define INTERRUPT_SOFTWARE (1ul << 1) /* in sie and sip */
#define INTERRUPT_TIMER (1ul << 5)
#define INTERRUPT_EXTERNAL (1ul << 9)

#define ATP_MODE_39 (8ul << 60) /* Sv39 in satp, Sv39x4 in hgatp */
#define SATP_ASID_SHIFT 44
#define HGATP_VMID_SHIFT 44

/* Where the kernel has what is at physical address 0: the upper half of Sv39. */
#define KERNEL_OFFSET 0xffffffc000000000

/* A table's entries (4.3.1). */
#define ENTRY_VALID (1ul << 0)
#define ENTRY_READ (1ul << 1)
#define ENTRY_WRITE (1ul << 2)
#define ENTRY_EXECUTE (1ul << 3)
#define ENTRY_USER (1ul << 4)
#define ENTRY_GLOBAL (1ul << 5)
#define ENTRY_ACCESSED (1ul << 6)
#define ENTRY_DIRTY (1ul << 7)
#define ENTRY_LEAF (ENTRY_READ | ENTRY_EXECUTE)
/* Hardware need not set the latter two itself, and traps where it does not. */
#define ENTRY_USED (ENTRY_VALID | ENTRY_ACCESSED | ENTRY_DIRTY)

#define INSTRUCTION_WFI 0x10500073u

#define REGISTER_TEXT(number) #number
#define REGISTER_NAME(number) REGISTER_TEXT(number)
#define REGISTER_READ(number)                                                                      \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("csrr %0, " REGISTER_NAME(number) : "=r"(value_) : : "memory");   \
		value_;                                                                            \
	})
#define REGISTER_WRITE(number, value)                                                              \
	__asm__ volatile("csrw " REGISTER_NAME(number) ", %0" : : "rK"((uint64_t)(value))          \
			 : "memory")
#define REGISTER_SET(number, bits)                                                                 \
	__asm__ volatile("csrs " REGISTER_NAME(number) ", %0" : : "rK"((uint64_t)(bits))           \
			 : "memory")
#define REGISTER_CLEAR(number, bits)                                                               \
	__asm__ volatile("csrc " REGISTER_NAME(number) ", %0" : : "rK"((uint64_t)(bits))           \
			 : "memory")

/* Is there such a CSR? Else reading it traps, to 1 here. Where no other trap is under way. */
#define REGISTER_EXISTS(number)                                                                    \
	({                                                                                         \
		uint64_t there_ = 0, vector_;                                                      \
		__asm__ volatile("lla %1, 1f\n\tcsrrw %1, stvec, %1\n\t"                           \
				 "csrr zero, " REGISTER_NAME(number) "\n\tli %0, 1\n\t"            \
				 ".balign 4\n1:	csrw stvec, %1"                                    \
				 : "+r"(there_), "=&r"(vector_) : : "memory");                     \
		there_ != 0;                                                                       \
	})

#define BARRIER_STORES() __asm__ volatile("fence w, rw" : : : "memory")
#define BARRIER_ALL() __asm__ volatile("fence" : : : "memory")
#define BARRIER_INSTRUCTIONS() __asm__ volatile("fence.i" : : : "memory")

/* First-stage entries: of everything, or of an identifier (4.2.1). */
#define FENCE_ALL() __asm__ volatile("sfence.vma" : : : "memory")
#define FENCE_SPACE(identifier)                                                                    \
	__asm__ volatile("sfence.vma zero, %0" : : "r"((uint64_t)(identifier)) : "memory")
/* HFENCE.GVMA of a VMID, of all of them; HFENCE.VVMA of the VMID in hgatp (8.3.2). */
#define FENCE_GUEST_SPACE(identifier)                                                              \
	__asm__ volatile(".insn r 0x73, 0, 0x31, zero, zero, %0"                                   \
			 : : "r"((uint64_t)(identifier)) : "memory")
#define FENCE_GUEST_ALL() __asm__ volatile(".insn r 0x73, 0, 0x31, zero, zero, zero" : : : "memory")
#define FENCE_GUEST_OWN() __asm__ volatile(".insn r 0x73, 0, 0x11, zero, zero, zero" : : : "memory")

#endif
