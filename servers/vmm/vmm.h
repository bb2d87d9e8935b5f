/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VM manager: loads one VM's images, starts its vCPUs, is their firmware, and turns every exit
 * that nobody else answers into what real hardware would do.
 *
 * vm.c is a VM's life; description.c reads its node of the plan; the files of the architecture
 * provide what stands below "the architecture's part".
 */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/status.h"
#include "ipc/syscall.h"

#define VM_VCPU_MAXIMUM 16
#define VM_DEVICE_MAXIMUM 32

/* Kinds of faults that are counted apart. */
#define VM_REPORT_KINDS 8

/* The guest's tree, with room for all the devices and for bootargs of VM_BOOTARGS_MAXIMUM. */
#define VM_TREE_SIZE 0x8000
#define VM_BOOTARGS_MAXIMUM 2048

/* The signal by which a VM that ends looks after itself once its last exit is answered. */
#define VM_SIGNAL_SETTLE 1u

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

enum vm_state {
	VM_ENDED,
	VM_RUNNING,
	VM_TURNING_OFF,
	VM_RESETTING,
};

/* What a guest's random number generator starts with. */
struct seed {
	bool is_there;
	uint64_t layout;  /* kaslr-seed */
	uint8_t bytes[32]; /* rng-seed */
};

struct vcpu {
	handle_t handle;
	bool on; /* as the firmware's calls have it */
};

/* The identification registers that a guest does not read as zero. */
#define VM_IDS 9

struct vm {
	const char *name;
	handle_t endpoint;
	handle_t supervisor;
	enum vm_state state;
	struct range guest; /* its memory, as the guest sees it */
	uint8_t *memory;    /* the same, here */
	struct image kernel;
	struct image initrd;
	uint64_t key[4];  /* secret; all 0: there is none */
	struct seed seed; /* of this start */
	uint32_t vcpus;
	struct vcpu vcpu[VM_VCPU_MAXIMUM];
	uint32_t servers;
	handle_t server[VM_DEVICE_MAXIMUM + 1]; /* of the devices and the interrupt controller */
	uint64_t reports[VM_REPORT_KINDS]; /* faults so far, by kind */
	uint64_t ids[VM_IDS]; /* what the guest reads in identification registers, once asked for */
	uint32_t ids_known;   /* bit n: ids[n] */
	struct description description;
};

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

/* Reads the VM's node of the plan; starts the VM, unless a former life has: then it goes on. */
void vm_create(struct vm *vm, const void *plan, uint64_t size);
/* Stops every vCPU; the rest is done by vm_settle. `next`: VM_TURNING_OFF or VM_RESETTING. */
void vm_stop(struct vm *vm, enum vm_state next);
/* Resets the devices of a VM that was stopped, then ends it or starts it again. */
void vm_settle(struct vm *vm);

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
/* Gives the vCPU its identity, once, before its first start. */
status_t vcpu_identify(handle_t vcpu, uint32_t index);
/* Starts it with all registers as after power-on, but for the pc and the first argument. */
status_t vcpu_turn_on(handle_t vcpu, uint64_t pc, uint64_t argument);
/* Stops it. */
void vcpu_turn_off(handle_t vcpu);
/* Whether it is on, as a manager's next life finds it; if so, it runs. */
bool vcpu_take_over(handle_t vcpu);

/* The guest's call to its firmware: words[0..7] in, words[0..3] out. */
void firmware_call(struct vm *vm, uint32_t index, uint64_t words[8]);
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

/* Puts into the vCPU what real hardware would do; an error status stops it. */
status_t fault_inject(struct vm *vm, uint32_t index, const struct vcpu_fault *fault);
/* Logs it, as far as there is not too much of its kind. */
void fault_report(struct vm *vm, uint32_t index, const struct vcpu_fault *fault, uint64_t pc);

#endif
