/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's life: loaded, started, stopped, reset or ended.
 *
 * A guest turns itself off or resets itself by a call, and the vCPU that called waits for the
 * answer. So the call only stops the vCPUs; devices and memory are touched later, from a signal,
 * when no exit is in hand and no answer can land in a vCPU that already starts afresh.
 */
#include "gen/device_client.h"
#include "gen/supervisor_client.h"
#include "servers/lib/random.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/vmm.h"

/* How long to leave a device that is not done before asking again: a 1/SETTLE_RATE second. */
#define SETTLE_RATE 1000

static void vm_end(struct vm *vm, enum supervisor_reason reason)
{
	vm->state = VM_ENDED;
	rt_log("vmm: %s: %s", vm->name, reason == SUPERVISOR_REASON_OFF ? "off" : "failed");
	supervisor_ended(vm->supervisor, reason);
}

/* Where the guest's `address` is here; image_place sees to it that it is the guest's. */
static uint8_t *guest_at(const struct vm *vm, uint64_t address)
{
	return vm->memory + (address - vm->guest.address);
}

static void guest_write(const struct vm *vm, uint64_t address, const struct image *image)
{
	memcpy(guest_at(vm, address), image->data, image->size);
	cache_clean(guest_at(vm, address), image->size);
}

/* Each start gets numbers of its own, also in a manager's next life: the time makes the stream. */
static void seed_make(struct vm *vm)
{
	struct random random;

	vm->seed.is_there = vm->key[0] | vm->key[1] | vm->key[2] | vm->key[3];
	random_start(&random, vm->key, rt_clock(NULL));
	random_fill(&random, &vm->seed.layout, sizeof(vm->seed.layout));
	random_fill(&random, vm->seed.bytes, sizeof(vm->seed.bytes));
}

/* No vCPU runs and no device is at work, so the memory is ours alone. */
static status_t vm_load(const struct vm *vm, struct layout *layout)
{
	status_t status = image_place(vm, layout);

	if (status != STATUS_OK)
		return status;
	guest_write(vm, layout->kernel, &vm->kernel);
	if (layout->initrd)
		guest_write(vm, layout->initrd, &vm->initrd);
	status = tree_build(vm, layout, guest_at(vm, layout->tree), VM_TREE_SIZE);
	cache_clean(guest_at(vm, layout->tree), VM_TREE_SIZE);
	return status;
}

/* Loads the images and starts the first vCPU; a VM that cannot start has ended as failed. */
static void vm_start(struct vm *vm)
{
	struct layout layout;
	status_t status;

	seed_make(vm);
	status = vm_load(vm, &layout);
	if (status == STATUS_OK) {
		status = vcpu_turn_on(vm->vcpu[0].handle, layout.entry, layout.tree);
		if (status != STATUS_OK)
			rt_log("vmm: %s: vCPU 0 does not start: status %ld", vm->name,
			       (long)status);
	}
	if (status != STATUS_OK) {
		vm_end(vm, SUPERVISOR_REASON_FAILED);
		return;
	}
	vm->vcpu[0].on = true;
	vm->state = VM_RUNNING;
	rt_log("vmm: %s: starts at 0x%lx, tree at 0x%lx, clock %lu", vm->name,
	       (unsigned long)layout.entry, (unsigned long)layout.tree,
	       (unsigned long)rt_clock(NULL));
}

/* Whether a former life of this manager has started the VM: its memory is then the guest's. */
static bool vm_take_over(struct vm *vm)
{
	bool any = false;
	uint32_t index;

	for (index = 0; index < vm->vcpus; index++) {
		vm->vcpu[index].on = vcpu_take_over(vm->vcpu[index].handle);
		any |= vm->vcpu[index].on;
	}
	return any;
}

void vm_create(struct vm *vm, const void *plan, uint64_t size)
{
	status_t status = description_read(&vm->description, vm->name, plan, size);
	uint32_t index;

	if (status == STATUS_OK && vm_take_over(vm)) {
		vm->state = VM_RUNNING;
		rt_log("vmm: %s: goes on", vm->name);
		return;
	}
	for (index = 0; index < vm->vcpus && status == STATUS_OK; index++)
		status = vcpu_identify(vm->vcpu[index].handle, index);
	if (status == STATUS_OK)
		vm_start(vm);
	else
		vm_end(vm, SUPERVISOR_REASON_FAILED);
}

static void settle_in(struct vm *vm, unsigned int rate)
{
	uint64_t frequency, now = rt_clock(&frequency);

	rt_timer(vm->endpoint, rate ? now + frequency / rate : now, VM_SIGNAL_SETTLE);
}

void vm_stop(struct vm *vm, enum vm_state next)
{
	uint32_t index;

	for (index = 0; index < vm->vcpus; index++) {
		vcpu_turn_off(vm->vcpu[index].handle);
		vm->vcpu[index].on = false;
	}
	vm->state = next;
	settle_in(vm, 0);
}

void vm_settle(struct vm *vm)
{
	uint32_t index;

	/* A signal says "look": there may be nothing to do. */
	if (vm->state != VM_TURNING_OFF && vm->state != VM_RESETTING)
		return;
	for (index = 0; index < vm->servers; index++) {
		status_t status = device_reset(vm->server[index]);

		if (status == STATUS_AGAIN) {
			settle_in(vm, SETTLE_RATE);
			return;
		}
		if (status != STATUS_OK)
			rt_log("vmm: %s: device %u is not reset: status %ld", vm->name, index,
			       (long)status);
	}
	if (vm->state == VM_RESETTING)
		vm_start(vm);
	else
		vm_end(vm, SUPERVISOR_REASON_OFF);
}
