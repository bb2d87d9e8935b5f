/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores on devices in every form that a guest has for them: QEMU's harts do not say which
 * it was, so the kernel reads the instruction.
 */
#include "tests/guests/seen.h"

/* What a load makes of a0, which held JUNK; a1 is the address. */
#define LOAD(instruction)                                                                          \
	({                                                                                         \
		register uint64_t value_ __asm__("a0") = JUNK;                                     \
		register uint64_t base_ __asm__("a1") = PATTERN;                                   \
		__asm__ volatile(instruction : "+r"(value_) : "r"(base_) : "t0", "memory");        \
		value_;                                                                            \
	})

/* A store of a0 at a1. */
#define STORE(instruction, value)                                                                  \
	do {                                                                                       \
		register uint64_t value_ __asm__("a0") = (value);                                  \
		register uint64_t base_ __asm__("a1") = DEVICE + STORED;                           \
		__asm__ volatile(instruction : : "r"(value_), "r"(base_) : "t0", "memory");        \
	} while (0)

/* With a1 as stack pointer; nothing interrupts meanwhile. */
#define ON_STACK(instruction) "mv t0, sp\n\tmv sp, a1\n\t" instruction "\n\tmv sp, t0"

static void loads(void)
{
	check("lb sign-extends", LOAD("lb a0, 0(a1)"), 0xffffffffffffff88);
	check("lbu zero-extends", LOAD("lbu a0, 0(a1)"), 0x88);
	check("lh sign-extends", LOAD("lh a0, 0(a1)"), 0xffffffffffff9788);
	check("lhu zero-extends", LOAD("lhu a0, 0(a1)"), 0x9788);
	check("lw sign-extends", LOAD("lw a0, 0(a1)"), 0xffffffffb5a69788);
	check("lwu zero-extends", LOAD("lwu a0, 0(a1)"), 0xb5a69788);
	check("ld", LOAD("ld a0, 0(a1)"), 0xf1e2d3c4b5a69788);
	check("with an offset", LOAD("ld a0, 16(a1)"), 0xf1e2d3c4b5a69788);
	check("with a negative one", LOAD("ld a0, -8(a1)"), 0xf1e2d3c4b5a69788);
	check("into its own base", LOAD("mv a0, a1\n\tld a0, 0(a0)"), 0xf1e2d3c4b5a69788);
	check("c.lw sign-extends", LOAD("c.lw a0, 0(a1)"), 0xffffffffb5a69788);
	check("c.lw with an offset", LOAD("c.lw a0, 124(a1)"), 0xffffffffb5a69788);
	check("c.ld", LOAD("c.ld a0, 0(a1)"), 0xf1e2d3c4b5a69788);
	check("c.ld with an offset", LOAD("c.ld a0, 240(a1)"), 0xf1e2d3c4b5a69788);
	check("c.lwsp", LOAD(ON_STACK("c.lwsp a0, 0(sp)")), 0xffffffffb5a69788);
	check("c.lwsp with an offset", LOAD(ON_STACK("c.lwsp a0, 236(sp)")), 0xffffffffb5a69788);
	check("c.ldsp", LOAD(ON_STACK("c.ldsp a0, 0(sp)")), 0xf1e2d3c4b5a69788);
	check("c.ldsp with an offset", LOAD(ON_STACK("c.ldsp a0, 240(sp)")), 0xf1e2d3c4b5a69788);
}

#define VALUE 0x1234567890abcdeful

static void stores(void)
{
	STORE("sb a0, 0(a1)", VALUE);
	check_stored("sb", 1, 0xef);
	STORE("sh a0, 0(a1)", VALUE);
	check_stored("sh", 2, 0xcdef);
	STORE("sw a0, 0(a1)", VALUE);
	check_stored("sw", 4, 0x90abcdef);
	STORE("sd a0, 0(a1)", VALUE);
	check_stored("sd", 8, VALUE);
	STORE("addi a1, a1, -2047\n\tsw a0, 2047(a1)", VALUE);
	check_stored("sw with an offset", 4, 0x90abcdef);
	STORE("addi a1, a1, 2047\n\tsd a0, -2047(a1)", VALUE);
	check_stored("sd with a negative one", 8, VALUE);
	STORE("sd a1, 0(a1)", VALUE);
	check_stored("sd of its own base", 8, DEVICE + STORED);
	STORE("sb zero, 0(a1)", VALUE);
	check_stored("sb of zero", 1, 0);
	STORE("c.sw a0, 0(a1)", VALUE);
	check_stored("c.sw", 4, 0x90abcdef);
	STORE("addi a1, a1, -124\n\tc.sw a0, 124(a1)", VALUE);
	check_stored("c.sw with an offset", 4, 0x90abcdef);
	STORE("c.sd a0, 0(a1)", VALUE);
	check_stored("c.sd", 8, VALUE);
	STORE("addi a1, a1, -248\n\tc.sd a0, 248(a1)", VALUE);
	check_stored("c.sd with an offset", 8, VALUE);
	STORE(ON_STACK("c.swsp a0, 0(sp)"), VALUE);
	check_stored("c.swsp", 4, 0x90abcdef);
	STORE("addi a1, a1, -252\n\t" ON_STACK("c.swsp a0, 252(sp)"), VALUE);
	check_stored("c.swsp with an offset", 4, 0x90abcdef);
	STORE(ON_STACK("c.sdsp a0, 0(sp)"), VALUE);
	check_stored("c.sdsp", 8, VALUE);
	STORE("addi a1, a1, -504\n\t" ON_STACK("c.sdsp a0, 504(sp)"), VALUE);
	check_stored("c.sdsp with an offset", 8, VALUE);
	STORE(ON_STACK("c.sdsp zero, 0(sp)"), VALUE);
	check_stored("c.sdsp of zero", 8, 0);
}

/*
 * void all_registers(base, words): into words[n] what a load of 32 bits makes of xn, into
 * words[32 + n] what the server saw of a store of xn; words[64...] is its own. a0 to a2 it needs.
 */
__asm__(".text\n"
	".macro CALLEE operation\n"
	"	.irp n, 1, 2, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27\n"
	"	\\operation x\\n, 8 * (64 + \\n)(a1)\n"
	"	.endr\n"
	".endm\n"
	".macro OTHERS macro\n"
	"	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, "
	"26, 27, 28, 29, 30, 31\n"
	"	\\macro \\n\n"
	"	.endr\n"
	".endm\n"
	".macro LOAD_INTO n\n"
	"	lw x\\n, 8(a0)\n"
	"	sd x\\n, 8 * \\n(a1)\n"
	".endm\n"
	".macro STORE_FROM n\n"
	"	li x\\n, 0x1000 + \\n\n"
	"	sd x\\n, 0x20(a0)\n"
	"	ld a2, 0x110(a0)\n"
	"	sd a2, 8 * (32 + \\n)(a1)\n"
	".endm\n"
	"all_registers:\n"
	"	CALLEE sd\n"
	"	OTHERS LOAD_INTO\n"
	"	OTHERS STORE_FROM\n"
	"	CALLEE ld\n"
	"	ret\n");
void all_registers(uint64_t base, uint64_t *words);

static void registers(void)
{
	static uint64_t words[96];
	unsigned int number, loaded = 0, stored = 0;

	all_registers(DEVICE, words);
	for (number = 1; number < 32; number++) {
		loaded += words[number] == 0xffffffffb5a69788;
		stored += words[32 + number] == 0x1000 + number;
	}
	check("registers that loads reach", loaded, 28);
	check("registers that stores come from", stored, 28);
}

/* A load into x0 happens, and changes nothing. */
static void zero_target(void)
{
	uint64_t before = read64(READS), zero;

	__asm__ volatile("ld zero, 0(%0)\n\tlb zero, 0(%0)" : : "r"(DEVICE) : "memory");
	check("loads into x0 reach the device", read64(READS) - before, 2);
	__asm__ volatile("mv %0, zero" : "=r"(zero));
	check("x0 stays zero", zero, 0);
}

/* A load in two halfwords, then ret. */
static const uint16_t load_and_return[] = { 0x3503, 0x0005, 0x8082 }; /* ld a0, 0(a0); c.jr ra */
static const uint16_t short_load[] = { 0x6108, 0x8082 };              /* c.ld a0, 0(a0); c.jr ra */

static uint64_t run_at(uint64_t place, const uint16_t *code, unsigned int count)
{
	volatile uint16_t *to = (volatile uint16_t *)place;
	unsigned int index;

	for (index = 0; index < count; index++)
		to[index] = code[index];
	__asm__ volatile("fence.i" : : : "memory");
	return ((uint64_t(*)(uint64_t))place)(PATTERN);
}

static void pages(void)
{
	check("an instruction half in the next page", run_at(FREE + 0xffe, load_and_return, 3),
	      0xf1e2d3c4b5a69788);
	check("one that is the last of its page", run_at(FREE + 0xffc, load_and_return, 3),
	      0xf1e2d3c4b5a69788);
	check("a short one that is", run_at(FREE + 0xffe, short_load, 2), 0xf1e2d3c4b5a69788);
	check("the last of all memory", run_at(RAM + 0x400000 - 4, short_load, 2),
	      0xf1e2d3c4b5a69788);
}

void guest_main(void)
{
	loads();
	stores();
	registers();
	zero_target();
	pages();
	check("there was no exception", trapped(), 0);
}
