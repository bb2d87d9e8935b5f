/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's life under its manager: three vCPUs that call their firmware, fault, start and stop one
 * another, one after the other or at once, until one of them resets the VM or turns it off.
 */
#include <string.h>

#include "gen/hypercall.h"
#include "gen/supervisor.h"
#include "gen/sysreg.h"
#include "tests/crash/vcpus.h"

#define REQUESTS 50

#define PSCI_VERSION 0x84000000ul
#define CPU_SUSPEND 0xc4000001ul
#define CPU_OFF 0x84000002ul
#define CPU_ON 0xc4000003ul
#define AFFINITY_INFO 0xc4000004ul
#define SYSTEM_OFF 0x84000008ul
#define SYSTEM_RESET 0x84000009ul
#define PSCI_FEATURES 0x8400000aul

#define DATA_ABORT (0x24ul << 26 | 1ul << 25 | 7)
#define FETCH_ABORT (0x20ul << 26 | 1ul << 25 | 7)
#define ABORT_WRITE (1ul << 6)

static void firmware(uint32_t vcpu, uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	const uint64_t words[] = { function, a1, a2, a3 };

	vcpu_exits(vcpu, HYPERCALL_LABEL_CALL, words, 4);
}

static void sysreg(uint32_t vcpu, uint64_t label, uint64_t number)
{
	const uint64_t words[] = { number, 0x55 };

	vcpu_exits(vcpu, label, words, 2);
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
	static const uint64_t mode[] = { 0, 4, 5, 5 };
	uint64_t *registers = vm_model.registers[vcpu];
	uint32_t at = crash_random(seed) % GUEST_ROOM;

	registers[crash_random(seed) % 31] = crash_random(seed);
	registers[VCPU_PC] = 0xffff800008000000ul + crash_random(seed) * 4ul;
	registers[VCPU_PSTATE] = mode[crash_random(seed) % 4] | (crash_random(seed) % 16ul) << 28;
	registers[VCPU_VBAR_EL1] = 0xffff800008010800ul;
	registers[VCPU_SCTLR_EL1] = (uint64_t)crash_random(seed) << 20;
	vm_model.guest[at] = vm_model.seen[at] = (uint8_t)crash_random(seed);
	vm_model.used[crash_random(seed) % VM_DEVICES] = true;
}

static void devices_work(uint32_t *seed)
{
	uint32_t device;

	for (device = 0; device < VM_DEVICES; device++)
		vm_model.busy[device] = crash_random(seed) % 3;
}

static void cpu_on(uint32_t vcpu, uint32_t *seed)
{
	uint64_t target = crash_random(seed) % VCPUS;
	uint64_t entry = GUEST_START + crash_random(seed) % (GUEST_ROOM / 4) * 4ul;
	uint32_t dice = crash_random(seed) % 12;

	if (dice == 0)
		target = VCPUS + crash_random(seed);
	else if (dice == 1)
		entry |= 2;
	else if (dice == 2)
		entry += GUEST_ROOM;
	firmware(vcpu, CPU_ON, target, entry, crash_random(seed));
}

static void register_access(uint32_t vcpu, uint32_t *seed)
{
	static const uint64_t number[] = {
		SYSREG(3, 0, 0, 4, 0), SYSREG(3, 0, 0, 7, 0), SYSREG(3, 0, 0, 6, 1),
		SYSREG(2, 0, 1, 1, 4), SYSREG(3, 0, 1, 0, 1), SYSREG(3, 3, 9, 12, 0),
	};

	sysreg(vcpu, crash_random(seed) % 2 ? SYSREG_LABEL_READ : SYSREG_LABEL_WRITE,
	       number[crash_random(seed) % 6]);
}

static void abort_access(uint32_t vcpu, uint32_t *seed)
{
	uint64_t syndrome = DATA_ABORT | (crash_random(seed) & ABORT_WRITE);

	vcpu_fault(vcpu, 0xc000000 + crash_random(seed), syndrome,
		   0xffff80000c000000ul + crash_random(seed));
}

static void exit_by_chance(uint32_t vcpu, uint32_t *seed)
{
	guest_works(vcpu, seed);
	switch (crash_random(seed) % 24) {
	case 0:
		firmware(vcpu, PSCI_VERSION, 0, 0, 0);
		break;
	case 1:
		firmware(vcpu, PSCI_FEATURES, PSCI_VERSION + crash_random(seed) % 12, 0, 0);
		break;
	case 2:
		firmware(vcpu, CPU_SUSPEND, crash_random(seed) & 0x10000, 0, 0);
		break;
	case 3: case 4: case 5:
		/* The first one stays, so that one always does. */
		firmware(vcpu, vcpu ? CPU_OFF : crash_random(seed), 0, 0, 0);
		break;
	case 6: case 7: case 8:
		firmware(vcpu, AFFINITY_INFO, crash_random(seed) % (VCPUS + 1),
			 crash_random(seed) % 8 == 0, 0);
		break;
	case 9: case 10: case 11: case 12:
		register_access(vcpu, seed);
		break;
	case 13: case 14: case 15: case 16:
		abort_access(vcpu, seed);
		break;
	case 17:
		vcpu_fault(vcpu, crash_random(seed), FETCH_ABORT, crash_random(seed));
		break;
	case 18:
		devices_work(seed);
		firmware(vcpu, SYSTEM_RESET, 0, 0, 0);
		break;
	default:
		cpu_on(vcpu, seed);
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
	firmware(0, off ? SYSTEM_OFF : SYSTEM_RESET, 0, 0, 0);
	if (vm_model.running[1])
		firmware(1, CPU_ON, 2, GUEST_START, 0);
	settled();
	crash_record_least("ended", vm_model.ended[reason]);
	crash_record("ended for another reason", vm_model.ended[!reason]);
	crash_record("devices used", vm_model.used[0] + vm_model.used[1]);
}

static void prepare(void)
{
	uint32_t seed = 1;

	guest_works(0, &seed);
	firmware(0, CPU_ON, 1, GUEST_START, 7);
	settled();
	guest_works(1, &seed);
}

static void script(uint32_t seed)
{
	uint32_t dice = seed, count;

	for (count = 0; count < REQUESTS; count++)
		request(&dice);
	finish(seed % 4 != 3, dice);
}

extern const struct image image_vmm;

const struct world world_vmm = {
	.name = "vmm",
	.image = { &image_vmm },
	.memory = &vm_model,
	.size = sizeof(vm_model),
	.start = vm_model_start,
	.prepare = prepare,
	.script = script,
	.call = vm_model_call,
	.system = vm_model_system,
};
