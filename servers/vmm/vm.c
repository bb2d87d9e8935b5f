/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's life: loaded, started, stopped, reset or ended.
 *
 * Nothing here touches a vCPU that runs: what is decided becomes part of the state, and vm_settle
 * does it. What is done before the commit, resetting devices and filling memory that no vCPU sees
 * yet, is done again by a life that finds it undone.
 */
#include "gen/device_client.h"
#include "servers/lib/random.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/vmm.h"

/* How long to leave a device that is not done before asking again: a 1/RESET_RATE second. */
#define RESET_RATE 1000

/* Bytes of images in one event: a fraction of a millisecond, so that none takes too long. */
#define LOAD_STEP 0x100000ull

void vm_look_in(const struct vm *vm, unsigned int rate)
{
	uint64_t frequency, now = rt_clock(&frequency);

	rt_timer(vm->endpoint, rate ? now + frequency / rate : now, VM_SIGNAL_LOOK);
}

static void vcpu_on(struct vmm_state *state, uint32_t index, uint64_t entry, uint64_t argument)
{
	RT_TOUCH(*state);
	state->on |= 1u << index;
	state->act = VMM_ACT_PREPARE;
	state->targets = 1u << index;
	state->entry = entry;
	state->argument = argument;
}

/*
 * The vCPU starts once this is committed, and its caller has the answer by then: so what could go
 * wrong is asked before.
 */
status_t vm_vcpu_on(const struct vm *vm, struct vmm_state *state, uint64_t target, uint64_t entry,
		    uint64_t align, uint64_t argument)
{
	if (target >= vm->vcpus)
		return STATUS_NOT_FOUND;
	if (entry < vm->guest.address || entry - vm->guest.address >= vm->guest.size ||
	    entry & (align - 1))
		return STATUS_BAD_ARGUMENT;
	if (vcpu_is_on(state, (uint32_t)target))
		return STATUS_BUSY;
	if (!vcpu_is_there(vm->vcpu[target])) {
		rt_log("vmm: %s: vCPU %lu does not start", vm->name, (unsigned long)target);
		return STATUS_DEAD;
	}
	vcpu_on(state, (uint32_t)target, entry, argument);
	return STATUS_OK;
}

void vm_vcpu_off(struct vmm_state *state, uint32_t index)
{
	RT_TOUCH(*state);
	state->on &= ~(1u << index);
	state->act = VMM_ACT_STOP;
	state->targets = 1u << index;
}

void vm_stop(const struct vm *vm, struct vmm_state *state, enum vmm_condition next)
{
	RT_TOUCH(*state);
	state->condition = (uint8_t)next;
	state->on = 0;
	state->act = VMM_ACT_STOP;
	state->targets = (1u << vm->vcpus) - 1;
}

static void vm_end(const struct vm *vm, struct vmm_state *state, enum supervisor_reason reason)
{
	RT_TOUCH(*state);
	state->condition = VMM_CONDITION_ENDED;
	state->act = VMM_ACT_TELL;
	state->reason = (uint8_t)reason;
	rt_log("vmm: %s: %s", vm->name, reason == SUPERVISOR_REASON_OFF ? "off" : "failed");
}

/* Where the guest's `address` is here; image_place sees to it that it is the guest's. */
static uint8_t *guest_at(const struct vm *vm, uint64_t address)
{
	return vm->memory + (address - vm->guest.address);
}

/* Puts a part of the image where it belongs; returns its length. */
static uint64_t image_load(const struct vm *vm, uint64_t address, const struct image *image,
			   uint64_t from)
{
	uint64_t size = image->size - from;

	if (size > LOAD_STEP)
		size = LOAD_STEP;
	memcpy(guest_at(vm, address + from), image->data + from, size);
	cache_clean(guest_at(vm, address + from), size);
	return size;
}

/* Each start gets numbers of its own, also one that is done again: the time makes the stream. */
static void seed_make(struct vm *vm)
{
	struct random random;

	vm->seed.is_there = vm->key[0] | vm->key[1] | vm->key[2] | vm->key[3];
	random_start(&random, vm->key, rt_clock(NULL));
	random_fill(&random, &vm->seed.layout, sizeof(vm->seed.layout));
	random_fill(&random, vm->seed.bytes, sizeof(vm->seed.bytes));
}

static status_t tree_load(struct vm *vm, const struct layout *layout)
{
	status_t status;

	seed_make(vm);
	status = tree_build(vm, layout, guest_at(vm, layout->tree), VM_TREE_SIZE);
	cache_clean(guest_at(vm, layout->tree), VM_TREE_SIZE);
	return status;
}

status_t vm_describe(struct vm *vm)
{
	if (!vm->described &&
	    description_read(&vm->description, vm->name, vm->tree, vm->tree_size) != STATUS_OK)
		return STATUS_BAD_IMAGE;
	vm->described = true;
	return STATUS_OK;
}

/* All is in place: the first vCPU may start, and the memory is the guest's. */
static status_t vm_start(struct vm *vm, struct vmm_state *state, const struct layout *layout)
{
	status_t status = tree_load(vm, layout);

	if (status == STATUS_OK)
		status = vm_vcpu_on(vm, state, 0, layout->entry, 1, layout->tree);
	if (status != STATUS_OK)
		return status;
	state->condition = VMM_CONDITION_RUNNING;
	rt_log("vmm: %s: starts at 0x%lx, tree at 0x%lx, clock %lu", vm->name,
	       (unsigned long)layout->entry, (unsigned long)layout->tree,
	       (unsigned long)rt_clock(NULL));
	return STATUS_OK;
}

/* No vCPU runs and no device is at work, so the memory is ours alone. */
static status_t load_more(struct vm *vm, struct vmm_state *state)
{
	uint64_t done = state->loaded;
	struct layout layout;
	status_t status = vm_describe(vm);

	if (status == STATUS_OK)
		status = image_place(vm, &layout);
	if (status != STATUS_OK)
		return status;
	RT_TOUCH(*state);
	if (done < vm->kernel.size)
		state->loaded += image_load(vm, layout.kernel, &vm->kernel, done);
	else if (done - vm->kernel.size < vm->initrd.size)
		state->loaded += image_load(vm, layout.initrd, &vm->initrd, done - vm->kernel.size);
	else
		return vm_start(vm, state, &layout);
	vm_look_in(vm, 0);
	return STATUS_OK;
}

/* A VM that cannot start has ended as failed. */
static void vm_load(struct vm *vm, struct vmm_state *state)
{
	if (load_more(vm, state) != STATUS_OK)
		vm_end(vm, state, SUPERVISOR_REASON_FAILED);
}

/* False: one is not done yet, and is asked again soon. */
static bool devices_reset(const struct vm *vm)
{
	uint32_t index;

	for (index = 0; index < vm->servers; index++) {
		status_t status = device_reset(vm->server[index]);

		if (status == STATUS_AGAIN) {
			vm_look_in(vm, RESET_RATE);
			return false;
		}
		if (status != STATUS_OK)
			rt_log("vmm: %s: device %u is not reset: status %ld", vm->name, index,
			       (long)status);
	}
	return true;
}

static void vm_reset(struct vm *vm, struct vmm_state *state)
{
	RT_TOUCH(*state);
	state->condition = VMM_CONDITION_LOADING;
	state->loaded = 0;
	vm_load(vm, state);
}

void vm_look(struct vm *vm, struct vmm_state *state)
{
	/* In a new life, vCPUs that are to be stopped may still run; vm_settle comes back here. */
	if (state->act != VMM_ACT_NONE)
		return;
	switch (state->condition) {
	case VMM_CONDITION_LOADING:
		vm_load(vm, state);
		break;
	case VMM_CONDITION_TURNING_OFF:
		if (devices_reset(vm))
			vm_end(vm, state, SUPERVISOR_REASON_OFF);
		break;
	case VMM_CONDITION_RESETTING:
		if (devices_reset(vm))
			vm_reset(vm, state);
		break;
	}
}
