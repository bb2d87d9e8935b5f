/* SPDX-License-Identifier: Apache-2.0 */
/* What counting has to know of aarch64's instructions. */
#ifndef ARCH_CODE_H
#define ARCH_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* From the kernel's vectors: where it is entered from tasks and guests, one a kind of exception. */
static inline bool code_enters(uint64_t offset)
{
	return offset >= 0x400 && offset < 0x800 && offset % 0x80 == 0;
}

static inline bool code_is_leave(uint32_t code)
{
	return code == 0xd69f03e0; /* ERET */
}

static inline bool code_is_wait(uint32_t code)
{
	return code == 0xd503207f; /* WFI */
}

static inline bool code_is_yield(uint32_t code, uint32_t before)
{
	(void)before;
	return code == 0xd503203f || code == 0xd503205f; /* YIELD, WFE */
}

/* MOVZ XZR, #number */
static inline bool code_is_mark(uint32_t code)
{
	return (code & 0xffe0001f) == 0xd280001f;
}

static inline uint32_t code_mark(uint32_t code)
{
	return code >> 5 & 0xffff;
}

#endif
