/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of every width and sign, from and into every kind of register, on devices. */
#include "tests/guests/seen.h"

/* What a load instruction makes of a register that held JUNK. */
#define LOAD(instruction)                                                                          \
	({                                                                                         \
		register uint64_t value_ __asm__("x9") = JUNK;                                     \
		__asm__ volatile(instruction : "+r"(value_) : "r"(PATTERN) : "memory");         \
		value_;                                                                            \
	})

#define STORE(instruction, value)                                                                  \
	__asm__ volatile(instruction : : "r"((uint64_t)(value)), "r"(DEVICE + STORED) : "memory")

static void loads(void)
{
	check("ldrb zero-extends", LOAD("ldrb %w0, [%1]"), 0x88);
	check("ldrh zero-extends", LOAD("ldrh %w0, [%1]"), 0x9788);
	check("ldr of 32 bits zero-extends", LOAD("ldr %w0, [%1]"), 0xb5a69788);
	check("ldr of 64 bits", LOAD("ldr %0, [%1]"), 0xf1e2d3c4b5a69788);
	check("ldrsb into 32 bits", LOAD("ldrsb %w0, [%1]"), 0xffffff88);
	check("ldrsb into 64 bits", LOAD("ldrsb %0, [%1]"), 0xffffffffffffff88);
	check("ldrsh into 32 bits", LOAD("ldrsh %w0, [%1]"), 0xffff9788);
	check("ldrsh into 64 bits", LOAD("ldrsh %0, [%1]"), 0xffffffffffff9788);
	check("ldrsw", LOAD("ldrsw %0, [%1]"), 0xffffffffb5a69788);
	check("ldar of 32 bits", LOAD("ldar %w0, [%1]"), 0xb5a69788);
	check("ldr with an offset", LOAD("ldr %w0, [%1, #16]"), 0xb5a69788);
	check("ldur", LOAD("ldur %w0, [%1, #-4]"), 0xb5a69788);
}

static void stores(void)
{
	STORE("strb %w0, [%1]", JUNK);
	check_stored("strb", 1, 0x55);
	STORE("strh %w0, [%1]", JUNK);
	check_stored("strh", 2, 0x5555);
	STORE("str %w0, [%1]", 0x1234567890abcdef);
	check_stored("str of 32 bits", 4, 0x90abcdef);
	STORE("str %0, [%1]", 0x1234567890abcdef);
	check_stored("str of 64 bits", 8, 0x1234567890abcdef);
	STORE("stlr %w0, [%1]", 0x76543210);
	check_stored("stlr", 4, 0x76543210);
	STORE("strb wzr, [%1]", 1);
	check_stored("strb of wzr", 1, 0);
	STORE("str xzr, [%1]", 1);
	check_stored("str of xzr", 8, 0);
}

/* A load into xzr happens, and changes nothing. */
static void zero_target(void)
{
	uint64_t before = read32(READS);

	__asm__ volatile("ldr xzr, [%0]\n\tldrsb wzr, [%0]" : : "r"(DEVICE) : "memory");
	check("loads into xzr reach the device", read32(READS) - before, 2);
	check("xzr stays zero", ({ uint64_t v; __asm__ volatile("mov %0, xzr" : "=r"(v)); v; }), 0);
}

/* The guest's real devices: PL011 and GIC. */
static void devices(void)
{
	write32(UART + 0x24, 0x1234);
	check("the PL011's IBRD keeps what is written", read32(UART + 0x24), 0x1234);
	check("the PL011's first identification byte", read32(UART + 0xfe0), 0x11);
	write8(DISTRIBUTOR + 0x400 + 40, 0x80);
	write8(DISTRIBUTOR + 0x400 + 41, 0xa0);
	check("GICD_IPRIORITYR by bytes, read by words",
	      read32(DISTRIBUTOR + 0x400 + 40) & 0xffff, 0xa080);
	check("GICD_PIDR2 names a GICv3", read32(DISTRIBUTOR + 0xffe8) & 0xf0, 0x30);
	check("GICR_TYPER is the last redistributor's", read32(REDISTRIBUTOR + 8) & 0x10, 0x10);
}

void guest_main(void)
{
	loads();
	stores();
	zero_target();
	devices();
	check("there was no exception", trapped(), 0);
}
