/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's life under its manager: three vCPUs that call their firmware, fault, start and stop one
 * another, one after the other or at once, until one of them resets the VM or turns it off.
 */
#include <string.h>

#include "gen/hypercall.h"
#include "gen/supervisor.h"
#include "tests/crash/vcpus.h"

#define REQUESTS 50

void vcpu_calls(uint32_t vcpu, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4)
{
	const uint64_t words[] = { a0, a1, a2, a3, a4 };

	vcpu_exits(vcpu, HYPERCALL_LABEL_CALL, words, 5);
}

/* All that vCPUs wait for comes. */
static void settled(void)
{
	machine_run();
	vcpus_record();
	crash_record_state(VMM);
}

/* What a guest does between two exits. */
static void guest_works(uint32_t vcpu, uint32_t *seed)
{
	uint32_t at = crash_random(seed) % GUEST_ROOM;

	vm_kind->work(vm_model.registers[vcpu], seed);
	vm_model.guest[at] = vm_model.seen[at] = (uint8_t)crash_random(seed);
	vm_model.used[crash_random(seed) % VM_DEVICES] = true;
}

static void devices_work(uint32_t *seed)
{
	uint32_t device;

	for (device = 0; device < VM_DEVICES; device++)
		vm_model.busy[device] = crash_random(seed) % 3;
}

static void turn_on(uint32_t vcpu, uint32_t *seed)
{
	uint64_t target = crash_random(seed) % VCPUS;
	uint64_t entry = vm_kind->base + crash_random(seed) % (GUEST_ROOM / 4) * 4ul;
	uint32_t dice = crash_random(seed) % 12;

	if (dice == 0)
		target = VCPUS + crash_random(seed);
	else if (dice == 1)
		entry |= 1;
	else if (dice == 2)
		entry += GUEST_ROOM;
	vm_kind->turn_on(vcpu, target, entry, crash_random(seed));
}

static void abort_access(uint32_t vcpu, uint32_t *seed)
{
	uint64_t syndrome = crash_random(seed) % 2 ? vm_kind->store : vm_kind->load;

	vcpu_fault(vcpu, 0xc000000 + crash_random(seed), syndrome,
		   0xffff80000c000000ul + crash_random(seed));
}

static void exit_by_chance(uint32_t vcpu, uint32_t *seed)
{
	guest_works(vcpu, seed);
	switch (crash_random(seed) % 24) {
	case 0: case 1: case 2:
		vm_kind->ask(vcpu, seed);
		break;
	case 3: case 4: case 5:
		/* The first one stays, so that one always does. */
		if (vcpu)
			vm_kind->turn_off(vcpu);
		else
			vcpu_calls(vcpu, crash_random(seed), 0, 0, 0, 0);
		break;
	case 6: case 7: case 8:
		vm_kind->status(vcpu, crash_random(seed) % (VCPUS + 1));
		break;
	case 9: case 10: case 11: case 12:
		vm_kind->register_access(vcpu, seed);
		break;
	case 13: case 14: case 15: case 16:
		abort_access(vcpu, seed);
		break;
	case 17:
		vcpu_fault(vcpu, crash_random(seed), vm_kind->fetch, crash_random(seed));
		break;
	case 18:
		devices_work(seed);
		vm_kind->system(vcpu, false);
		break;
	default:
		turn_on(vcpu, seed);
		break;
	}
}

/* One vCPU that runs, or all that do at once. */
static void request(uint32_t *seed)
{
	uint32_t count = crash_random(seed) % 4 ? 1 : VCPUS, vcpu = crash_random(seed), next;

	for (next = 0; next < VCPUS && count; next++, vcpu++)
		if (vm_model.running[vcpu % VCPUS]) {
			exit_by_chance(vcpu % VCPUS, seed);
			count--;
		}
	settled();
}

/* The VM is turned off; or it is reset, and what is to be loaded then is no kernel. */
static void finish(bool off, uint32_t seed)
{
	uint32_t reason = off ? SUPERVISOR_REASON_OFF : SUPERVISOR_REASON_FAILED;

	vm_model.may_end = true;
	devices_work(&seed);
	if (!off)
		memset(vm_model.kernel, 0, 64);
	guest_works(0, &seed);
	vm_kind->system(0, off);
	if (vm_model.running[1])
		vm_kind->turn_on(1, 2, vm_kind->base, 0);
	settled();
	crash_record_least("ended", vm_model.ended[reason]);
	crash_record("ended for another reason", vm_model.ended[!reason]);
	crash_record("devices used", vm_model.used[0] + vm_model.used[1]);
}

void vm_prepare(void)
{
	uint32_t seed = 1;

	guest_works(0, &seed);
	vm_kind->turn_on(0, 1, vm_kind->base, 7);
	settled();
	guest_works(1, &seed);
}

void vm_script(uint32_t seed)
{
	uint32_t dice = seed, count;

	for (count = 0; count < REQUESTS; count++)
		request(&dice);
	finish(seed % 4 != 3, dice);
}
