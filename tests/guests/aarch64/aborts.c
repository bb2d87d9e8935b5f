/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses that nobody answers: what real hardware gives, in the guest's own vector. */
#include "tests/guests/seen.h"

#define IL (1ul << 25)
#define CLASS(number) ((uint64_t)(number) << 26)
#define EXTERNAL 0x10ul
#define WRITE (1ul << 6)
#define LOADED (CLASS(0x25) | IL | EXTERNAL)

static void aborted(const char *what, uint64_t syndrome, uint64_t address)
{
	print("# ");
	print(what);
	print("\n");
	check("  one exception, with its syndrome", trapped(), syndrome);
	check("  FAR is the address", trap.address, address);
	check("  the vector of the current EL with SP_ELx", trap.vector, 0x200);
	check("  SPSR is the state it came from", trap.state & 0x3df, EL1H_MASKED);
}

/* An access of one instruction, with the base register's value afterwards. */
#define ACCESS(instruction, address)                                                               \
	({                                                                                         \
		uint64_t base_ = (address);                                                        \
		__asm__ volatile("1: " instruction "\n\tadr x10, 1b" : "+r"(base_) : : "x8", "x9",  \
				 "x10", "memory");                                                 \
		base_;                                                                             \
	})

static void nowhere(void)
{
	uint64_t here;

	ACCESS("ldr x8, [%0]", NOWHERE + 8);
	aborted("a load from no device", LOADED, NOWHERE + 8);
	ACCESS("str x8, [%0]", NOWHERE);
	aborted("a store to no device", LOADED | WRITE, NOWHERE);
	ACCESS("ldp x8, x9, [%0]", NOWHERE + 0x10);
	aborted("a load of two registers from no device", LOADED, NOWHERE + 0x10);
	ACCESS("ldr x8, [%0]", 0x3ffffffff8);
	aborted("a load above all memory", LOADED, 0x3ffffffff8);
	__asm__ volatile("adr %0, 1f\n1: ldr x8, [%1]" : "=&r"(here) : "r"(NOWHERE) : "x8", "memory");
	check("ELR is the instruction", trap.pc, here);
	trapped();
}

static void no_syndrome(void)
{
	check("write-back is not carried out", ACCESS("ldr w8, [%0], #4", DEVICE), DEVICE);
	aborted("a load with write-back from a device", LOADED, DEVICE);
	check("write-back is not carried out", ACCESS("str w8, [%0, #8]!", DEVICE), DEVICE);
	aborted("a store with write-back to a device", LOADED | WRITE, DEVICE + 8);
	ACCESS("ldp w8, w9, [%0]", DEVICE + 0x10);
	aborted("ldp from a device", LOADED, DEVICE + 0x10);
	ACCESS("stp w8, w9, [%0]", DEVICE + 0x10);
	aborted("stp to a device", LOADED | WRITE, DEVICE + 0x10);
	ACCESS("ldr q0, [%0]", DEVICE + 0x20);
	aborted("a load into a vector register from a device", LOADED, DEVICE + 0x20);
	ACCESS("ldp x8, x9, [%0]", UART);
	aborted("ldp from the PL011", LOADED, UART);
}

static void refused(void)
{
	ACCESS("ldr x8, [%0]", REFUSED);
	aborted("a load that the device's server refuses", LOADED, REFUSED);
	ACCESS("str x8, [%0]", REFUSED);
	aborted("a store that the device's server refuses", LOADED | WRITE, REFUSED);
}

static void fetch(void)
{
	trap_at(NOWHERE + 0x100, EL1H_MASKED);
	check("a fetch from nowhere", trapped(), CLASS(0x21) | IL | EXTERNAL);
	check("its FAR", trap.address, NOWHERE + 0x100);
	check("its ELR", trap.pc, NOWHERE + 0x100);
	trap_at(DEVICE, EL1H_MASKED);
	check("a fetch from a device", trapped(), CLASS(0x21) | IL | EXTERNAL);
	trap_at(NOWHERE, EL0_MASKED);
	check("a fetch from nowhere, at EL0", trapped(), CLASS(0x20) | IL | EXTERNAL);
	check("the vector of a lower EL", trap.vector, 0x400);
	check("its SPSR", trap.state & 0x3df, EL0_MASKED);
}

/* Runs at EL0: a load from nowhere. */
__asm__(".text\nprogram:\n\tmov x9, #0x0b000000\n\tldr x9, [x9]\n");
extern char program[];

static void lower(void)
{
	trap_at((uint64_t)program, EL0_MASKED | 1ul << 29);
	check("a load from nowhere at EL0", trapped(), CLASS(0x24) | IL | EXTERNAL);
	check("its vector", trap.vector, 0x400);
	check("its SPSR, with the flags", trap.state & 0xf00003df, EL0_MASKED | 1ul << 29);
}

void guest_main(void)
{
	nowhere();
	no_syndrome();
	refused();
	fetch();
	lower();
}
