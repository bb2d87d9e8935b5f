/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VM manager: loads one VM's images, starts its vCPUs, is their firmware, and turns every exit
 * that nobody else answers into what real hardware would do.
 *
 * vm.c is a VM's life; settle.c carries out what an event has decided; description.c reads the VM's
 * node of the plan; the files of the architecture provide what stands below "the architecture's
 * part". What a next life has to know is struct vmm_state; all of struct vm it finds out anew.
 */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gen/supervisor.h"
#include "gen/vmm.h"
#include "ipc/status.h"
#include "ipc/syscall.h"
#include "servers/rt/durable.h"

#define VM_VCPU_MAXIMUM VMM_VCPUS
#define VM_DEVICE_MAXIMUM 32

/* The guest's tree, with room for all the devices and for bootargs of VM_BOOTARGS_MAXIMUM. */
#define VM_TREE_SIZE 0x8000
#define VM_BOOTARGS_MAXIMUM 2048

/* The signal by which a VM that is loaded or ends looks after itself. */
#define VM_SIGNAL_LOOK 1u

struct range {
	uint64_t address;
	uint64_t size;
};

struct image {
	const uint8_t *data;
	uint64_t size; /* 0: there is none */
};

enum device_kind {
	DEVICE_PL011,
	DEVICE_VIRTIO,
};

struct vm_device {
	enum device_kind kind;
	struct range registers;
	uint32_t interrupt; /* INTID */
};

/* What the node /vms/<name> of the plan says, checked. Texts lie in the plan itself. */
struct description {
	const char *bootargs;
	bool flat; /* the kernel is a raw binary, to be started at the guest's base */
	struct range distributor;
	struct range redistributors;
	uint32_t devices;
	struct vm_device device[VM_DEVICE_MAXIMUM];
};

/* What a guest's random number generator starts with. */
struct seed {
	bool is_there;
	uint64_t layout;  /* kaslr-seed */
	uint8_t bytes[32]; /* rng-seed */
};

/* The identification registers that a guest does not read as zero. */
#define VM_IDS 9

struct vm {
	const char *name;
	handle_t endpoint;
	handle_t supervisor;
	struct range guest; /* its memory, as the guest sees it */
	uint8_t *memory;    /* the same, here */
	const void *tree;   /* the plan */
	uint64_t tree_size;
	struct image kernel;
	struct image initrd;
	uint64_t key[4];  /* secret; all 0: there is none */
	struct seed seed; /* of this start */
	uint32_t vcpus;
	handle_t vcpu[VM_VCPU_MAXIMUM];
	uint32_t servers;
	handle_t server[VM_DEVICE_MAXIMUM + 1]; /* of the devices and the interrupt controller */
	uint64_t ids[VM_IDS]; /* what the guest reads in identification registers, once asked for */
	uint32_t ids_known;   /* bit n: ids[n] */
	bool described; /* the description is read, in this life */
	struct description description;
};

static inline bool vcpu_is_on(const struct vmm_state *state, uint32_t index)
{
	return index < VM_VCPU_MAXIMUM && (state->on >> index & 1);
}

/* Where a start puts everything: guest-physical, disjoint, all of it in guest memory. */
struct layout {
	uint64_t kernel;
	uint64_t entry;
	uint64_t initrd; /* 0: there is none */
	uint64_t tree;
};

/* Reads and checks the VM's node. On STATUS_BAD_IMAGE the log says what is wrong with it. */
status_t description_read(struct description *description, const char *name, const void *tree,
			  uint64_t size);

/* Does the next bit of what the VM's condition asks for: its loading, or its end. */
void vm_look(struct vm *vm, struct vmm_state *state);
/* Every vCPU is off; `next`, turning off or resetting, is vm_look's. */
void vm_stop(const struct vm *vm, struct vmm_state *state, enum vmm_condition next);
/* The vCPU is on, from `entry` with `argument`. */
void vm_vcpu_on(struct vmm_state *state, uint32_t index, uint64_t entry, uint64_t argument);
/* The vCPU is off. */
void vm_vcpu_off(struct vmm_state *state, uint32_t index);
/* Has vm_look called in a 1/rate second; rate 0: at once. */
void vm_look_in(const struct vm *vm, unsigned int rate);

/* Carries out the act that is committed. */
void vm_settle(const struct vm *vm, struct vmm_state *state);

/* Room for the longest name that name_number makes of a stem of at most 27 characters. */
#define NAME_SIZE 48

/* Writes `stem` and `number`, in the base 10 or 16, into `name`; returns it. */
const char *name_number(char name[NAME_SIZE], const char *stem, uint64_t number, unsigned int base);

/*
 * The architecture's part.
 */

/* Finds a place for everything. On an error the log says why there is none. */
status_t image_place(const struct vm *vm, struct layout *layout);
/* Makes the guest's tree. On an error the log says why. */
status_t tree_build(const struct vm *vm, const struct layout *layout, void *tree, size_t size);
/* Lets a guest that still runs without caches see [start, start + size). */
void cache_clean(const void *start, uint64_t size);
/* Gives the vCPU, which does not run, its identity. */
status_t vcpu_identify(handle_t vcpu, uint32_t index);
/* Puts all registers as after power-on, but for the pc and the first argument: it does not run. */
status_t vcpu_prepare(handle_t vcpu, uint64_t pc, uint64_t argument);
/* Stops it, and marks it as off for vcpu_take_over. */
void vcpu_turn_off(handle_t vcpu);
/* Whether it is on, as far as the kernel tells; if so, it runs. */
bool vcpu_take_over(handle_t vcpu);
/* Whether the vCPU's registers can be reached: then preparing and starting it do not fail. */
bool vcpu_is_there(handle_t vcpu);

/* The guest's call to its firmware: words[0..7] in, words[0..3] out. */
void firmware_call(const struct vm *vm, struct vmm_state *state, uint32_t index,
		   uint64_t words[8]);
/* Trapped registers; STATUS_NOT_FOUND for one that the guest does not have. */
status_t register_read(struct vm *vm, uint32_t index, uint64_t number, uint64_t *value);
status_t register_write(uint64_t number, uint64_t value);

/* What fault.vcpu tells. */
struct vcpu_fault {
	uint64_t address;         /* guest-physical, or a register's number */
	uint64_t syndrome;        /* the architecture's */
	uint64_t virtual_address; /* of a faulting access */
	status_t status;          /* of the server that refused it; 0 without one */
};

/* Has the vCPU get what real hardware would do; an error status stops it. */
status_t fault_inject(const struct vm *vm, struct vmm_state *state, uint32_t index,
		      const struct vcpu_fault *fault);
/* Logs it, as far as there is not too much of its kind. */
void fault_report(const struct vm *vm, struct vmm_state *state, uint32_t index,
		  const struct vcpu_fault *fault, uint64_t pc);

#endif
