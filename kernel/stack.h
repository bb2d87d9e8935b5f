/* SPDX-License-Identifier: Apache-2.0 */
/* For C and assembly: each CPU's kernel stack, and what the vectors need of struct cpu. */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

/* A page that stays unmapped, then the stack. */
#define STACK_GUARD 4096
#define STACK_STRIDE 12288

/* Offsets; cpu.h asserts them. */
#define CPU_STACK 16
#define CPU_CURRENT 24
#define CPU_ENTERED 32

#endif
