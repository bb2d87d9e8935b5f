/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of assembly functions. */
#ifndef RISCV64_ASSEMBLY_H
#define RISCV64_ASSEMBLY_H

#include "kernel/stack.h"

#define FUNCTION(name)                                                                             \
	.global name;                                                                              \
	.type name, % function;                                                                    \
	.balign 4;                                                                                 \
	name:

#define END(name) .size name, .- name

/* Offsets in struct arch_context; hardware.h asserts them. */
#define CONTEXT_PC 256
#define CONTEXT_SSTATUS 264
#define CONTEXT_HSTATUS 272
#define CONTEXT_SATP 280
#define CONTEXT_SENVCFG 288
#define CONTEXT_SCOUNTEREN 296

#endif
