/* SPDX-License-Identifier: Apache-2.0 */
/* Fences on other harts: asked of the firmware, for the kernel and for guests (SBI chapter 8). */
#include "arch/riscv64/hardware.h"

#define GUEST_FENCE_I 0
#define GUEST_SFENCE_VMA 1
#define GUEST_SFENCE_VMA_ASID 2
#define HOST_FENCE_I 0
#define HOST_HFENCE_VVMA_ASID 5
#define HOST_HFENCE_VVMA 6

/* A hart that is not asked will find that it has something to make up for. */
static bool sleeps(struct cpu *cpu)
{
	/* Both pair with fence_awake: one of two sees what the other one said first. */
	__atomic_store_n(&cpu->arch.fence_due, true, __ATOMIC_SEQ_CST);
	return __atomic_load_n(&cpu->arch.sleeps, __ATOMIC_SEQ_CST);
}

/* The firmware asks one hart after the other and waits for each, so it is worth asking few. */
static void fence_harts(uint64_t harts, uint64_t function, uint64_t start, uint64_t size,
			uint64_t identifier)
{
	const uint64_t arguments[5] = { harts, hart_base(harts), start, size, identifier };

	if (harts)
		firmware_call(SBI_RFENCE, function, arguments);
}

void fence_others(uint64_t function, uint64_t start, uint64_t size, uint64_t identifier)
{
	uint64_t harts = 0;
	unsigned int number;

	for (number = 0; number < cpu_count; number++)
		if (&cpus[number] != cpu_this() && !sleeps(&cpus[number]))
			harts |= hart_bit(&cpus[number]);
	fence_harts(harts, function, start, size, identifier);
}

void fence_awake(struct cpu *cpu)
{
	/* All three pair with sleeps, which is asked after the tables were written. */
	__atomic_store_n(&cpu->arch.sleeps, false, __ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&cpu->arch.fence_due, __ATOMIC_SEQ_CST))
		return;
	__atomic_store_n(&cpu->arch.fence_due, false, __ATOMIC_RELAXED);
	BARRIER_ALL();
	FENCE_ALL();
	FENCE_GUEST_ALL();
	FENCE_GUEST_OWN();
	BARRIER_INSTRUCTIONS();
}

/*
 * The other harts that hold one of those vCPUs. Another one may have TLB entries of theirs, but
 * fences all of them before it runs one again (guest_load): so nobody is disturbed who has to do
 * with other VMs.
 */
static uint64_t harts_holding(const struct vm *vm, uint64_t mask)
{
	uint64_t harts = 0;
	unsigned int number;

	/* What the guest wrote is seen by who is not told. */
	BARRIER_ALL();
	for (number = 0; number < cpu_count; number++) {
		struct cpu *cpu = &cpus[number];
		/* Pairs with guest_switch. */
		const struct thread *guest = __atomic_load_n(&cpu->guest, __ATOMIC_RELAXED);
		const struct vcpu *vcpu = CONTAINER(guest, struct vcpu, thread);

		if (guest && cpu != cpu_this() && vcpu->vm == vm && (mask >> vcpu->index & 1) &&
		    !sleeps(cpu))
			harts |= hart_bit(cpu);
	}
	return harts;
}

/* Are all those harts vCPUs of the VM? */
static bool harts_known(const struct vm *vm, uint64_t mask, uint64_t base)
{
	unsigned int index;

	if (base == EVERY_HART)
		return true;
	if (base >= VM_VCPUS || mask >> (VM_VCPUS - base))
		return false;
	for (index = base; mask; index++, mask >>= 1)
		if ((mask & 1) && !vm->vcpus[index])
			return false;
	return true;
}

/* TLB entries are the VM's, by its VMID in hgatp, which this hart has. */
int64_t fence_call(const struct vcpu *vcpu, const uint64_t *x)
{
	static const uint8_t host[] = {
		[GUEST_FENCE_I] = HOST_FENCE_I,
		[GUEST_SFENCE_VMA] = HOST_HFENCE_VVMA,
		[GUEST_SFENCE_VMA_ASID] = HOST_HFENCE_VVMA_ASID,
	};
	uint64_t function = x[16], base = x[11], mask = x[10];

	if (function >= sizeof(host))
		return SBI_NOT_SUPPORTED;
	if (!harts_known(vcpu->vm, mask, base))
		return SBI_INVALID_PARAMETER;
	mask = base == EVERY_HART ? EVERY_HART : mask << base;
	if (mask >> vcpu->index & 1) {
		if (function == GUEST_FENCE_I)
			BARRIER_INSTRUCTIONS();
		else
			FENCE_GUEST_OWN();
	}
	fence_harts(harts_holding(vcpu->vm, mask), host[function], x[12], x[13], x[14]);
	return SBI_SUCCESS;
}
