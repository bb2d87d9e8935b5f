/* SPDX-License-Identifier: Apache-2.0 */
/* Undefined instructions, trapped and unknown registers, and the identification the guest sees. */
#include "tests/guests/runtime.h"

#define UNDEFINED (1ul << 25) /* class 0, IL */

#define READ_UNDEFINED(name, what)                                                                 \
	do {                                                                                       \
		(void)REGISTER_READ(name);                                                         \
		check(what " is undefined", trapped(), UNDEFINED);                                 \
	} while (0)

#define FIELD(value, bit) ((value) >> (bit) & 15)

static void undefined(void)
{
	__asm__ volatile(".inst 0x00000000");
	check("an undefined instruction", trapped(), UNDEFINED);
	check("its vector", trap.vector, 0x200);
	READ_UNDEFINED(sctlr_el2, "a register of EL2");
	READ_UNDEFINED(S3_4_C12_C11_0, "a register of the hypervisor's interrupt interface");
	READ_UNDEFINED(pmcr_el0, "a performance monitor's register");
	READ_UNDEFINED(S3_0_C11_C15_7, "a register that there is none of");
	READ_UNDEFINED(S2_1_C0_C0_0, "a trace unit's register");
	READ_UNDEFINED(cntp_tval_el0, "the physical timer");
	REGISTER_WRITE(pmcr_el0, 1);
	check("a write to one is undefined too", trapped(), UNDEFINED);
	REGISTER_WRITE(vttbr_el2, 0);
	check("a write to a register of EL2 is undefined", trapped(), UNDEFINED);
}

static void debug(void)
{
	check("the OS lock is there, and open", REGISTER_READ(oslsr_el1), 8);
	REGISTER_WRITE(oslar_el1, 0);
	REGISTER_WRITE(mdscr_el1, 0x8000);
	check("debug registers read as zero", REGISTER_READ(mdscr_el1), 0);
	check("without an exception", trapped(), 0);
}

static void identification(void)
{
	uint64_t processor = REGISTER_READ(id_aa64pfr0_el1);

	check("EL0 and EL1 are AArch64 only, no EL2, no EL3", processor & 0xffff, 0x0011);
	check("the GIC's system registers are there", FIELD(processor, 24), 1);
	check("no SVE", FIELD(processor, 32), 0);
	check("no SME", FIELD(REGISTER_READ(id_aa64pfr1_el1), 24), 0);
	check("no memory tagging", FIELD(REGISTER_READ(id_aa64pfr1_el1), 8), 0);
	check("no performance monitors", FIELD(REGISTER_READ(id_aa64dfr0_el1), 8) % 15, 0);
	check("no pointer authentication", REGISTER_READ(id_aa64isar1_el1) & 0xff000ff0, 0);
	check("no virtualization host extensions", FIELD(REGISTER_READ(id_aa64mmfr1_el1), 8), 0);
	check("no fine-grained traps", FIELD(REGISTER_READ(id_aa64mmfr0_el1), 56), 0);
	check("at most 40 bits of physical address", FIELD(REGISTER_READ(id_aa64mmfr0_el1), 0) <= 2,
	      1);
	check("an unused identification register is zero", REGISTER_READ(S3_0_C0_C7_7), 0);
	check("MPIDR is the first processor's", REGISTER_READ(mpidr_el1), 0x80000000);
	check("at EL1", REGISTER_READ(CurrentEL), 4);
	check("without an exception", trapped(), 0);
}

void guest_main(void)
{
	undefined();
	debug();
	identification();
}
