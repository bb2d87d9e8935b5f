/* SPDX-License-Identifier: Apache-2.0 */
/* What counting has to know of riscv64's instructions. */
#ifndef ARCH_CODE_H
#define ARCH_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* From the kernel's vectors: where it is entered from tasks and guests. There is one. */
static inline bool code_enters(uint64_t offset)
{
	return offset == 0;
}

static inline bool code_is_leave(uint32_t code)
{
	return code == 0x10200073; /* SRET */
}

static inline bool code_is_wait(uint32_t code)
{
	return code == 0x10500073; /* WFI */
}

/* WFI behind CSRS sip, 2: a wait for another CPU, which QEMU gives way to by no other instruction. */
static inline bool code_is_yield(uint32_t code, uint32_t before)
{
	return code_is_wait(code) && before == 0x14416073;
}

/* LUI zero, number: a hint */
static inline bool code_is_mark(uint32_t code)
{
	return (code & 0xfff) == 0x037;
}

static inline uint32_t code_mark(uint32_t code)
{
	return code >> 12;
}

#endif
