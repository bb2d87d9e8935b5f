/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses that nobody answers: what real hardware gives, in the guest's own vector. */
#include "tests/guests/seen.h"

#define ABOVE 0x3ffffffff8ul /* all memory */

static void aborted(const char *what, uint64_t cause, uint64_t address)
{
	print("# ");
	print(what);
	print("\n");
	check("  one exception, with its cause", trapped(), cause);
	check("  stval is the address", trap.address, address);
	check("  sstatus is the state it came from",
	      trap.state & (SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE), SSTATUS_SPP);
}

/* One instruction with a1 as its base. */
#define ACCESS(instruction, address)                                                               \
	do {                                                                                       \
		register uint64_t base_ __asm__("a1") = (address);                                 \
		__asm__ volatile(instruction : : "r"(base_) : "a0", "t0", "memory");               \
	} while (0)

static void nowhere(void)
{
	uint64_t here, value = 77;

	ACCESS("ld a0, 8(a1)", NOWHERE);
	aborted("a load from no device", CAUSE_LOAD, NOWHERE + 8);
	ACCESS("sd a0, 0(a1)", NOWHERE);
	aborted("a store to no device", CAUSE_STORE, NOWHERE);
	ACCESS("c.lw a0, 4(a1)", NOWHERE);
	aborted("a compressed load from no device", CAUSE_LOAD, NOWHERE + 4);
	ACCESS("c.sd a0, 8(a1)", NOWHERE);
	aborted("a compressed store to no device", CAUSE_STORE, NOWHERE + 8);
	ACCESS("ld a0, 0(a1)", ABOVE);
	aborted("a load above all memory", CAUSE_LOAD, ABOVE);
	ACCESS("lb zero, 0(a1)", NOWHERE);
	aborted("a load into x0", CAUSE_LOAD, NOWHERE);
	__asm__ volatile("la %0, 1f\n1:	ld %1, 0(%2)" : "=&r"(here), "+r"(value) : "r"(NOWHERE) : "memory");
	check("sepc is the instruction", trap.pc, here);
	check("its register is left alone", value, 77);
	trapped();
}

/* Of an AMO, which is a store, QEMU makes a load and a store where nobody else runs beside it. */
static void refused_amo(const char *what, uint64_t address)
{
	aborted(what, trap.syndrome == CAUSE_LOAD ? CAUSE_LOAD : CAUSE_STORE, address);
}

/* What no device is asked for. */
static void forms(void)
{
	ACCESS("amoadd.w a0, a0, (a1)", DEVICE);
	refused_amo("an AMO on a device", DEVICE);
	ACCESS("amoswap.d zero, a0, (a1)", DEVICE + 8);
	refused_amo("an AMO of 64 bits on a device", DEVICE + 8);
	ACCESS("lr.w a0, (a1)", DEVICE);
	aborted("LR on a device", CAUSE_LOAD, DEVICE);
	ACCESS("flw f0, 0(a1)", DEVICE);
	aborted("a load into a floating-point register", CAUSE_LOAD, DEVICE);
	ACCESS("fsd f0, 0(a1)", DEVICE + 0x20);
	aborted("a store of a floating-point register", CAUSE_STORE, DEVICE + 0x20);
	ACCESS("c.fld f8, 8(a1)", DEVICE);
	aborted("a compressed load into one", CAUSE_LOAD, DEVICE + 8);
	ACCESS("amoor.w a0, a0, (a1)", CONTROLLER);
	refused_amo("an AMO on the PLIC", CONTROLLER);
	ACCESS("ld a0, 0(a1)", CONTROLLER);
	aborted("a load of 64 bits from the PLIC", CAUSE_LOAD, CONTROLLER);
}

static void refused(void)
{
	ACCESS("ld a0, 0(a1)", REFUSED);
	aborted("a load that the device's server refuses", CAUSE_LOAD, REFUSED);
	ACCESS("sd a0, 0(a1)", REFUSED);
	aborted("a store that the device's server refuses", CAUSE_STORE, REFUSED);
}

static void fetch(void)
{
	trap_at(NOWHERE + 0x100, STATE_SAME);
	aborted("a fetch from nowhere", CAUSE_FETCH, NOWHERE + 0x100);
	check("its sepc", trap.pc, NOWHERE + 0x100);
	trap_at(DEVICE, STATE_SAME);
	aborted("a fetch from a device", CAUSE_FETCH, DEVICE);
	trap_at(ABOVE, STATE_SAME);
	aborted("a fetch above all memory", CAUSE_FETCH, ABOVE);
	trap_at(NOWHERE, STATE_USER);
	check("a fetch from nowhere, in U-mode", trapped(), CAUSE_FETCH);
	check("its mode", trap.state & SSTATUS_SPP, 0);
}

/* Run in U-mode: a load from nowhere. */
__asm__(".text\n\t.balign 4\nprogram:\n\tli a1, 0x0b000000\n\tld a0, 0(a1)\n");
extern char program[];

static void lower(void)
{
	trap_at((uint64_t)program, STATE_USER);
	check("a load from nowhere in U-mode", trapped(), CAUSE_LOAD);
	check("its mode", trap.state & SSTATUS_SPP, 0);
	check("its stval", trap.address, NOWHERE);
}

/* The interrupt enable goes one place down the stack. */
static void enabled(void)
{
	interrupts_allow();
	ACCESS("ld a0, 0(a1)", NOWHERE);
	check("with interrupts on", trapped(), CAUSE_LOAD);
	check("they were on", trap.state & (SSTATUS_SPIE | SSTATUS_SIE), SSTATUS_SPIE);
	check("and are again", REGISTER_READ(sstatus) & SSTATUS_SIE, SSTATUS_SIE);
	interrupts_mask();
}

void guest_main(void)
{
	nowhere();
	forms();
	refused();
	fetch();
	lower();
	enabled();
}
