/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vector registers keep a guest's own pattern over timer interrupts, calls to servers and to
 * the firmware, and turns of the other guest, which does the same with another pattern. Nothing
 * here but the assembler lines touches them: the compiler may not.
 */
#include "tests/guests/aarch64/runtime.h"

#define ROUNDS 300
#define WORDS 64 /* 32 registers of 128 bits */

static uint64_t given[WORDS] __attribute__((aligned(16)));
static uint64_t kept[WORDS] __attribute__((aligned(16)));

#define PAIRS(X)                                                                                   \
	X(0, 1, 0) X(2, 3, 32) X(4, 5, 64) X(6, 7, 96) X(8, 9, 128) X(10, 11, 160)                 \
	X(12, 13, 192) X(14, 15, 224) X(16, 17, 256) X(18, 19, 288) X(20, 21, 320)                 \
	X(22, 23, 352) X(24, 25, 384) X(26, 27, 416) X(28, 29, 448) X(30, 31, 480)
#define LOAD(a, b, offset) "ldp q" #a ", q" #b ", [%0, #" #offset "]\n\t"
#define STORE(a, b, offset) "stp q" #a ", q" #b ", [%0, #" #offset "]\n\t"

static void registers_load(void)
{
	__asm__ volatile(PAIRS(LOAD) : : "r"(given) : "memory");
}

static void registers_store(void)
{
	__asm__ volatile(PAIRS(STORE) : : "r"(kept) : "memory");
}

/* Every way out of the guest, a few times. */
static void leave(uint64_t round)
{
	unsigned int index;

	for (index = 0; index < 4; index++) {
		write32(UART + 0x24, (uint32_t)round);
		firmware(0x84000000, 0, 0, 0);
		(void)REGISTER_READ(id_aa64pfr0_el1);
		REGISTER_WRITE(S3_0_C12_C11_5, 1ul << 24 | 1); /* an SGI to itself */
	}
	if (round % 4 == 0)
		__asm__ volatile("wfi");
}

void guest_main(void)
{
	uint64_t round, index, wrong = 0, controls = 0, control = guest_tree >> 12 & 3;

	interrupts_start();
	interrupts_allow();
	timer_rearm = true;
	REGISTER_WRITE(cntv_cval_el0, counter());
	REGISTER_WRITE(cntv_ctl_el0, 1);
	for (round = 0; round < ROUNDS; round++) {
		for (index = 0; index < WORDS; index++)
			given[index] = (guest_tree << 32) + (round << 16) + index;
		REGISTER_WRITE(fpcr, control << 22);
		REGISTER_WRITE(fpsr, round & 31);
		registers_load();
		leave(round);
		registers_store();
		for (index = 0; index < WORDS; index++)
			wrong += kept[index] != given[index];
		controls += REGISTER_READ(fpcr) != control << 22 || REGISTER_READ(fpsr) != (round & 31);
	}
	check("vector registers that changed", wrong, 0);
	check("control registers that changed", controls, 0);
	check("interrupts came in between", taken_count > ROUNDS, 1);
	check("there was no exception", trapped(), 0);
}
