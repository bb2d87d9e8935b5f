/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64's CSRs as variables of a test, by number; fences are counted, barriers are nothing. */
#ifndef TESTS_HOST_RISCV64_REGISTERS_H
#define TESTS_HOST_RISCV64_REGISTERS_H

#include <stdint.h>

#include "../../../../../arch/riscv64/registers.h"

#define HOST_REGISTERS 0x1000

extern uint64_t host_registers[HOST_REGISTERS];

/* Fences of this hart: of a guest's own entries, and of its instructions. */
extern unsigned int host_guest_fences, host_instruction_fences;
extern void (*host_at_guest_fence)(void);
void host_guest_fence(void);

/* All of them are as after a start. */
void host_registers_forget(void);

#undef REGISTER_READ
#undef REGISTER_WRITE
#undef REGISTER_SET
#undef REGISTER_CLEAR
#undef BARRIER_STORES
#undef BARRIER_ALL
#undef BARRIER_INSTRUCTIONS
#undef FENCE_ALL
#undef FENCE_SPACE
#undef FENCE_GUEST_SPACE
#undef FENCE_GUEST_ALL
#undef FENCE_GUEST_OWN
#define REGISTER_READ(number) (host_registers[number])
#define REGISTER_WRITE(number, value) ((void)(host_registers[number] = (uint64_t)(value)))
#define REGISTER_SET(number, bits) ((void)(host_registers[number] |= (uint64_t)(bits)))
#define REGISTER_CLEAR(number, bits) ((void)(host_registers[number] &= ~(uint64_t)(bits)))
#define BARRIER_STORES() ((void)0)
#define BARRIER_ALL() ((void)0)
#define BARRIER_INSTRUCTIONS() ((void)host_instruction_fences++)
#define FENCE_ALL() ((void)0)
#define FENCE_SPACE(identifier) ((void)(identifier))
#define FENCE_GUEST_SPACE(identifier) ((void)(identifier))
#define FENCE_GUEST_ALL() ((void)0)
#define FENCE_GUEST_OWN() host_guest_fence()

#endif
