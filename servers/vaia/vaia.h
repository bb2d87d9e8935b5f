/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of one VM's APLIC and IMSICs (RISC-V Advanced Interrupt Architecture 1.0), supervisor
 * level. Its state is idl/vaia.idl's.
 *
 * The APLIC is one domain without children and forwards by MSI only; an MSI is a bit in the
 * interrupt file of a vCPU. A vCPU reaches its own file by CSRs, while its interrupt page is in
 * hand. What others do to it collects in controller_kicks.
 */
#ifndef VAIA_H
#define VAIA_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/vaia.h"
#include "ipc/riscv64.h"
#include "ipc/status.h"
#include "servers/controller/controller.h"

/* In a target, where the guest sees a reserved bit: what the guest had written there is lost. */
#define VAIA_TARGET_LOST (1u << 11)

/* Badges of the routes; a line's is its source. */
enum route { ROUTE_APLIC = CONTROLLER_ROUTES, ROUTE_IPI, ROUTE_REFILL, ROUTE_IMSIC, ROUTE_CSR };

/* A zeroed model becomes one with `vcpus` vCPUs after power-on; vcpus is 1 to VAIA_VCPUS. */
void vaia_init(struct vaia_state *aia, uint32_t vcpus);
/* Back to the state after power-on, but the wires keep their levels. */
void vaia_reset(struct vaia_state *aia);

/* page.c: */
/* The CSR stopi, of the vCPU whose page is in hand. */
uint64_t vaia_top(const struct vaia_vcpu *self, const struct vcpu_interrupts *page);
/* A software interrupt for each of these vCPUs, which there are. */
void vaia_send(struct vaia_state *aia, uint32_t targets);

/* aplic.c: a wire is a source, 1 to 63, else BAD_ARGUMENT; these answer line.set and line.pulse. */
status_t vaia_line_set(struct vaia_state *aia, uint64_t source, uint64_t level);
status_t vaia_line_pulse(struct vaia_state *aia, uint64_t source);
status_t vaia_aplic_read(const struct vaia_state *aia, uint64_t address, uint64_t width,
			 uint64_t *value);
status_t vaia_aplic_write(struct vaia_state *aia, uint64_t address, uint64_t width,
			  uint64_t value);

/* imsic.c: the pages of all interrupt files, in the order of vCPUs. */
status_t vaia_imsic_read(const struct vaia_state *aia, uint64_t address, uint64_t width,
			 uint64_t *value);
status_t vaia_imsic_write(struct vaia_state *aia, uint64_t address, uint64_t width,
			  uint64_t value);
/* A message of the given data to a file; what names no file and no identity goes nowhere. */
void vaia_msi(struct vaia_state *aia, uint64_t vcpu, uint64_t identity);
/* The same for each identity up to `last`, of each file. */
void vaia_msi_lowest(struct vaia_state *aia, uint32_t last);

/*
 * csr.c: accesses by the vCPU itself. NOT_FOUND: there is no such register, or it is read-only.
 * An update gives the register (old & ~clear) | set.
 */
status_t vaia_csr_read(const struct vaia_vcpu *self, const struct vcpu_interrupts *page,
		       uint64_t number, uint64_t *value);
status_t vaia_csr_update(struct vaia_vcpu *self, uint64_t number, uint64_t clear, uint64_t set,
			 uint64_t *old);

/* check.c: whether a state of `vcpus` vCPUs is one that this model can have made. */
bool vaia_check(const struct vaia_state *aia, uint32_t vcpus);

/* rebuild.c: after vaia_init, what is known without the state. `lines`: sources that have one. */
void vaia_rebuild(struct vaia_state *aia, struct vcpu_interrupts *const *pages, uint64_t lines);

#endif
