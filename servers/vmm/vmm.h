/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VM manager: loads one VM's images, starts its vCPUs, is their firmware, and turns every exit
 * that nobody else answers into what real hardware would do.
 *
 * vm.c is a VM's life; settle.c carries out what an event has decided; description.c reads the VM's
 * node of the plan, from which tree.c makes the guest's tree; image.c finds places; vcpu.c and
 * fault.c change registers. The files of the architecture provide what stands below "the
 * architecture's part". What a next life has to know is struct vmm_state; all of struct vm it finds
 * out anew.
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
	DEVICE_NS16550A,
	DEVICE_VIRTIO,
};

struct vm_device {
	enum device_kind kind;
	struct range registers;
	uint32_t interrupt; /* its number at the interrupt controller */
};

/* The most ranges of an interrupt controller's registers, and cells of an interrupt. */
#define CONTROLLER_RANGES 2
#define INTERRUPT_CELLS 3

struct controller;

/* What the node /vms/<name> of the plan says, checked. Texts lie in the plan itself. */
struct description {
	const char *bootargs;
	bool flat; /* the kernel is a raw binary, to be started at the guest's base */
	const struct controller *controller;
	struct range controller_range[CONTROLLER_RANGES];
	uint32_t devices;
	struct vm_device device[VM_DEVICE_MAXIMUM];
};

/* What a guest's random number generator starts with. */
struct seed {
	bool is_there;
	uint64_t layout;  /* kaslr-seed */
	uint8_t bytes[32]; /* rng-seed */
};

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

/* Finds a place for everything. On an error the log says why there is none. */
status_t image_place(const struct vm *vm, struct layout *layout);
/* Makes the guest's tree. On an error the log says why. */
status_t tree_build(const struct vm *vm, const struct layout *layout, void *tree, size_t size);

/* Reads the description, unless this life has done so. */
status_t vm_describe(struct vm *vm);
/* Does the next bit of what the VM's condition asks for: its loading, or its end. */
void vm_look(struct vm *vm, struct vmm_state *state);
/* Every vCPU is off; `next`, turning off or resetting, is vm_look's. */
void vm_stop(const struct vm *vm, struct vmm_state *state, enum vmm_condition next);
/*
 * The firmware is asked to have a vCPU on, from `entry`, a multiple of `align` (a power of two),
 * with `argument`. STATUS_NOT_FOUND: there is no such vCPU; STATUS_BAD_ARGUMENT: it cannot begin
 * there; STATUS_BUSY: it is on; another error: it cannot be started.
 */
status_t vm_vcpu_on(const struct vm *vm, struct vmm_state *state, uint64_t target, uint64_t entry,
		    uint64_t align, uint64_t argument);
/* The vCPU is off. */
void vm_vcpu_off(struct vmm_state *state, uint32_t index);
/* Has vm_look called in a 1/rate second; rate 0: at once. */
void vm_look_in(const struct vm *vm, unsigned int rate);

/* Carries out the act that is committed. */
void vm_settle(const struct vm *vm, struct vmm_state *state);

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

/* Puts all registers as after power-on, but for the pc and the argument: it does not run. */
status_t vcpu_prepare(handle_t vcpu, uint32_t index, uint64_t pc, uint64_t argument);
/* Stops it, and marks it as off for vcpu_take_over. */
void vcpu_turn_off(handle_t vcpu);
/* Whether it is on, as far as the kernel tells; if so, it runs. */
bool vcpu_take_over(handle_t vcpu);
/* Whether the vCPU's registers can be reached: then preparing and starting it do not fail. */
bool vcpu_is_there(handle_t vcpu);

/* Room for the longest name that name_number makes of a stem of at most 27 characters. */
#define NAME_SIZE 48

/* Writes `stem` and `number`, in the base 10 or 16, into `name`; returns it. */
const char *name_number(char name[NAME_SIZE], const char *stem, uint64_t number, unsigned int base);

/*
 * The architecture's part.
 */

struct writer;

/* An interrupt controller that a VM can have. */
struct controller {
	const char *compatible; /* in the plan; NULL ends the list */
	uint32_t ranges;        /* of its registers; at most CONTROLLER_RANGES */
	uint32_t first, end;    /* the numbers that a device's interrupt may have */
	/* Writes its node of the tree, with PHANDLE_CONTROLLER, and what comes with it. */
	void (*write)(struct writer *writer, const struct vm *vm);
	/* A device's interrupt as its binding has it; returns the number of cells. */
	unsigned int (*specify)(uint32_t number, bool edge, uint32_t cells[INTERRUPT_CELLS]);
};

extern const struct controller controllers[];

/* Writes the nodes of the vCPUs, and of the firmware that starts them. */
void tree_write_processors(struct writer *writer, const struct vm *vm);

/* Of a kernel in Linux's Image format; image.c knows the rest. */
struct image_format {
	uint32_t magic;
	uint64_t align; /* text_offset counts from a multiple of this */
};

extern const struct image_format image_format;

/* Lets a guest that begins to run see, and execute, [start, start + size). */
void cache_clean(const void *start, uint64_t size);

/* Which registers a start puts in order: all from `first` to before `end`, the pc last. */
struct vcpu_layout {
	uint32_t pc, first, end;
};

extern const struct vcpu_layout vcpu_layout;

/* What stands in a register when the vCPU starts; 0 for most. */
uint64_t vcpu_reset_value(uint32_t number, uint32_t index, uint64_t argument);

/* The guest's call to its firmware: words[0..7] in, words[0..3] out. */
void firmware_call(struct vm *vm, struct vmm_state *state, uint32_t index, uint64_t words[8]);
/* Trapped registers; STATUS_NOT_FOUND for one that the guest does not have. */
status_t register_read(const struct vm *vm, uint32_t index, uint64_t number, uint64_t *value);
status_t register_write(uint64_t number, uint64_t value);

/* The registers of a vCPU that enters its handler; `pc` is where it was. */
struct exception {
	handle_t vcpu;
	status_t status; /* the first error of reading them */
	uint64_t pc;
	uint32_t count;
	uint64_t number[VMM_REGISTERS];
	uint64_t value[VMM_REGISTERS];
};

/* What real hardware would give for it, of a vCPU at `pc`. Only reads the vCPU's registers. */
void exception_make(struct exception *exception, const struct vcpu_fault *fault);

/* For that: what a register holds, 0 after an error; and what it is to hold. */
uint64_t exception_get(struct exception *exception, uint64_t number);
void exception_put(struct exception *exception, uint64_t number, uint64_t value);

enum fault_kind {
	FAULT_READ,
	FAULT_WRITE,
	FAULT_FETCH,
	FAULT_REGISTER,
	FAULT_INSTRUCTION,
	FAULT_OTHER,
	FAULT_KINDS,
};

enum fault_kind fault_kind(const struct vcpu_fault *fault);

#endif
