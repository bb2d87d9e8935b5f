/* SPDX-License-Identifier: Apache-2.0 */
/* The users of tests/servers/stress.c on aarch64. */
#ifndef ARCH_STRESS_H
#define ARCH_STRESS_H

#include <stdint.h>

#include "ipc/aarch64.h"

/* The vCPU register in which its number comes; and what a vCPU is given besides its pc. */
#define VCPU_ARGUMENT 0
#define VCPU_MODE VCPU_PSTATE
#define VCPU_MODE_VALUE 0x3c5 /* EL1h, masked */

/* x0: the user's number. x21: the page, x22: its struct user_count, x23: loads so far. */
#define USER_LOADS                                                                                 \
	"	mov	x20, x0\n"                                                                 \
	"	mov	x21, #0x400000\n"                                                          \
	"	add	x22, x21, #1, lsl #12\n"                                                   \
	"	add	x22, x22, x20, lsl #6\n"                                                   \
	"	add	x21, x21, #2, lsl #12\n"                                                   \
	"	mov	x23, #0\n"                                                                 \
	"1:	mov	x24, #40\n"                                                                \
	"2:	ldr	x1, [x21]\n"                                                               \
	"	add	x23, x23, #1\n"                                                            \
	"	str	x23, [x22]\n"                                                              \
	"	subs	x24, x24, #1\n"                                                            \
	"	b.ne	2b\n"

/* SYSCALL_CALL is 1, and so is the door; the lobby is 2. */
#define TASK_CODE                                                                                  \
	USER_LOADS                                                                                 \
	"	mov	x12, #1\n"                                                                 \
	"	mov	x0, #1\n"                                                                  \
	"	mov	x1, #0x10000\n"                                                            \
	"	mov	x4, x20\n"                                                                 \
	"	svc	#0\n"                                                                      \
	"	cbz	x0, 1b\n"                                                                  \
	"	mov	x12, #1\n"                                                                 \
	"	mov	x0, #2\n"                                                                  \
	"	mov	x1, #0x10000\n"                                                            \
	"	svc	#0\n"                                                                      \
	"	str	x0, [x22, #8]\n"                                                           \
	"	b	1b\n"

#define VM_CODE                                                                                    \
	USER_LOADS                                                                                 \
	"	hvc	#0\n"                                                                      \
	"	b	1b\n"

/* What was stored is there for an instruction fetch, and for a VM without MMU. */
static inline void code_written(const char *start, const char *end)
{
	__asm__ volatile("dc cvac, %0; dc cvac, %1; dsb sy" : : "r"(start), "r"(end) : "memory");
}

/* What a VM without MMU has written past the caches is seen, and what is written here by it. */
static inline void line_refresh(const volatile void *line)
{
	__asm__ volatile("dc civac, %0; dsb sy" : : "r"(line) : "memory");
}

#endif
