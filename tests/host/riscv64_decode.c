/* SPDX-License-Identifier: Apache-2.0 */
/*
 * riscv64: which instructions are loads and stores that a device can answer, by the tables of the
 * Unprivileged ISA (chapter 24, and 16.8 for the compressed ones): all of them, and no others.
 */
#include <string.h>

#include "arch/riscv64/hardware.h"
#include "tests/host/suite.h"

struct row {
	uint32_t mask, match;
	uint8_t width, shift, base; /* where the number of the register is, and what is added to it */
	bool write, is_signed, not_zero;
};

static const struct row full[] = {
	{ 0x707f, 0x0003, 1, 7, 0, false, true, false },  /* lb */
	{ 0x707f, 0x1003, 2, 7, 0, false, true, false },  /* lh */
	{ 0x707f, 0x2003, 4, 7, 0, false, true, false },  /* lw */
	{ 0x707f, 0x3003, 8, 7, 0, false, true, false },  /* ld */
	{ 0x707f, 0x4003, 1, 7, 0, false, false, false }, /* lbu */
	{ 0x707f, 0x5003, 2, 7, 0, false, false, false }, /* lhu */
	{ 0x707f, 0x6003, 4, 7, 0, false, false, false }, /* lwu */
	{ 0x707f, 0x0023, 1, 20, 0, true, false, false }, /* sb */
	{ 0x707f, 0x1023, 2, 20, 0, true, false, false }, /* sh */
	{ 0x707f, 0x2023, 4, 20, 0, true, false, false }, /* sw */
	{ 0x707f, 0x3023, 8, 20, 0, true, false, false }, /* sd */
};

/* Those of quadrant 0 have three bits for a register, from x8 on. */
static const struct row compressed[] = {
	{ 0xe003, 0x4000, 4, 2, 8, false, true, false },  /* c.lw */
	{ 0xe003, 0x6000, 8, 2, 8, false, true, false },  /* c.ld */
	{ 0xe003, 0xc000, 4, 2, 8, true, false, false },  /* c.sw */
	{ 0xe003, 0xe000, 8, 2, 8, true, false, false },  /* c.sd */
	{ 0xe003, 0x4002, 4, 7, 0, false, true, true },   /* c.lwsp */
	{ 0xe003, 0x6002, 8, 7, 0, false, true, true },   /* c.ldsp */
	{ 0xe003, 0xc002, 4, 2, 0, true, false, false },  /* c.swsp */
	{ 0xe003, 0xe002, 8, 2, 0, true, false, false },  /* c.sdsp */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the tables say of it; length 0: it is none of them. */
static struct access expected(uint32_t instruction)
{
	bool is_full = (instruction & 3) == 3;
	const struct row *row = is_full ? full : compressed;
	unsigned int rows = is_full ? COUNT(full) : COUNT(compressed);
	struct access access = { 0 };

	for (; rows; rows--, row++) {
		if ((instruction & row->mask) != row->match)
			continue;
		access.number = row->base + (instruction >> row->shift & (row->base ? 7 : 31));
		access.width = row->width;
		access.write = row->write;
		access.is_signed = row->is_signed;
		access.length = row->not_zero && access.number == 0 ? 0 : is_full ? 4 : 2;
	}
	return access;
}

/* Do the two agree? What a store says of its value's sign nobody asks. */
static bool agrees(uint32_t instruction)
{
	struct access want = expected(instruction), have = { 0 };
	bool decoded = instruction_decode(instruction, &have);

	if (decoded != (want.length != 0))
		return false;
	return !decoded || (have.number == want.number && have.width == want.width &&
			    have.length == want.length && have.write == want.write &&
			    (have.write || have.is_signed == want.is_signed));
}

static void test_compressed(void)
{
	uint32_t instruction, wrong = 0, seen = 0;

	for (instruction = 0; instruction < 0x10000; instruction++)
		if ((instruction & 3) != 3) {
			wrong += !agrees(instruction);
			seen += expected(instruction).length != 0;
		}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(seen, 4 * 2048 + 2 * (2048 - 64) + 2 * 2048);
}

/* Every opcode with every funct3 and every register, among bits that mean nothing here. */
static void test_full(void)
{
	static const uint32_t others[] = { 0, 0xfe0f8000, 0x54a50000 };
	uint32_t bits, other, wrong = 0, seen = 0;

	for (other = 0; other < COUNT(others); other++)
		for (bits = 0; bits < 1u << 20; bits++) {
			/* opcode, rd, funct3 from the low 15; rs2 from the next five. */
			uint32_t instruction = (bits & 0x7fff) | bits >> 15 << 20 |
					       (others[other] & 0xfe0f8000);

			if ((instruction & 3) != 3)
				continue;
			wrong += !agrees(instruction);
			seen += expected(instruction).length != 0;
		}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(seen, COUNT(others) * COUNT(full) * 32 * 32);
}

/* The all-zero and all-one words, and what is longer than 32 bits, are none. */
static void test_others(void)
{
	struct access access;

	CU_ASSERT(!instruction_decode(0, &access));
	CU_ASSERT(!instruction_decode(~0u, &access));
	CU_ASSERT(!instruction_decode(0x0000001f, &access)); /* 48 bits */
	CU_ASSERT(!instruction_decode(0x0000003f, &access)); /* 64 bits */
	CU_ASSERT(!instruction_decode(0x0000200f, &access)); /* a fence */
	CU_ASSERT(!instruction_decode(0x1005202f, &access)); /* lr.w */
	CU_ASSERT(!instruction_decode(0x00053007, &access)); /* fld */
}

static const struct suite_test tests[] = {
	{ "compressed loads and stores are decoded, all 49152 encodings", test_compressed },
	{ "so are the others: every opcode, function and register", test_full },
	{ "what is no load or store of integers is refused", test_others },
};

int main(void)
{
	return suite_run("riscv64 decode", tests, sizeof(tests) / sizeof(tests[0]));
}
