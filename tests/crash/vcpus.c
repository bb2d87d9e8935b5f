/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel, the devices and the supervisor as a VM manager sees them. A vCPU that is stopped takes
 * its message with it. What nobody may do is found at once: to write the registers of a vCPU that
 * runs, to start one over memory or devices of a former start, to tell of an end that was none.
 */
#include "tests/crash/vcpus.h"

#include <libfdt.h>
#include <string.h>

#include "gen/device.h"
#include "gen/fault.h"
#include "gen/hypercall.h"
#include "gen/supervisor.h"
#include "gen/sysreg.h"

#define IMAGE_ROOM 0x2000

struct vm_model vm_model;

const struct vm_kind *vm_kind;
static uint64_t plan[256];
static struct caller callers[VCPUS];

/* --- Set up ----------------------------------------------------------------------------------- */

static void plan_device(const char *name, const char *compatible, uint64_t address, uint32_t intid)
{
	fdt64_t reg[2] = { cpu_to_fdt64(address), cpu_to_fdt64(0x1000) };

	fdt_begin_node(plan, name);
	fdt_property_string(plan, "compatible", compatible);
	fdt_property(plan, "reg", reg, sizeof(reg));
	fdt_property_u32(plan, "interrupts", intid);
	fdt_end_node(plan);
}

static void plan_make(void)
{
	fdt64_t ranges[4];
	unsigned int index;

	for (index = 0; index < 4; index++)
		fdt64_st(&ranges[index], vm_kind->controller_ranges[index]);
	fdt_create(plan, sizeof(plan));
	fdt_finish_reservemap(plan);
	fdt_begin_node(plan, "");
	fdt_begin_node(plan, "vms");
	fdt_begin_node(plan, "guest");
	fdt_property_string(plan, "bootargs", "quiet");
	plan_device("console", vm_kind->console, 0x9000000, vm_kind->interrupts[0]);
	plan_device("disk", "virtio,blk", 0xa003000, vm_kind->interrupts[1]);
	fdt_begin_node(plan, "interrupt-controller");
	fdt_property_string(plan, "compatible", vm_kind->controller);
	fdt_property(plan, "reg", ranges, (ranges[3] ? 4 : 2) * (int)sizeof(*ranges));
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_end_node(plan);
	fdt_end_node(plan);
	if (fdt_finish(plan))
		crash_fail("the plan is too long");
}

/* The header of an Image: its place, its size in memory, its magic number. */
static void images_make(void)
{
	const uint64_t head[] = { 0x1400001014000010, 0, IMAGE_ROOM, 10, 0, 0, 0, vm_kind->magic };
	uint32_t at;

	for (at = 0; at < KERNEL_BYTES; at++)
		vm_model.kernel[at] = (uint8_t)(at * 7 + 1);
	for (at = 0; at < INITRD_BYTES; at++)
		vm_model.initrd[at] = (uint8_t)(at * 5 + 3);
	memcpy(vm_model.kernel, head, sizeof(head));
}

void vm_model_start(const struct vm_kind *of)
{
	char seed[] = "seed0", vcpu[] = "vcpu0", device[] = "device0";
	uint32_t index;

	vm_kind = of;
	plan_make();
	images_make();
	place_text(VMM, "vm", "guest");
	place_argument(VMM, "supervisor", HANDLE_SUPERVISOR);
	place_argument(VMM, "memory", (uint64_t)vm_model.guest);
	place_argument(VMM, "memory-size", GUEST_ROOM);
	place_argument(VMM, "guest-base", vm_kind->base);
	place_argument(VMM, "kernel", (uint64_t)vm_model.kernel);
	place_argument(VMM, "kernel-size", KERNEL_BYTES);
	place_argument(VMM, "initrd", (uint64_t)vm_model.initrd);
	place_argument(VMM, "initrd-size", INITRD_BYTES);
	place_argument(VMM, "tree", (uint64_t)plan);
	place_argument(VMM, "tree-size", sizeof(plan));
	for (index = 0; index < 4; index++, seed[4]++)
		place_argument(VMM, seed, 0x1234567 * index + 1);
	place_argument(VMM, "vcpus", VCPUS);
	for (index = 0; index < VCPUS; index++, vcpu[4]++)
		place_argument(VMM, vcpu, HANDLE_VCPU + index);
	place_argument(VMM, "devices", VM_DEVICES);
	for (index = 0; index < VM_DEVICES; index++, device[6]++)
		place_argument(VMM, device, HANDLE_DEVICE + index);
}

/* --- vCPUs ------------------------------------------------------------------------------------ */

static void answered(struct caller *caller)
{
	const uint32_t vcpu = (uint32_t)(caller - callers);
	uint64_t *registers = vm_model.registers[vcpu];
	vm_model.waits[vcpu] = false;
	crash_record("answer to vCPU", vcpu);
	crash_record("status", (uint64_t)caller->status);
	switch (caller->message.label) {
	case HYPERCALL_LABEL_CALL:
		memcpy(registers + vm_kind->arguments, caller->message.words,
		       vm_kind->results * sizeof(*registers));
		break;
	case FAULT_LABEL_VCPU:
		if (caller->status != STATUS_OK)
			vm_model.running[vcpu] = false;
		break;
	default:
		if (caller->status != STATUS_OK) {
			vcpu_fault(vcpu, vm_model.asked[vcpu], vm_kind->no_register, 0);
			return;
		}
		if (caller->message.label == SYSREG_LABEL_READ)
			registers[1] = caller->message.words[0];
		registers[vm_kind->pc] += 4;
	}
}

void vcpu_exits(uint32_t vcpu, uint64_t label, const uint64_t *words, uint32_t count)
{
	struct caller *caller = &callers[vcpu];

	memset(&caller->message, 0, sizeof(caller->message));
	memcpy(caller->message.words, words, count * sizeof(*words));
	memcpy(vm_model.registers[vcpu] + vm_kind->arguments, words, count * sizeof(*words));
	vm_model.asked[vcpu] = words[0];
	caller->message.label = label;
	caller->on_answer = answered;
	vm_model.waits[vcpu] = true;
	place_post(VMM, (uint64_t)vcpu << 32, caller);
}

void vcpu_fault(uint32_t vcpu, uint64_t address, uint64_t syndrome, uint64_t virtual_address)
{
	const uint64_t words[] = { 0, address, syndrome, virtual_address,
				   (uint64_t)STATUS_NOT_FOUND };

	vcpu_exits(vcpu, FAULT_LABEL_VCPU, words, 5);
}

/* Two sums: one would wait for each of its own multiplications. */
static uint64_t hash(const void *data, size_t size)
{
	const uint64_t *word = data;
	uint64_t even = 0xcbf29ce484222325ul, odd = 0x9ae16a3b2f90404ful;
	size_t left;

	for (left = size / (2 * sizeof(*word)); left; left--) {
		even = (even ^ *word++) * 0x100000001b3ul;
		odd = (odd ^ *word++) * 0x9fb21c651e98df25ul;
	}
	return even ^ even >> 32 ^ odd ^ odd >> 29;
}

void vcpus_record(void)
{
	uint32_t vcpu;

	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		crash_record("vCPU runs", vm_model.running[vcpu]);
		crash_record("registers", hash(vm_model.registers[vcpu],
					       sizeof(vm_model.registers[vcpu])));
	}
}

static bool one_runs(void)
{
	return memchr(vm_model.running, true, sizeof(vm_model.running)) != NULL;
}

/* The seeds in the tree are other ones each time; for the story they become zeros. */
static void seed_take(void *tree, const char *name)
{
	int length;
	uint8_t *value = fdt_getprop_w(tree, fdt_path_offset(tree, "/chosen"), name, &length);
	uint64_t seed;

	if (!value)
		crash_fail("the tree has no %s", name);
	memcpy(&seed, value, sizeof(seed));
	if (seed == vm_model.seed)
		crash_fail("a seed is used again");
	vm_model.seed = seed;
	memset(value, 0, (size_t)length);
}

/* The first vCPU starts: all that the guest finds is there. */
static void guest_begins(uint32_t vcpu)
{
	uint64_t at = vm_model.registers[vcpu][vm_kind->argument] - vm_kind->base;
	uint32_t device;

	if (at > GUEST_ROOM - sizeof(struct fdt_header) || fdt_check_header(vm_model.seen + at))
		crash_fail("the argument of vCPU %u points at no tree", vcpu);
	seed_take(vm_model.seen + at, "kaslr-seed");
	seed_take(vm_model.seen + at, "rng-seed");
	crash_record("memory at the start", hash(vm_model.seen, GUEST_ROOM));
	memcpy(vm_model.guest, vm_model.seen, GUEST_ROOM);
	for (device = 0; device < VM_DEVICES; device++)
		if (vm_model.used[device])
			crash_fail("device %u is not reset before a start", device);
}

static status_t vcpu_start(uint32_t vcpu)
{
	if (vm_model.running[vcpu])
		return STATUS_BAD_STATE;
	if (!one_runs())
		guest_begins(vcpu);
	vm_model.running[vcpu] = true;
	crash_record("start of vCPU", vcpu);
	vcpus_record();
	vm_model.used[vcpu % VM_DEVICES] = true;
	return STATUS_OK;
}

static status_t vcpu_stop(uint32_t vcpu)
{
	if (vm_model.running[vcpu])
		crash_record("stop of vCPU", vcpu);
	if (vm_model.waits[vcpu])
		place_withdraw(VMM, &callers[vcpu]);
	vm_model.running[vcpu] = vm_model.waits[vcpu] = false;
	return STATUS_OK;
}

static status_t vcpu_set(uint32_t vcpu, uint64_t number, uint64_t value)
{
	if (number < vm_kind->first || number >= vm_kind->registers)
		return STATUS_NOT_SUPPORTED;
	if (vm_model.running[vcpu] && !vm_model.waits[vcpu])
		crash_fail("register %lu of vCPU %u is written, which runs", (unsigned long)number,
			   vcpu);
	vm_model.registers[vcpu][number] = value;
	return STATUS_OK;
}

static status_t vcpu_get(uint32_t vcpu, uint64_t number, uint64_t *value)
{
	if (number >= vm_kind->identities && number < vm_kind->identities_end) {
		*value = 0x1111111111111111 * (number % 3 + 1);
		return STATUS_OK;
	}
	if (number >= vm_kind->registers)
		return STATUS_NOT_SUPPORTED;
	*value = vm_model.registers[vcpu][number];
	return STATUS_OK;
}

status_t vm_model_system(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	uint64_t vcpu = argument[0] - HANDLE_VCPU;

	if (number == SYSCALL_TIMER && argument[0] == 1) {
		place_signal(VMM, argument[2]); /* time passes as it likes */
		return STATUS_OK;
	}
	if (vcpu >= VCPUS)
		crash_fail("system call %u of handle %lu", number, (unsigned long)argument[0]);
	switch (number) {
	case SYSCALL_VCPU_GET:
		return vcpu_get((uint32_t)vcpu, argument[1], result);
	case SYSCALL_VCPU_SET:
		return vcpu_set((uint32_t)vcpu, argument[1], argument[2]);
	case SYSCALL_VCPU_START:
		return vcpu_start((uint32_t)vcpu);
	case SYSCALL_VCPU_STOP:
		return vcpu_stop((uint32_t)vcpu);
	default:
		crash_fail("system call %u", number);
	}
}

/* --- Memory, devices, supervisor -------------------------------------------------------------- */

/* In place of the architecture's cache.c. */
void cache_clean(const void *start, uint64_t size);
void cache_clean(const void *start, uint64_t size)
{
	size_t at = (size_t)((const uint8_t *)start - vm_model.guest);

	crash_point();
	if (at > GUEST_ROOM - sizeof(struct fdt_header) || size > GUEST_ROOM - at)
		crash_fail("%lu bytes at %p are cleaned", (unsigned long)size, start);
	if (one_runs())
		crash_fail("memory is loaded under a guest that runs");
	memcpy(vm_model.seen + at, vm_model.guest + at, size);
	crash_point();
}

static status_t device_reset(uint64_t device)
{
	if (one_runs())
		crash_fail("device %lu is reset under a guest that runs", (unsigned long)device);
	if (vm_model.busy[device]) {
		vm_model.busy[device]--;
		return STATUS_AGAIN;
	}
	vm_model.used[device] = false;
	return STATUS_OK;
}

static status_t vm_ended(uint64_t reason)
{
	if (!vm_model.may_end || one_runs() || reason > SUPERVISOR_REASON_FAILED)
		crash_fail("an end is told, reason %lu", (unsigned long)reason);
	vm_model.ended[reason]++;
	return STATUS_OK;
}

status_t vm_model_call(handle_t handle, struct message *message)
{
	if (handle == HANDLE_SUPERVISOR && message->label == SUPERVISOR_LABEL_ENDED)
		return vm_ended(message->words[0]);
	if (handle - HANDLE_DEVICE < VM_DEVICES && message->label == DEVICE_LABEL_RESET)
		return device_reset(handle - HANDLE_DEVICE);
	crash_fail("a call of handle %lu, label %lx", (unsigned long)handle,
		   (unsigned long)message->label);
}
