/* SPDX-License-Identifier: Apache-2.0 */
/* What a VM manager works on: vCPUs as kernel/vcpu.c has them, guest memory, devices, images. */
#ifndef TESTS_CRASH_VCPUS_H
#define TESTS_CRASH_VCPUS_H

#include "ipc/aarch64.h"
#include "tests/crash/worlds.h"

#define VMM (&crash_place[0])
#define VCPUS 3
#define VM_DEVICES 2
#define GUEST_START 0x40000000ul
#define GUEST_ROOM 0xc000 /* the kernel's, the tree's and the initial RAM disk's */
#define KERNEL_BYTES 600
#define INITRD_BYTES 200

enum { HANDLE_SUPERVISOR = 2, HANDLE_VCPU = 10, HANDLE_DEVICE = 40 };

struct vm_model {
	uint64_t registers[VCPUS][VCPU_REGISTERS];
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

void vm_model_start(void);
/* The vCPU makes an exit; what comes of it is done when machine_run returns. */
void vcpu_exits(uint32_t vcpu, uint64_t label, const uint64_t *words, uint32_t count);
void vcpu_fault(uint32_t vcpu, uint64_t address, uint64_t syndrome, uint64_t virtual_address);
/* The vCPUs as they are become part of the story. */
void vcpus_record(void);

status_t vm_model_call(handle_t handle, struct message *message);
status_t vm_model_system(enum syscall number, const uint64_t *argument, uint64_t *result);

#endif
