/* SPDX-License-Identifier: Apache-2.0 */
/* The VM manager's doors: its arguments, the vCPUs' exits, its signal. */
#include "gen/vmm_events.h"
#include "servers/rt/rt.h"
#include "servers/vmm/vmm.h"

static struct vm vm;

status_t vmm_sysreg_read(const struct vmm_state *state, uint64_t badge, uint64_t number,
			 uint64_t *value)
{
	(void)state;
	return register_read(&vm, MESSAGE_VCPU(badge), number, value);
}

status_t vmm_sysreg_write(const struct vmm_state *state, uint64_t badge, uint64_t number,
			  uint64_t value)
{
	(void)state, (void)badge;
	return register_write(number, value);
}

status_t vmm_hypercall_call(struct vmm_state *state, uint64_t badge, uint64_t function,
			    uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5,
			    uint64_t a6, uint64_t a7, uint64_t *r0, uint64_t *r1, uint64_t *r2,
			    uint64_t *r3)
{
	uint64_t words[8] = { function, a1, a2, a3, a4, a5, a6, a7 };

	firmware_call(&vm, state, MESSAGE_VCPU(badge), words);
	*r0 = words[0];
	*r1 = words[1];
	*r2 = words[2];
	*r3 = words[3];
	return STATUS_OK;
}

status_t vmm_fault_vcpu(struct vmm_state *state, uint64_t badge, uint64_t kind, uint64_t address,
			uint64_t syndrome, uint64_t virtual_address, uint64_t status)
{
	uint32_t index = MESSAGE_VCPU(badge);
	struct vcpu_fault fault = {
		.address = address,
		.syndrome = syndrome,
		.virtual_address = virtual_address,
		.status = (status_t)status,
	};
	status_t injected = fault_inject(&vm, state, index, &fault);

	(void)kind; /* the syndrome says it more exactly */
	if (injected != STATUS_OK)
		rt_log("vmm: %s: vCPU %u stops: status %ld", vm.name, index, (long)injected);
	return injected;
}

/*
 * A vCPU that was stopped meanwhile may have left an exit in the queue. It is not carried out:
 * once the VM is to be off, no vCPU may be turned on.
 */
status_t server_message(struct message *message)
{
	if (!vcpu_is_on(rt_state(), MESSAGE_VCPU(message->badge)))
		return STATUS_BAD_STATE;
	return vmm_message(message);
}

void vmm_signal_look(struct vmm_state *state, uint64_t bits)
{
	if (bits & VM_SIGNAL_LOOK)
		vm_look(&vm, state);
}

void server_signal(uint64_t bits)
{
	vmm_signal(bits);
}

void server_settle(const struct message *message)
{
	(void)message;
	vm_settle(&vm, rt_state());
}

static void create(void *state)
{
	struct vmm_state *made = state;

	made->condition = VMM_CONDITION_LOADING;
}

/* No vCPU of a VM whose memory is not the guest's is on, and an act for one names one. */
static bool check(const void *state)
{
	const struct vmm_state *found = state;
	bool one = found->targets && !(found->targets & (found->targets - 1));

	return found->condition <= VMM_CONDITION_ENDED && found->act <= VMM_ACT_TELL &&
	       found->reason <= SUPERVISOR_REASON_FAILED && found->count <= VMM_REGISTERS &&
	       !(found->on >> vm.vcpus) && !(found->targets >> vm.vcpus) &&
	       (!found->on || found->condition == VMM_CONDITION_RUNNING) &&
	       (one || found->act < VMM_ACT_PREPARE || found->act == VMM_ACT_TELL);
}

/*
 * vCPUs that are on run on. If none is, nothing tells whether the VM was being loaded or was
 * ending: it begins again.
 */
static void rebuild(void *state)
{
	struct vmm_state *made = state;
	uint32_t index;

	for (index = 0; index < vm.vcpus; index++)
		if (vcpu_take_over(vm.vcpu[index]))
			made->on |= 1u << index;
	made->condition = made->on ? VMM_CONDITION_RUNNING : VMM_CONDITION_RESETTING;
	rt_log("vmm: %s: %s", vm.name, made->on ? "goes on" : "begins again");
}

const struct durable_kind server_durable DURABLE_KIND = {
	VMM_DURABLE,
	.create = create,
	.check = check,
	.rebuild = rebuild,
};

static uint64_t argument_number(const char *stem, uint32_t number)
{
	char name[NAME_SIZE];

	return rt_argument(name_number(name, stem, number, 10));
}

void server_start(void)
{
	uint32_t index;

	vm.name = rt_argument_text("vm");
	if (!vm.name[0])
		rt_fail("vmm: argument vm has no name");
	vm.endpoint = (handle_t)rt_argument("endpoint");
	vm.supervisor = (handle_t)rt_argument("supervisor");
	vm.memory = (uint8_t *)rt_argument("memory");
	vm.tree = (const void *)rt_argument("tree");
	vm.tree_size = rt_argument("tree-size");
	vm.guest.address = rt_argument("guest-base");
	vm.guest.size = rt_argument("memory-size");
	vm.kernel.data = (const uint8_t *)rt_argument("kernel");
	vm.kernel.size = rt_argument("kernel-size");
	vm.initrd.data = (const uint8_t *)rt_argument_or("initrd", 0);
	vm.initrd.size = rt_argument_or("initrd-size", 0);
	vm.key[0] = rt_argument_or("seed0", 0);
	vm.key[1] = rt_argument_or("seed1", 0);
	vm.key[2] = rt_argument_or("seed2", 0);
	vm.key[3] = rt_argument_or("seed3", 0);
	vm.vcpus = (uint32_t)rt_argument("vcpus");
	if (!vm.vcpus || vm.vcpus > VM_VCPU_MAXIMUM)
		rt_fail("vmm: %s: %u vCPUs; 1 to %d can be", vm.name, vm.vcpus, VM_VCPU_MAXIMUM);
	for (index = 0; index < vm.vcpus; index++)
		vm.vcpu[index] = (handle_t)argument_number("vcpu", index);
	vm.servers = (uint32_t)rt_argument("devices");
	if (vm.servers > VM_DEVICE_MAXIMUM + 1)
		rt_fail("vmm: %s: %u device servers are too many", vm.name, vm.servers);
	for (index = 0; index < vm.servers; index++)
		vm.server[index] = (handle_t)argument_number("device", index);
}
