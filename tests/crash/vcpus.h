/* SPDX-License-Identifier: Apache-2.0 */
/* What a VM manager works on: vCPUs as kernel/vcpu.c has them, guest memory, devices, images. */
#ifndef TESTS_CRASH_VCPUS_H
#define TESTS_CRASH_VCPUS_H

#include "tests/crash/worlds.h"

#define VMM (&crash_place[0])
#define VCPUS 3
#define VM_DEVICES 2
#define GUEST_ROOM 0xc000 /* the kernel's, the tree's and the initial RAM disk's */
#define KERNEL_BYTES 600
#define INITRD_BYTES 200

enum { HANDLE_SUPERVISOR = 2, HANDLE_VCPU = 10, HANDLE_DEVICE = 40 };

/* What an architecture's guests and their machine are. */
struct vm_kind {
	uint64_t base; /* of guest memory */
	uint32_t first, registers;   /* those that can be set */
	uint32_t identities, identities_end; /* those that can only be read */
	uint32_t pc, argument;       /* the pc, and where a start's argument goes */
	uint32_t arguments, results; /* the first argument register; how many an answer has */
	uint32_t magic;              /* of an Image */
	const char *controller, *console;
	uint64_t controller_ranges[4];
	uint32_t interrupts[2]; /* console, disk */
	uint64_t no_register;   /* the syndrome of a register that nobody answers */
	uint64_t load, store, fetch; /* of accesses to nothing */
	/* The guest's state between two exits. */
	void (*work)(uint64_t *registers, uint32_t *seed);
	/* Calls of the firmware; `entry` may be wrong. */
	void (*turn_on)(uint32_t vcpu, uint64_t target, uint64_t entry, uint64_t argument);
	void (*turn_off)(uint32_t vcpu);
	void (*status)(uint32_t vcpu, uint64_t target);
	void (*system)(uint32_t vcpu, bool off);
	/* One that changes nothing, or a register. */
	void (*ask)(uint32_t vcpu, uint32_t *seed);
	void (*register_access)(uint32_t vcpu, uint32_t *seed);
};

#define VM_REGISTERS 64

struct vm_model {
	uint64_t registers[VCPUS][VM_REGISTERS];
	uint64_t asked[VCPUS];      /* the first word of its message */
	bool running[VCPUS];
	bool waits[VCPUS];          /* for the answer to its message */
	bool used[VM_DEVICES];      /* since the last reset */
	uint32_t busy[VM_DEVICES];  /* resets still to be answered with STATUS_AGAIN */
	uint32_t ended[2];          /* how often told, by reason */
	bool may_end;
	uint64_t seed;              /* of the last start */
	uint8_t kernel[KERNEL_BYTES], initrd[INITRD_BYTES];
	uint8_t guest[GUEST_ROOM] __attribute__((aligned(4096)));
	uint8_t seen[GUEST_ROOM]; /* by a guest whose caches are off */
};

extern struct vm_model vm_model;

extern const struct vm_kind *vm_kind; /* of the world that was started */

void vm_model_start(const struct vm_kind *kind);
/* The vCPU makes an exit; what comes of it is done when machine_run returns. */
void vcpu_exits(uint32_t vcpu, uint64_t label, const uint64_t *words, uint32_t count);
void vcpu_fault(uint32_t vcpu, uint64_t address, uint64_t syndrome, uint64_t virtual_address);
void vcpu_calls(uint32_t vcpu, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4);
/* The vCPUs as they are become part of the story. */
void vcpus_record(void);

/* vm_script.c: the life of a VM. */
void vm_prepare(void);
void vm_script(uint32_t seed);

status_t vm_model_call(handle_t handle, struct message *message);
status_t vm_model_system(enum syscall number, const uint64_t *argument, uint64_t *result);

#endif
