/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of assembly functions. */
#ifndef RISCV64_ASSEMBLY_H
#define RISCV64_ASSEMBLY_H

#define FUNCTION(name)                                                                             \
	.global name;                                                                              \
	.type name, % function;                                                                    \
	.balign 4;                                                                                 \
	name:

#define END(name) .size name, .- name

/* Offsets in struct cpu and struct arch_context; hardware.h asserts them. */
#define CPU_STACK 16
#define CPU_CURRENT 24
#define CPU_ENTERED 32
#define CONTEXT_PC 256
#define CONTEXT_SSTATUS 264
#define CONTEXT_HSTATUS 272
#define CONTEXT_SATP 280
#define CONTEXT_SENVCFG 288
#define CONTEXT_SCOUNTEREN 296

#endif
