/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64's trap code with the rest of the kernel as a test: a guest, a task, and what was told of them. */
#ifndef TESTS_HOST_RISCV64_TOLD_H
#define TESTS_HOST_RISCV64_TOLD_H

#include "arch/riscv64/hardware.h"
#include "tests/host/exits.h"

#define PC 0x80001000ul
#define ADDRESS 0x10000123ul /* of a device, guest-physical */
#define VIRTUAL 0xffffffd012345123ul
#define LW(target) (0x2003u | 10 << 15 | (target) << 7)
#define SW(source) (0x2023u | 10 << 15 | (source) << 20)

/* csrrw, csrrs, csrrc, and with 4 more their immediate forms. */
#define CSR(number, function, source, target) \
	((uint32_t)(number) << 20 | (source) << 15 | (function) << 12 | (target) << 7 | 0x73)

/* The firmware, as fences ask it. */
struct firmware {
	unsigned int calls;
	uint64_t extension, function, arguments[5];
};

extern struct firmware firmware;
extern struct vcpu other;        /* of one VM with the first: the vCPUs 0 and 2 */
extern bool pending;             /* an interrupt, for the guest */
extern uint64_t memory, fetched; /* the instruction in the guest's memory; how often it was read */
extern uint64_t place;           /* htval: where that access goes to, shifted right by two */
extern bool only_executable;     /* that memory: QEMU 7.2 reads it with MXR alone */

/* The first CPU runs the vCPU; `other` is nowhere. Both threads' registers are X(number). */
void start(void);

/* `value`: stval. From a guest's kernel with FP registers on, unless the test says otherwise. */
struct thread *trap(struct thread *of, uint64_t cause, uint64_t value);

#define SKIPPED() CU_ASSERT_EQUAL(REGISTER_READ(CSR_SEPC), PC + 4)
#define NOT_SKIPPED() CU_ASSERT_EQUAL(REGISTER_READ(CSR_SEPC), PC)

#endif
