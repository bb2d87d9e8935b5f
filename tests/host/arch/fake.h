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

/* The hardware of one CPU. */
struct fake_cpu {
	bool idle; /* it waits for an interrupt */
	uint64_t deadline;
	bool pending[ARCH_IRQ_FIRST_DEVICE]; /* its own interrupts */
	uint64_t pc, sp;                    /* of cpu.current */
	uint64_t list[VCPU_LIST_REGISTERS]; /* of cpu.guest */
	bool maintenance_quiet;
};

struct fake {
	unsigned int at; /* the CPU that runs: they take turns at what happens */
	struct fake_cpu cpu[CPU_COUNT];
	unsigned int looks; /* how often one CPU interrupted another, or itself */
	uint64_t clock;
	bool still; /* an idle CPU waits for the test, and not for its timer */
	uint32_t route[ARCH_IRQ_COUNT];
	bool enabled[ARCH_IRQ_COUNT], pending[ARCH_IRQ_COUNT], active[ARCH_IRQ_COUNT];
	bool tables_dirty; /* an entry was taken out and the TLB not flushed since */
	unsigned int flushes;
	bool tables_grown; /* an entry was added, and the CPUs not told since */
	struct boot_machine machine; /* what the firmware says */
	char console[256];
	unsigned int console_used;
	jmp_buf stopped; /* where the CPU goes that stops, and why */
	enum fake_stop stop;
	jmp_buf waited; /* where the one goes that waits for who is alone, after its turn */
	bool waits;
	unsigned int again; /* how often a system call was to be made again: once on its way in */
	void (*meanwhile)(void); /* once, at the next point where it matters: what another CPU does */
	unsigned int spins; /* turns of a loop in which nothing happened */
};

extern struct fake fake;

/* The hardware of the CPU that runs. */
#define HERE (fake.cpu[fake.at])

/* The machine's memory: the kernel's end, as boot sees it, is its beginning. */
extern char kernel_end[FAKE_RAM_SIZE];

#define FAKE_BUNDLE (kernel_end + (16ul << 20))
#define FAKE_BUNDLE_SIZE 16384

/* Everything as after power-on. */
void fake_reset(void);

/* The interrupt that the CPU that runs would take now, or ARCH_IRQ_COUNT. */
uint32_t fake_interrupt(void);

/* As the way out of the kernel does: registers change hands, lists come from the vCPU's page. */
void fake_leave(struct thread *next);

#endif
