/* SPDX-License-Identifier: Apache-2.0 */
/* The fake machine: what its hardware holds, for hooks to act on and tests to look at. */
#ifndef TESTS_HOST_ARCH_FAKE_H
#define TESTS_HOST_ARCH_FAKE_H

#include <setjmp.h>
#include <stdbool.h>

#include "kernel/boot.h"
#include "kernel/cpu.h"
#include "kernel/vm.h"

#define FAKE_RAM_SIZE (96ul << 20)

/* A page of registers that the kernel drives itself. */
#define FAKE_OWNED 0x8000000ul

enum fake_stop { FAKE_RUNS, FAKE_IDLE, FAKE_PANIC, FAKE_OFF };

struct fake {
	unsigned int at; /* the CPU that runs: they take turns at what happens */
	bool look[CPU_COUNT]; /* ARCH_IRQ_LOOK is pending there */
	uint64_t clock, deadline;
	uint32_t route[ARCH_IRQ_COUNT];
	bool enabled[ARCH_IRQ_COUNT], pending[ARCH_IRQ_COUNT], active[ARCH_IRQ_COUNT];
	uint64_t list[VCPU_LIST_REGISTERS]; /* of cpu.guest */
	bool maintenance_quiet;
	bool identifier[FAKE_IDENTIFIERS];
	bool tables_dirty; /* an entry was taken out and the TLB not flushed since */
	unsigned int flushes;
	struct boot_machine machine; /* what the firmware says */
	char console[256];
	unsigned int console_used;
	jmp_buf stopped; /* where the CPU goes that stops, and why */
	enum fake_stop stop;
};

extern struct fake fake;

/* The machine's memory: the kernel's end, as boot sees it, is its beginning. */
extern char kernel_end[FAKE_RAM_SIZE];

#define FAKE_BUNDLE (kernel_end + (16ul << 20))
#define FAKE_BUNDLE_SIZE 16384

/* Everything as after power-on. */
void fake_reset(void);

/* As the way out of the kernel does: the list registers come from the page of the vCPU. */
void fake_enter(struct vcpu *vcpu);

#endif
