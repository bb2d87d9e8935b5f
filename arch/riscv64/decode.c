/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of RV64I and of its C extension (Unprivileged ISA, 2.6, 5.3 and 16.3). */
#include "arch/riscv64/hardware.h"

#define LENGTH(instruction) (((instruction)&3) == 3 ? 4 : 2)
#define OPCODE_LOAD 0x03
#define OPCODE_STORE 0x23

static bool decode_full(uint32_t instruction, struct access *access)
{
	uint32_t opcode = instruction & 0x7f, kind = instruction >> 12 & 7;

	access->length = 4;
	access->width = 1 << (kind & 3);
	access->is_signed = !(kind & 4);
	access->write = opcode == OPCODE_STORE;
	if (opcode == OPCODE_LOAD) {
		access->number = instruction >> 7 & 31;
		return kind != 7;
	}
	access->number = instruction >> 20 & 31;
	return access->write && kind < 4;
}

/* funct3 is 2 or 3 for C.LW, C.LD and their SP forms, 6 or 7 for the stores. */
static bool decode_compressed(uint32_t instruction, struct access *access)
{
	uint32_t quadrant = instruction & 3, kind = instruction >> 13 & 7;

	access->length = 2;
	access->width = kind & 1 ? 8 : 4;
	access->is_signed = true;
	access->write = kind & 4;
	if (quadrant == 0)
		access->number = 8 + (instruction >> 2 & 7);
	else
		access->number = access->write ? instruction >> 2 & 31 : instruction >> 7 & 31;
	/* A load from the stack has a target. */
	return (kind & 2) && quadrant != 1 && (quadrant == 0 || access->write || access->number);
}

bool instruction_decode(uint32_t instruction, struct access *access)
{
	return LENGTH(instruction) == 4 ? decode_full(instruction, access)
					: decode_compressed(instruction, access);
}
