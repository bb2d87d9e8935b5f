/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of assembly functions. */
#ifndef AARCH64_ASSEMBLY_H
#define AARCH64_ASSEMBLY_H

#include "kernel/stack.h"

#define FUNCTION(name)                                                                             \
	.global name;                                                                              \
	.type name, % function;                                                                    \
	.balign 16;                                                                                \
	name:

/* Offsets in struct arch_context; hardware.h asserts them. */
#define CONTEXT_PC 248
#define CONTEXT_SP_EL0 264
#define CONTEXT_SCTLR 280
#define CONTEXT_HCR 296
#define HCR_TGE_BIT 27

#define END(name) .size name, .- name

#endif
