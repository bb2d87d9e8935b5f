/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nobody answered becomes the exception that real hardware gives for it, entered by hand: the
 * kernel runs the vCPU on from the registers that stand there when this replies.
 *
 * Here they are only read. What is to be written becomes part of the state and is written in
 * settle: half done and begun anew, it would take the handler's pc for the faulting one.
 */
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/vmm.h"

uint64_t exception_get(struct exception *exception, uint64_t number)
{
	uint64_t value = 0;

	if (exception->status == STATUS_OK)
		exception->status = rt_vcpu_get(exception->vcpu, number, &value);
	return value;
}

void exception_put(struct exception *exception, uint64_t number, uint64_t value)
{
	exception->number[exception->count] = number;
	exception->value[exception->count++] = value;
}

status_t fault_inject(const struct vm *vm, struct vmm_state *state, uint32_t index,
		      const struct vcpu_fault *fault)
{
	struct exception exception = { .vcpu = vm->vcpu[index] };

	exception.pc = exception_get(&exception, vcpu_layout.pc);
	exception_make(&exception, fault);
	fault_report(vm, state, index, fault, exception.pc);
	if (exception.status != STATUS_OK)
		return exception.status;
	RT_TOUCH(*state);
	state->act = VMM_ACT_REGISTERS;
	state->targets = 1u << index;
	state->count = (uint8_t)exception.count;
	memcpy(state->number, exception.number, exception.count * sizeof(*exception.number));
	memcpy(state->value, exception.value, exception.count * sizeof(*exception.value));
	return STATUS_OK;
}
