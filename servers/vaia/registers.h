/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the RISC-V Advanced Interrupt Architecture 1.0; chapters are of that. */
#ifndef VAIA_REGISTERS_H
#define VAIA_REGISTERS_H

/* The domain of an APLIC, 4.5: offsets. Arrays of bits have 32 sources a word. */
#define APLIC_DOMAINCFG 0x0000u
#define APLIC_DOMAINCFG_FIXED 0x80000000u
#define APLIC_DOMAINCFG_IE (1u << 8)
#define APLIC_DOMAINCFG_DM (1u << 2)
#define APLIC_SOURCECFG 0x0000u /* of source n, from 1: + 4 n */
#define APLIC_SOURCECFG_END 0x1000u
#define APLIC_SOURCECFG_D (1u << 10)
#define APLIC_BITS 0x1c00u
#define APLIC_BITS_END 0x2000u
#define APLIC_SETIP 0x1c00u
#define APLIC_SETIPNUM 0x1cdcu
#define APLIC_IN_CLRIP 0x1d00u
#define APLIC_CLRIPNUM 0x1ddcu
#define APLIC_SETIE 0x1e00u
#define APLIC_SETIENUM 0x1edcu
#define APLIC_CLRIE 0x1f00u
#define APLIC_CLRIENUM 0x1fdcu
#define APLIC_SETIPNUM_LE 0x2000u
#define APLIC_SETIPNUM_BE 0x2004u
#define APLIC_GENMSI 0x3000u
#define APLIC_TARGET 0x3000u /* of source n, from 1: + 4 n */
#define APLIC_TARGET_END 0x4000u
#define APLIC_SIZE 0x8000u

/* sourcecfg.SM, 4.5.2. */
#define APLIC_INACTIVE 0u
#define APLIC_DETACHED 1u
#define APLIC_WIRED 4u     /* of the modes with a wire: */
#define APLIC_SENSITIVE 2u /* level, not edge */
#define APLIC_INVERTED 1u
#define APLIC_EDGE1 4u
#define APLIC_EDGE0 5u
#define APLIC_LEVEL1 6u
#define APLIC_LEVEL0 7u

/* target and genmsi, 4.5.15 and 4.5.16; there are no guest interrupt files. */
#define MSI_HART_SHIFT 18
#define MSI_HART 0xfffc0000u
#define MSI_IDENTITY 0x7ffu

/* The page of an interrupt file, 3.5. */
#define IMSIC_SETEIPNUM_LE 0u
#define IMSIC_SETEIPNUM_BE 4u
#define IMSIC_PAGE 0x1000u

/* CSRs, 2.1 and 2.2. */
#define CSR_SISELECT 0x150u
#define CSR_SIREG 0x151u
#define CSR_STOPEI 0x15cu
#define CSR_STOPI 0xdb0u

/* What siselect chooses, 3.8 and 5.2; with 64 bits, odd registers of arrays do not exist. */
#define SELECT_MASK 0xfffu
#define SELECT_IPRIO 0x30u
#define SELECT_IPRIO_END 0x40u
#define SELECT_EIDELIVERY 0x70u
#define SELECT_RESERVED 0x71u /* reads as zero, ignores writes */
#define SELECT_EITHRESHOLD 0x72u
#define SELECT_EIP 0x80u
#define SELECT_EIE 0xc0u
#define SELECT_END 0x100u

/* stopei and stopi: the identity, and a priority in the low bits. */
#define TOP_IDENTITY_SHIFT 16

/* Major interrupts, as sip has them. */
#define MAJOR_SOFTWARE 1u
#define MAJOR_TIMER 5u
#define MAJOR_EXTERNAL 9u

#endif
