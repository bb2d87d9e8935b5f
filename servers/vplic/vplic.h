/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of one VM's PLIC (RISC-V PLIC specification 1.0.0), with a context for each vCPU's
 * S-mode, and of the software interrupts that its vCPUs send each other through SBI. Its state is
 * idl/vplic.idl's.
 *
 * What a context is to be given is one word, so nothing ever scans single sources. Every operation
 * changes the model alone, and collects in controller_kicks the vCPUs whose pages no longer fit it.
 */
#ifndef VPLIC_H
#define VPLIC_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/vplic.h"
#include "ipc/riscv64.h"
#include "ipc/status.h"
#include "servers/controller/controller.h"

/* All bits but that of source 0, which there is not. */
#define VPLIC_ALL_SOURCES (~1ull)

/* Badges of the routes; a line's is its source. */
enum route { ROUTE_REGISTERS = CONTROLLER_ROUTES, ROUTE_IPI, ROUTE_REFILL };

/* A zeroed model becomes one with `vcpus` vCPUs after power-on; vcpus is 1 to VPLIC_VCPUS. */
void vplic_init(struct vplic_state *plic, uint32_t vcpus);
/* Back to the state after power-on, but the lines keep their levels. */
void vplic_reset(struct vplic_state *plic);

/*
 * gateway.c: sources and what becomes of them. A line's badge is its source, 1 to 63, else
 * BAD_ARGUMENT, so these two answer line.set and line.pulse.
 */
status_t vplic_line_set(struct vplic_state *plic, uint64_t source, uint64_t level);
status_t vplic_line_pulse(struct vplic_state *plic, uint64_t source);
/* A context's read of its claim register: the source, or 0. */
uint32_t vplic_claim(struct vplic_state *plic, uint32_t context);
/* A context's write to it. */
void vplic_complete(struct vplic_state *plic, uint32_t context, uint64_t source);

/* frame.c: the registers as the guest sees them; else than as whole words: BAD_ARGUMENT. */
status_t vplic_read(struct vplic_state *plic, uint64_t offset, uint64_t width, uint64_t *value);
status_t vplic_write(struct vplic_state *plic, uint64_t offset, uint64_t width, uint64_t value);

/* deliver.c: */
/* A software interrupt for each of these vCPUs, which there are. */
void vplic_send(struct vplic_state *plic, uint32_t targets);

/* check.c: whether a state of `vcpus` vCPUs is one that this model can have made. */
bool vplic_check(const struct vplic_state *plic, uint32_t vcpus);

/* rebuild.c: after vplic_init, what is known without the state. `lines`: sources that have one. */
void vplic_rebuild(struct vplic_state *plic, struct vcpu_interrupts *const *pages, uint64_t lines);

static inline uint32_t vplic_all(const struct vplic_state *plic)
{
	return (1u << plic->vcpus) - 1;
}

#endif
