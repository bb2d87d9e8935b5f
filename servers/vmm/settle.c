/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an event has decided about vCPUs is done here, when it is committed. A life may end at any
 * point of an act, and the next one does the whole of it again; until then no other event is
 * looked at. So each act is one that a second time changes nothing.
 */
#include "gen/supervisor_client.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/vmm.h"

static uint32_t target_index(const struct vmm_state *state)
{
	return (uint32_t)__builtin_ctz(state->targets);
}

static handle_t target(const struct vm *vm, const struct vmm_state *state)
{
	return vm->vcpu[target_index(state)];
}

/* A caller among them never gets its answer: the kernel drops its message. */
static void stop(const struct vm *vm, const struct vmm_state *state)
{
	uint32_t left;

	for (left = state->targets; left; left &= left - 1)
		vcpu_turn_off(vm->vcpu[__builtin_ctz(left)]);
	if (state->condition != VMM_CONDITION_RUNNING)
		vm_look_in(vm, 0);
}

/*
 * Once the vCPU may run, nothing writes its registers: that they are complete is a commit of its
 * own, before the start.
 */
static void prepare(const struct vm *vm, struct vmm_state *state)
{
	status_t status = vcpu_prepare(target(vm, state), target_index(state), state->entry,
				       state->argument);

	if (status != STATUS_OK)
		rt_log("vmm: %s: a vCPU is not prepared: status %ld", vm->name, (long)status);
	RT_TOUCH(*state);
	state->act = VMM_ACT_START;
	rt_commit(NULL, STATUS_OK);
}

static void start(const struct vm *vm, const struct vmm_state *state)
{
	status_t status = rt_vcpu_start(target(vm, state));

	/* A former life may have started it. */
	if (status != STATUS_OK && status != STATUS_BAD_STATE)
		rt_log("vmm: %s: a vCPU does not start: status %ld", vm->name, (long)status);
}

static void registers(const struct vm *vm, const struct vmm_state *state)
{
	unsigned int index;

	for (index = 0; index < state->count; index++)
		rt_vcpu_set(target(vm, state), state->number[index], state->value[index]);
}

static void act(const struct vm *vm, struct vmm_state *state)
{
	switch (state->act) {
	case VMM_ACT_STOP:
		stop(vm, state);
		break;
	case VMM_ACT_PREPARE:
		prepare(vm, state);
		start(vm, state);
		break;
	case VMM_ACT_START:
		start(vm, state);
		break;
	case VMM_ACT_REGISTERS:
		registers(vm, state);
		break;
	case VMM_ACT_TELL:
		supervisor_ended(vm->supervisor, state->reason);
		break;
	}
}

void vm_settle(const struct vm *vm, struct vmm_state *state)
{
	if (state->act == VMM_ACT_NONE)
		return;
	act(vm, state);
	RT_TOUCH(*state);
	state->act = VMM_ACT_NONE;
}
