/* SPDX-License-Identifier: Apache-2.0 */
/* Register offsets and fields of the GICv3, Arm IHI 0069 chapter 12. */
#ifndef VGIC_REGISTERS_H
#define VGIC_REGISTERS_H

/* Both frames (the redistributor's are in its SGI frame): one bit an interrupt, 0x80 bytes each. */
#define GIC_IGROUPR 0x0080u
#define GIC_ISENABLER 0x0100u
#define GIC_ICENABLER 0x0180u
#define GIC_ISPENDR 0x0200u
#define GIC_ICPENDR 0x0280u
#define GIC_ISACTIVER 0x0300u
#define GIC_ICACTIVER 0x0380u
#define GIC_IPRIORITYR 0x0400u /* one byte an interrupt */
#define GIC_IPRIORITYR_END 0x0800u
#define GIC_ICFGR 0x0c00u /* two bits an interrupt, the upper one: edge-triggered */
#define GIC_ICFGR_END 0x0d00u
#define GIC_BANKS_END 0x1000u

#define GIC_PIDR2 0xffe8u
#define GIC_PIDR2_GICV3 (3u << 4) /* ArchRev */
#define GIC_IIDR_COPPICE (0x43u << 24) /* ProductID 'C', no JEP106 implementer */

#define GICD_CTLR 0x0000u
#define GICD_CTLR_FIXED 0x50u /* ARE and DS: always on */
#define GICD_TYPER 0x0004u
#define GICD_TYPER_NO1N (1u << 25)
#define GICD_TYPER_IDBITS (9u << 19) /* ten bits of INTID */
#define GICD_IIDR 0x0008u
#define GICD_IROUTER 0x6000u /* eight bytes an interrupt */
#define GICD_IROUTER_END 0x8000u
#define GICD_SIZE 0x10000u

#define GICR_IIDR 0x0004u
#define GICR_TYPER 0x0008u
#define GICR_TYPER_LAST (1u << 4)
#define GICR_WAKER 0x0014u
#define GICR_WAKER_PROCESSOR_SLEEP 2u
#define GICR_WAKER_CHILDREN_ASLEEP 4u
#define GICR_SGI_FRAME 0x10000u
#define GICR_SIZE 0x20000u /* two frames of 64 KiB a vCPU */

/* Affinity in GICD_IROUTER: Aff3 39:32, Aff2 23:16, Aff1 15:8, Aff0 7:0. */
#define GIC_ROUTER_AFFINITY 0xff00ffffffull

/* The virtual CPU interface has five bits of priority; the others read as zero. */
#define GIC_PRIORITY_MASK 0xf8f8f8f8u

/* ICC_SGI1R_EL1 and its like, IHI 0069 12.2.19. */
#define SGI_TARGETS(value) ((uint32_t)(value) & 0xffffu)
#define SGI_INTID(value) ((uint32_t)((value) >> 24) & 0xfu)
#define SGI_ALL_OTHERS (1ull << 40)
/* Aff3, RS, Aff2, Aff1: all zero for the vCPUs there are. */
#define SGI_CLUSTER 0x00fff0ff00ff0000ull

/* List registers, IHI 0069 12.4: ICH_LR<n>_EL2. */
#define LR_PENDING (1ull << 62)
#define LR_ACTIVE (1ull << 63)
#define LR_HARDWARE (1ull << 61)
#define LR_GROUP1 (1ull << 60)
#define LR_PRIORITY_SHIFT 48
#define LR_EOI (1ull << 41) /* where the hardware bit is clear: tell when it ends */
#define LR_PHYSICAL_SHIFT 32

#endif
