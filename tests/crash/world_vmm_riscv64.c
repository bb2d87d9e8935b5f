/* SPDX-License-Identifier: Apache-2.0 */
/* A VM's life under its manager, on riscv64. */
#include "gen/sysreg.h"
#include "ipc/riscv64.h"
#include "tests/crash/vcpus.h"

#define A0 10
#define HART_START 0
#define HART_STOP 1
#define HART_GET_STATUS 2
#define HART_SUSPEND 3
#define SHUTDOWN 0
#define COLD_REBOOT 1

#define CSR_ACCESS 0x10059573ul /* csrrw a0, sie, a1 */

static void work(uint64_t *registers, uint32_t *seed)
{
	registers[1 + crash_random(seed) % 31] = crash_random(seed);
	registers[VCPU_PC] = 0xffffffff80000000ul + crash_random(seed) * 2ul;
	registers[VCPU_PRIVILEGE] = crash_random(seed) % 2;
	registers[VCPU_SSTATUS] = 2ul << 32 | (crash_random(seed) & 0x122);
	registers[VCPU_STVEC] = 0xffffffff80010800ul | crash_random(seed) % 2;
}

static void turn_on(uint32_t vcpu, uint64_t target, uint64_t entry, uint64_t argument)
{
	vcpu_calls(vcpu, SBI_HSM, HART_START, target, entry, argument);
}

static void turn_off(uint32_t vcpu)
{
	vcpu_calls(vcpu, SBI_HSM, HART_STOP, 0, 0, 0);
}

static void status(uint32_t vcpu, uint64_t target)
{
	vcpu_calls(vcpu, SBI_HSM, HART_GET_STATUS, target, 0, 0);
}

static void system_end(uint32_t vcpu, bool off)
{
	vcpu_calls(vcpu, SBI_SRST, 0, off ? SHUTDOWN : COLD_REBOOT, 0, 0);
}

static void ask(uint32_t vcpu, uint32_t *seed)
{
	static const uint64_t extension[] = { SBI_BASE, SBI_TIME, SBI_DBCN, 0x504d55 };

	switch (crash_random(seed) % 3) {
	case 0:
		vcpu_calls(vcpu, SBI_BASE, crash_random(seed) % 8, 0, 0, 0);
		break;
	case 1:
		vcpu_calls(vcpu, SBI_BASE, 3, extension[crash_random(seed) % 4], 0, 0);
		break;
	default:
		vcpu_calls(vcpu, SBI_HSM, HART_SUSPEND, crash_random(seed) % 2, 0, 0);
		break;
	}
}

static void register_access(uint32_t vcpu, uint32_t *seed)
{
	static const uint64_t label[] = { SYSREG_LABEL_READ, SYSREG_LABEL_WRITE, SYSREG_LABEL_UPDATE };
	const uint64_t words[] = { crash_random(seed) % SYSREG_COUNT, 0x55, 0xaa };

	vcpu_exits(vcpu, label[crash_random(seed) % 3], words, 3);
}

static const struct vm_kind kind = {
	.base = 0x80000000,
	.first = 1,
	.registers = VCPU_REGISTERS,
	.pc = VCPU_PC,
	.argument = A0 + 1,
	.arguments = A0,
	.results = 2,
	.magic = 0x05435352,
	.controller = "riscv,plic0",
	.console = "ns16550a",
	.controller_ranges = { 0xc000000, 0x600000 },
	.interrupts = { 1, 2 },
	.no_register = CAUSE_VIRTUAL_INSTRUCTION | CSR_ACCESS << 32,
	.load = CAUSE_LOAD_GUEST_PAGE,
	.store = CAUSE_STORE_GUEST_PAGE,
	.fetch = CAUSE_FETCH_GUEST_PAGE,
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

extern const struct image image_vmm_riscv64;

const struct world world_vmm_riscv64 = {
	.name = "vmm_riscv64",
	.image = { &image_vmm_riscv64 },
	.memory = &vm_model,
	.size = sizeof(vm_model),
	.start = start,
	.prepare = vm_prepare,
	.script = vm_script,
	.call = vm_model_call,
	.system = vm_model_system,
};
