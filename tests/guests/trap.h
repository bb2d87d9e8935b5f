/* SPDX-License-Identifier: Apache-2.0 */
/* What a test guest's vectors write down, and its stacks, for C and for the assembler. */
#ifndef GUESTS_TRAP_H
#define GUESTS_TRAP_H

#define TRAP_COUNT 0
#define TRAP_VECTOR 8
#define TRAP_SYNDROME 16
#define TRAP_ADDRESS 24
#define TRAP_PC 32
#define TRAP_STATE 40
#define TRAP_RESUME 48

#define PROCESSORS 4 /* vCPUs at most */
#define STACK_SHIFT 13

#endif
