/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of one VM's GICv3 (Arm IHI 0069), one security state, affinity routing always on.
 *
 * Interrupts are kept in banks of 32, one bit each. What a vCPU is to be given now is one word per
 * bank (`ready`), so that nothing ever scans single interrupts. Every operation changes the model
 * alone and collects in `kicks` the vCPUs whose list registers no longer fit it; the caller then
 * refills the vCPU whose page it holds and kicks the others.
 */
#ifndef VGIC_H
#define VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/aarch64.h"
#include "ipc/status.h"

#define VGIC_VCPUS 8
#define VGIC_BANKS 4 /* bank 0: a vCPU's own SGIs and PPIs; 1 to 3: the SPIs */
#define VGIC_INTIDS (32u * VGIC_BANKS)
#define VGIC_SPI_FIRST 32u

struct vgic_bank {
	uint32_t group;
	uint32_t enabled;
	uint32_t forwarded; /* enabled, and so is their group: see vgic_forward */
	uint32_t edge;    /* edge-triggered; else level-sensitive */
	uint32_t level;   /* the lines as they are */
	uint32_t pending; /* the pending latches: edges, SGIs, writes to ISPENDR */
	uint32_t active;
	uint32_t listed;  /* in a list register; `pending` and `active` are then as old as that */
	uint32_t pending_written; /* `pending` is newer: it counts, not the list register */
	uint32_t active_written;  /* the same for `active` */
	uint8_t priority[32];
	uint8_t taken[32]; /* the priority with which it was listed last before it became active */
};

/* Of a power of two in size: it is indexed on every path. */
struct vgic_vcpu {
	struct vgic_bank bank;       /* bank 0 */
	uint32_t ready[VGIC_BANKS];  /* to be listed, and not yet so */
	uint32_t routed[VGIC_BANKS]; /* which SPIs are this vCPU's */
	uint8_t intid[VCPU_LIST_REGISTERS]; /* what the first `listed` list registers hold */
	uint8_t listed;
	bool sleeping; /* GICR_WAKER.ProcessorSleep */
} __attribute__((aligned(128)));

/* Everything there is to remember; no pointers, so that it can outlive the server. */
struct vgic {
	uint32_t vcpus;
	uint32_t groups; /* GICD_CTLR.EnableGrp0 and EnableGrp1 */
	uint32_t kicks;  /* vCPUs to refill or to kick; the caller clears what it kicked */
	struct vgic_bank spi[VGIC_BANKS - 1];
	uint64_t router[VGIC_INTIDS - VGIC_SPI_FIRST];
	struct vgic_vcpu vcpu[VGIC_VCPUS];
};

#define VGIC_GROUP0 1u
#define VGIC_GROUP1 2u

/* A zeroed model becomes one with `vcpus` vCPUs after power-on; vcpus is 1 to VGIC_VCPUS. */
void vgic_init(struct vgic *gic, uint32_t vcpus);
/* Back to the state after power-on, but the lines keep their levels. */
void vgic_reset(struct vgic *gic);

/* deliver.c: between the model and a vCPU's interrupt page, which the caller must hold in sync. */
void vgic_refill(struct vgic *gic, uint32_t vcpu, struct vcpu_interrupts *page, uint64_t events);

/* source.c: where interrupts come from. INTIDs of lines are SPIs, else BAD_ARGUMENT. */
status_t vgic_line_set(struct vgic *gic, uint64_t intid, uint64_t level);
status_t vgic_line_pulse(struct vgic *gic, uint64_t intid);
/* A write of `value` to ICC_SGI1R_EL1, ICC_ASGI1R_EL1 or ICC_SGI0R_EL1; else NOT_FOUND. */
status_t vgic_sgi(struct vgic *gic, uint32_t vcpu, uint64_t sysreg, uint64_t value);
/* Bring the SPI's routing in line with its router, unless a vCPU still has it in hand. */
void vgic_route(struct vgic *gic, uint32_t intid);

/* frame.c: the two register frames as the guest sees them; vcpu is the accessing one. */
status_t vgic_distributor_read(struct vgic *gic, uint32_t vcpu, uint64_t offset, uint64_t width,
			       uint64_t *value);
status_t vgic_distributor_write(struct vgic *gic, uint32_t vcpu, uint64_t offset, uint64_t width,
				uint64_t value);
status_t vgic_redistributor_read(struct vgic *gic, uint64_t offset, uint64_t width,
				 uint64_t *value);
status_t vgic_redistributor_write(struct vgic *gic, uint64_t offset, uint64_t width,
				  uint64_t value);

/* banked.c: the registers that both frames have, offset within the frame (0x80 to 0xfff). */
uint32_t vgic_bank_index(uint32_t offset);
uint64_t vgic_bank_read(struct vgic *gic, uint32_t vcpu, uint32_t index, uint32_t offset,
			uint32_t width);
void vgic_bank_write(struct vgic *gic, uint32_t vcpu, uint32_t index, uint32_t offset,
		     uint32_t width, uint32_t value);

#endif
