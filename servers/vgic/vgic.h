/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of one VM's GICv3 (Arm IHI 0069), one security state, affinity routing always on. Its
 * state is idl/vgic.idl's.
 *
 * What a vCPU is to be given now is one word per bank (`ready`), so that nothing ever scans single
 * interrupts. Every operation changes the model alone and collects in controller_kicks the vCPUs
 * whose list registers no longer fit it; the caller then refills the one whose page it holds. A
 * refill reads the page and changes the model; what the list registers are to be waits there until
 * it is committed, then controller_page_write puts it down.
 */
#ifndef VGIC_H
#define VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/vgic.h"
#include "ipc/aarch64.h"
#include "ipc/status.h"
#include "servers/controller/controller.h"

#define VGIC_INTIDS (32u * VGIC_BANKS)
#define VGIC_SPI_FIRST 32u

#define VGIC_GROUP0 1u
#define VGIC_GROUP1 2u

/* Badges of the routes; a line's is its INTID. */
enum route { ROUTE_DISTRIBUTOR = CONTROLLER_ROUTES, ROUTE_REDISTRIBUTORS, ROUTE_SGI, ROUTE_REFILL };

/* A zeroed model becomes one with `vcpus` vCPUs after power-on; vcpus is 1 to VGIC_VCPUS. */
void vgic_init(struct vgic_state *gic, uint32_t vcpus);
/* Back to the state after power-on, but the lines keep their levels. */
void vgic_reset(struct vgic_state *gic);

/* deliver.c: between the model and a vCPU's interrupt page, which the caller must hold in sync. */
void vgic_refill(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page,
		 uint64_t events);
/* The same without events, where there may be nothing to move either way. */
void vgic_look(struct vgic_state *gic, uint32_t vcpu, const struct vcpu_interrupts *page);

/*
 * source.c: where interrupts come from. INTIDs of lines are SPIs, else BAD_ARGUMENT; a line's badge
 * is its INTID, so these two answer line.set and line.pulse.
 */
status_t vgic_line_set(struct vgic_state *gic, uint64_t intid, uint64_t level);
status_t vgic_line_pulse(struct vgic_state *gic, uint64_t intid);
/* A write of `value` to ICC_SGI1R_EL1, ICC_ASGI1R_EL1 or ICC_SGI0R_EL1; else NOT_FOUND. */
status_t vgic_sgi(struct vgic_state *gic, uint32_t vcpu, uint64_t sysreg, uint64_t value);
/* Bring the SPI's routing in line with its router, unless a vCPU still has it in hand. */
void vgic_route(struct vgic_state *gic, uint32_t intid);

/* frame.c: the two register frames as the guest sees them; vcpu is the accessing one. */
status_t vgic_distributor_read(struct vgic_state *gic, uint32_t vcpu, uint64_t address,
			       uint64_t width, uint64_t *value);
status_t vgic_distributor_write(struct vgic_state *gic, uint32_t vcpu, uint64_t address,
				uint64_t width, uint64_t value);
status_t vgic_redistributor_read(struct vgic_state *gic, uint64_t address, uint64_t width,
				 uint64_t *value);
status_t vgic_redistributor_write(struct vgic_state *gic, uint64_t address, uint64_t width,
				  uint64_t value);

/* banked.c: the registers that both frames have, offset within the frame (0x80 to 0xfff). */
uint32_t vgic_bank_index(uint32_t offset);
uint64_t vgic_bank_read(struct vgic_state *gic, uint32_t vcpu, uint32_t index, uint32_t offset,
			uint32_t width);
void vgic_bank_write(struct vgic_state *gic, uint32_t vcpu, uint32_t index, uint32_t offset,
		     uint32_t width, uint32_t value);

/* check.c: whether a state of `vcpus` vCPUs is one that this model can have made. */
bool vgic_check(const struct vgic_state *gic, uint32_t vcpus);

/* rebuild.c: after vgic_init, what is known without the state. `lines`: the SPIs that have one. */
void vgic_rebuild(struct vgic_state *gic, struct vcpu_interrupts *const *pages,
		  const uint64_t lines[VGIC_BANKS / 2]);

#endif
