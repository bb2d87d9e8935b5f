/* SPDX-License-Identifier: Apache-2.0 */
/* A VM's life under its manager, on aarch64. */
#include "gen/sysreg.h"
#include "ipc/aarch64.h"
#include "tests/crash/vcpus.h"

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

static void work(uint64_t *registers, uint32_t *seed)
{
	static const uint64_t mode[] = { 0, 4, 5, 5 };

	registers[crash_random(seed) % 31] = crash_random(seed);
	registers[VCPU_PC] = 0xffff800008000000ul + crash_random(seed) * 4ul;
	registers[VCPU_PSTATE] = mode[crash_random(seed) % 4] | (crash_random(seed) % 16ul) << 28;
	registers[VCPU_VBAR_EL1] = 0xffff800008010800ul;
	registers[VCPU_SCTLR_EL1] = (uint64_t)crash_random(seed) << 20;
}

static void turn_on(uint32_t vcpu, uint64_t target, uint64_t entry, uint64_t argument)
{
	vcpu_calls(vcpu, CPU_ON, target, entry, argument, 0);
}

static void turn_off(uint32_t vcpu)
{
	vcpu_calls(vcpu, CPU_OFF, 0, 0, 0, 0);
}

static void status(uint32_t vcpu, uint64_t target)
{
	vcpu_calls(vcpu, AFFINITY_INFO, target, 0, 0, 0);
}

static void system_end(uint32_t vcpu, bool off)
{
	vcpu_calls(vcpu, off ? SYSTEM_OFF : SYSTEM_RESET, 0, 0, 0, 0);
}

static void ask(uint32_t vcpu, uint32_t *seed)
{
	switch (crash_random(seed) % 4) {
	case 0:
		vcpu_calls(vcpu, PSCI_VERSION, 0, 0, 0, 0);
		break;
	case 1:
		vcpu_calls(vcpu, AFFINITY_INFO, 0, 1, 0, 0); /* no level of a vCPU */
		break;
	case 2:
		vcpu_calls(vcpu, PSCI_FEATURES, PSCI_VERSION + crash_random(seed) % 12, 0, 0, 0);
		break;
	default:
		vcpu_calls(vcpu, CPU_SUSPEND, crash_random(seed) & 0x10000, 0, 0, 0);
		break;
	}
}

static void register_access(uint32_t vcpu, uint32_t *seed)
{
	static const uint64_t number[] = {
		SYSREG(3, 0, 0, 4, 0), SYSREG(3, 0, 0, 7, 0), SYSREG(3, 0, 0, 6, 1),
		SYSREG(2, 0, 1, 1, 4), SYSREG(3, 0, 1, 0, 1), SYSREG(3, 3, 9, 12, 0),
	};
	uint64_t label = crash_random(seed) % 2 ? SYSREG_LABEL_READ : SYSREG_LABEL_WRITE;
	const uint64_t words[] = { number[crash_random(seed) % 6], 0x55 };

	vcpu_exits(vcpu, label, words, 2);
}

static const struct vm_kind kind = {
	.base = 0x40000000,
	.registers = VCPU_REGISTERS,
	.identities = VCPU_ID_PFR0,
	.identities_end = VCPU_ID_END,
	.pc = VCPU_PC,
	.results = 4,
	.magic = 0x644d5241,
	.controller = "arm,gic-v3",
	.console = "arm,pl011",
	.controller_ranges = { 0x8000000, 0x10000, 0x80a0000, 0x200000 },
	.interrupts = { 33, 79 },
	.no_register = 0x18ul << 26,
	.load = DATA_ABORT,
	.store = DATA_ABORT | ABORT_WRITE,
	.fetch = FETCH_ABORT,
	.work = work,
	.turn_on = turn_on,
	.turn_off = turn_off,
	.status = status,
	.system = system_end,
	.ask = ask,
	.register_access = register_access,
};

static void start(void)
{
	vm_model_start(&kind);
}

extern const struct image image_vmm_aarch64;

const struct world world_vmm_aarch64 = {
	.name = "vmm_aarch64",
	.image = { &image_vmm_aarch64 },
	.memory = &vm_model,
	.size = sizeof(vm_model),
	.start = start,
	.prepare = vm_prepare,
	.script = vm_script,
	.call = vm_model_call,
	.system = vm_model_system,
};
