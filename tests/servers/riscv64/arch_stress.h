/* SPDX-License-Identifier: Apache-2.0 */
/* The users of tests/servers/stress.c on riscv64. */
#ifndef ARCH_STRESS_H
#define ARCH_STRESS_H

#include <stdint.h>

#include "ipc/riscv64.h"

/* The vCPU register in which its number comes; and what a vCPU is given besides its pc. */
#define VCPU_ARGUMENT 10
#define VCPU_MODE VCPU_PRIVILEGE
#define VCPU_MODE_VALUE 1

/* a0: the user's number. s3: the page, s4: its struct user_count, s5: loads so far. */
#define USER_LOADS                                                                                 \
	"	mv	s2, a0\n"                                                                  \
	"	lui	s3, 0x402\n"                                                               \
	"	lui	s4, 0x401\n"                                                               \
	"	slli	s5, s2, 6\n"                                                               \
	"	add	s4, s4, s5\n"                                                              \
	"	li	s5, 0\n"                                                                   \
	"1:	li	s6, 40\n"                                                                  \
	"2:	ld	a1, 0(s3)\n"                                                               \
	"	addi	s5, s5, 1\n"                                                               \
	"	sd	s5, 0(s4)\n"                                                               \
	"	addi	s6, s6, -1\n"                                                              \
	"	bnez	s6, 2b\n"

/* SYSCALL_CALL is 1, and so is the door; the lobby is 2. */
#define TASK_CODE                                                                                  \
	USER_LOADS                                                                                 \
	"	li	t0, 1\n"                                                                   \
	"	li	t1, 1\n"                                                                   \
	"	li	t2, 0x10000\n"                                                             \
	"	mv	a0, s2\n"                                                                  \
	"	ecall\n"                                                                           \
	"	beqz	t1, 1b\n"                                                                  \
	"	li	t0, 1\n"                                                                   \
	"	li	t1, 2\n"                                                                   \
	"	li	t2, 0x10000\n"                                                             \
	"	ecall\n"                                                                           \
	"	sd	t1, 8(s4)\n"                                                               \
	"	j	1b\n"

/* An extension that the kernel does not know: it goes by its route. */
#define VM_CODE                                                                                    \
	USER_LOADS                                                                                 \
	"	li	a7, 1\n"                                                                   \
	"	ecall\n"                                                                           \
	"	j	1b\n"

/* Nobody has fetched from there yet. */
static inline void code_written(const char *start, const char *end)
{
	(void)start, (void)end;
	__asm__ volatile("fence rw, rw\n\tfence.i" : : : "memory");
}

/* All see one memory. */
static inline void line_refresh(const volatile void *line)
{
	(void)line;
	__asm__ volatile("fence rw, rw" : : : "memory");
}

#endif
