/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of what nobody answered. A guest, even one of its programs, can fault as often as it
 * likes: each kind is reported the first time, then each time its count has doubled.
 */
#include "servers/rt/rt.h"
#include "servers/vmm/vmm.h"

_Static_assert(FAULT_KINDS <= VMM_REPORTS, "every kind has a counter");

static const char *const names[] = {
	[FAULT_READ] = "read of no device, address",
	[FAULT_WRITE] = "write to no device, address",
	[FAULT_FETCH] = "fetch from no memory, address",
	[FAULT_REGISTER] = "register it does not have, number",
	[FAULT_INSTRUCTION] = "instruction it does not have, address",
	[FAULT_OTHER] = "exception it cannot have, address",
};

void fault_report(const struct vm *vm, struct vmm_state *state, uint32_t index,
		  const struct vcpu_fault *fault, uint64_t pc)
{
	enum fault_kind kind = fault_kind(fault);
	uint64_t *faults = &state->faults[kind];
	uint64_t count = *faults + 1;

	RT_TOUCH(*faults);
	*faults = count;
	if (count & (count - 1))
		return;
	rt_log("vmm: %s: vCPU %u: %s 0x%lx, pc 0x%lx, syndrome 0x%lx, status %ld (%lu so far)",
	       vm->name, index, names[kind], (unsigned long)fault->address,
	       (unsigned long)pc, (unsigned long)fault->syndrome, (long)fault->status,
	       (unsigned long)count);
}
