/* SPDX-License-Identifier: Apache-2.0 */
/* System register access, and the bits that Coppice uses (Arm ARM DDI 0487, D17). */
#ifndef AARCH64_REGISTERS_H
#define AARCH64_REGISTERS_H

#define REGISTER_TEXT(name) #name
#define REGISTER_NAME(name) REGISTER_TEXT(name)
#define REGISTER_READ(name)                                                                        \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrs %0, " REGISTER_NAME(name) : "=r"(value_));                   \
		value_;                                                                            \
	})
#define REGISTER_WRITE(name, value)                                                                \
	__asm__ volatile("msr " REGISTER_NAME(name) ", %0" : : "r"((uint64_t)(value)) : "memory")

#define BARRIER_INSTRUCTIONS() __asm__ volatile("isb" : : : "memory")
#define BARRIER_STORES() __asm__ volatile("dsb ishst" : : : "memory")
#define HINT_YIELD() __asm__ volatile("yield" : : : "memory")
#define BARRIER_ALL() __asm__ volatile("dsb ish" : : : "memory")

#define CURRENT_EL2 8 /* CurrentEL */

#define HCR_VM (1ul << 0)
#define HCR_SWIO (1ul << 1)
#define HCR_FMO (1ul << 3)
#define HCR_IMO (1ul << 4)
#define HCR_AMO (1ul << 5)
#define HCR_FB (1ul << 9)
#define HCR_BSU_INNER (1ul << 10)
#define HCR_DC (1ul << 12)
#define HCR_TWI (1ul << 13)
#define HCR_TID3 (1ul << 18)
#define HCR_TSC (1ul << 19)
#define HCR_TIDCP (1ul << 20)
#define HCR_TACR (1ul << 21)
#define HCR_TGE (1ul << 27)
#define HCR_RW (1ul << 31)
#define HCR_TLOR (1ul << 35)
#define HCR_TERR (1ul << 36)

/* A task: EL0 under EL2, stage 1 off, default cacheable, stage 2 on. */
#define HCR_TASK (HCR_RW | HCR_TGE | HCR_DC | HCR_VM)
/*
 * A guest: its interrupts are the kernel's; WFI, SMC, ID and implementation registers trap, and so
 * do those of limited ordering and of error records: these are the machine's and do not move.
 */
#define HCR_GUEST                                                                                  \
	(HCR_RW | HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER |       \
	 HCR_TWI | HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TACR | HCR_TLOR | HCR_TERR)

/* EL0: no trap of cache maintenance by address, CTR_EL0 and WFE; WFI traps. RES1 bits set. */
#define SCTLR_TASK 0x34d4d814ul
#define CPACR_FP (3ul << 20)

/*
 * CPTR_EL2 without VHE: SVE, SME, trace and activity counters trap; TFP too while the FP registers
 * are another's.
 */
#define CPTR_FIXED (0x33fful | 1ul << 20 | 1ul << 30)
#define CPTR_TFP (1ul << 10)

/* Leaves of EL2's own tables. */
#define LEAF_NORMAL (0ul << 2 | 3ul << 8 | 1ul << 10 | 1ul << 6)
#define LEAF_DEVICE (1ul << 2 | 1ul << 10 | 1ul << 6)
#define LEAF_READ_ONLY (1ul << 7)
#define LEAF_NO_EXECUTE (1ul << 54)

/* ESR_EL2 (D17.2.37). */
#define ESR_CLASS(esr) ((uint32_t)((esr) >> 26))
#define ESR_IL (1ul << 25)
#define CLASS_UNKNOWN 0x00
#define CLASS_WFX 0x01
#define CLASS_FP 0x07
#define CLASS_SVC 0x15
#define CLASS_HVC 0x16
#define CLASS_SMC 0x17
#define CLASS_SYSREG 0x18
#define CLASS_INSTRUCTION_ABORT 0x20
#define CLASS_ODD_PC 0x22
#define CLASS_DATA_ABORT 0x24
#define CLASS_HAS_ADDRESS(class)                                                                   \
	((class) == CLASS_INSTRUCTION_ABORT || (class) == CLASS_ODD_PC ||                          \
	 (class) == CLASS_DATA_ABORT)

#define ABORT_VALID (1ul << 24)
#define ABORT_WIDTH(esr) (1u << ((esr) >> 22 & 3))
#define ABORT_SIGNED (1ul << 21)
#define ABORT_REGISTER(esr) ((uint32_t)((esr) >> 16 & 31))
#define ABORT_64 (1ul << 15)
#define ABORT_WRITE (1ul << 6)
/* A translation fault of the access itself, with its syndrome; a table walk's has none. */
#define ABORT_IS_MMIO(esr) (((esr)&ABORT_VALID) && ((esr)&0x3c) == 0x04)

#define SYSREG_NUMBER(esr) ((esr)&0x3ffc1e)
#define SYSREG_REGISTER(esr) ((uint32_t)((esr) >> 5 & 31))
#define SYSREG_READ(esr) ((esr)&1)

/* GIC system registers by encoding: the assembler knows them only with newer -march (IHI 0069). */
#define ICC_IAR1 S3_0_C12_C12_0
#define ICC_EOIR1 S3_0_C12_C12_1
#define ICC_DIR S3_0_C12_C11_1
#define ICC_SGI1R S3_0_C12_C11_5
#define ICC_PMR S3_0_C4_C6_0
#define ICC_CTLR S3_0_C12_C12_4
#define ICC_IGRPEN1 S3_0_C12_C12_7
#define ICC_SRE_EL2 S3_4_C12_C9_5
#define ICH_HCR S3_4_C12_C11_0
#define ICH_VMCR S3_4_C12_C11_7
#define ICH_AP0R0 S3_4_C12_C8_0
#define ICH_AP1R0 S3_4_C12_C9_0
#define ICH_LR0 S3_4_C12_C12_0
#define ICH_LR1 S3_4_C12_C12_1
#define ICH_LR2 S3_4_C12_C12_2
#define ICH_LR3 S3_4_C12_C12_3

#define ICH_HCR_EN 1ul
#define ICH_HCR_UIE 2ul

/* A list register (IHI 0069 12.4.7). */
#define LIST_PENDING (1ul << 62)
#define LIST_STATE (3ul << 62)
#define LIST_HW (1ul << 61)
#define LIST_PINTID (0x1ffful << 32)
#define LIST_EOI (1ul << 41)

#endif
