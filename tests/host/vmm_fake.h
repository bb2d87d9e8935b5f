/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel, supervisor and device servers for the VM manager's tests; they remember what came. */
#ifndef TESTS_HOST_VMM_FAKE_H
#define TESTS_HOST_VMM_FAKE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "ipc/message.h"
#include "servers/vmm/vmm.h"
#include "vmm_machine.h"

#define FAKE_ENDPOINT 1
#define FAKE_SUPERVISOR 2
#define FAKE_VCPU 10   /* and the next ones */
#define FAKE_DEVICE 40 /* and the next ones */

struct fake {
	uint64_t registers[VM_VCPU_MAXIMUM][MACHINE_REGISTERS];
	bool running[VM_VCPU_MAXIMUM];
	unsigned int starts;
	bool timer;
	uint64_t deadline;
	unsigned int device_resets[VM_DEVICE_MAXIMUM + 1];
	unsigned int device_busy; /* resets still to be answered with STATUS_AGAIN */
	int64_t ended;            /* the reason; -1 before */
	unsigned int ends;
	status_t refusal; /* of every vCPU system call; STATUS_OK: they work */
	unsigned int lines;
	char line[512]; /* the last line of log */
	jmp_buf *failure; /* where rt_fail goes */
	uint64_t cleaned; /* bytes */
	bool waits[VM_VCPU_MAXIMUM]; /* for the answer to its message */
	bool torn; /* a running vCPU's registers were written */
	void (*point)(void); /* if not NULL: before and after each system call */
};

extern struct fake fake;

struct fake_argument {
	const char *name;
	uint64_t number;
	const char *text;
};

extern struct durable fake_durable;

static inline struct vmm_state *vm_state(void)
{
	return rt_state();
}

/* Forgets everything, the state too, and takes these arguments (up to one without a name). */
void fake_reset(const struct fake_argument *arguments);

/* A plan with the VM "linux": a console, a disk; returns its size. */
uint64_t fake_plan(void *plan, uint64_t size, const char *kernel_format);

/* An Image's header over the first 64 bytes of `image`. */
void fake_image(uint8_t *image, uint64_t text_offset, uint64_t image_size);

#endif
