/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU's registers at power-on, and whether it is on. The pc of a vCPU that is off is 0. It is
 * set last when it is prepared and cleared when it is turned off, so that who knows no more than
 * the kernel does finds a vCPU either off or complete.
 */
#include "servers/rt/syscall.h"
#include "servers/vmm/vmm.h"

status_t vcpu_prepare(handle_t vcpu, uint32_t index, uint64_t pc, uint64_t argument)
{
	status_t status = STATUS_OK;
	uint32_t number;

	for (number = vcpu_layout.first; number < vcpu_layout.end && status == STATUS_OK; number++)
		status = rt_vcpu_set(vcpu, number, vcpu_reset_value(number, index, argument));
	return status == STATUS_OK ? rt_vcpu_set(vcpu, vcpu_layout.pc, pc) : status;
}

bool vcpu_is_there(handle_t vcpu)
{
	uint64_t pc;

	return rt_vcpu_get(vcpu, vcpu_layout.pc, &pc) == STATUS_OK;
}

void vcpu_turn_off(handle_t vcpu)
{
	rt_vcpu_stop(vcpu);
	rt_vcpu_set(vcpu, vcpu_layout.pc, 0);
}

bool vcpu_take_over(handle_t vcpu)
{
	uint64_t pc;

	if (rt_vcpu_get(vcpu, vcpu_layout.pc, &pc) != STATUS_OK || !pc)
		return false;
	rt_vcpu_start(vcpu); /* STATUS_BAD_STATE: it runs already */
	return true;
}
