/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of what nobody answered. A guest, even one of its programs, can fault as often as it
 * likes: each kind is reported the first time, then each time its count has doubled.
 */
#include "servers/rt/rt.h"
#include "servers/vmm/aarch64/processor.h"
#include "servers/vmm/vmm.h"

enum report_kind {
	REPORT_READ,
	REPORT_WRITE,
	REPORT_FETCH,
	REPORT_REGISTER,
	REPORT_OTHER,
	REPORT_KINDS,
};

_Static_assert(REPORT_KINDS <= VMM_REPORTS, "every kind has a counter");

static const char *const report_names[] = {
	[REPORT_READ] = "read of no device, address",
	[REPORT_WRITE] = "write to no device, address",
	[REPORT_FETCH] = "fetch from no memory, address",
	[REPORT_REGISTER] = "register it does not have, number",
	[REPORT_OTHER] = "exception it cannot have, address",
};

static enum report_kind report_kind(uint64_t syndrome)
{
	switch (ESR_CLASS(syndrome)) {
	case ESR_DATA_LOWER:
		return syndrome & ESR_DATA_WRITE ? REPORT_WRITE : REPORT_READ;
	case ESR_FETCH_LOWER:
		return REPORT_FETCH;
	case ESR_REGISTER:
		return REPORT_REGISTER;
	}
	return REPORT_OTHER;
}

void fault_report(const struct vm *vm, struct vmm_state *state, uint32_t index,
		  const struct vcpu_fault *fault, uint64_t pc)
{
	enum report_kind kind = report_kind(fault->syndrome);
	uint64_t *faults = &state->faults[kind];
	uint64_t count = *faults + 1;

	RT_TOUCH(*faults);
	*faults = count;
	if (count & (count - 1))
		return;
	rt_log("vmm: %s: vCPU %u: %s 0x%lx, pc 0x%lx, syndrome 0x%lx, status %ld (%lu so far)",
	       vm->name, index, report_names[kind], (unsigned long)fault->address,
	       (unsigned long)pc, (unsigned long)fault->syndrome, (long)fault->status,
	       (unsigned long)count);
}
