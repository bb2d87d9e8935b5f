/* SPDX-License-Identifier: Apache-2.0 */
/* CSRs and instructions: which there are, and what the guest gets for those that there are not. */
#include "tests/guests/runtime.h"

#define FLAG(value, bits) (((value) & (bits)) == (bits))
#define MODE_SV39 (8ul << 60)
#define CYCLES 0xc00
#define TIME 0xc01

/* One instruction, and what the trap must tell of it if it is illegal. */
#define ILLEGAL(what, instruction, bits)                                                           \
	do {                                                                                       \
		uint64_t here_;                                                                    \
		__asm__ volatile("la %0, 1f\n\t.option push\n\t.option norvc\n1:	" instruction      \
				 "\n\t.option pop" : "=&r"(here_) : : "a0", "memory");             \
		illegal(what, here_, bits);                                                        \
	} while (0)

static void illegal(const char *what, uint64_t here, uint64_t bits)
{
	print("# ");
	print(what);
	print("\n");
	check("  is an illegal instruction, once", trapped(), CAUSE_ILLEGAL);
	check("  sepc is where it is", trap.pc, here);
	check("  stval is the instruction", trap.address, bits);
	check("  from S-mode", FLAG(trap.state, SSTATUS_SPP), 1);
}

static void instructions(void)
{
	ILLEGAL("an instruction of zeros", ".2byte 0", 0);
	ILLEGAL("an instruction of ones", ".4byte 0xffffffff", 0xffffffff);
	ILLEGAL("an unknown SYSTEM instruction", ".4byte 0x8e000073", 0x8e000073);
	ILLEGAL("MRET", "mret", 0x30200073);
	ILLEGAL("HFENCE.GVMA", ".4byte 0x62000073", 0x62000073);
	ILLEGAL("HFENCE.VVMA", ".4byte 0x22000073", 0x22000073);
	ILLEGAL("HLV.W", ".4byte 0x68054573", 0x68054573);
	ILLEGAL("HLVX.HU", ".4byte 0x64354573", 0x64354573);
	ILLEGAL("VSETVLI", ".4byte 0x00057557", 0x00057557);
}

static void csrs(void)
{
	ILLEGAL("a CSR that there is none of", "csrr a0, 0x5ff", 0x5ff02573);
	ILLEGAL("a write to it", "csrw 0x5ff, a0", 0x5ff51073);
	ILLEGAL("both in one", "csrrw a0, 0x5ff, a0", 0x5ff51573);
	ILLEGAL("setting bits of it", "csrrsi a0, 0x5ff, 3", 0x5ff1e573);
	ILLEGAL("a CSR of M-mode", "csrr a0, mstatus", 0x30002573);
	ILLEGAL("a CSR of the hypervisor", "csrr a0, 0x600", 0x60002573);
	ILLEGAL("a write to one", "csrw 0x680, a0", 0x68051073);
	ILLEGAL("a CSR of its own, by the hypervisor's name", "csrr a0, 0x200", 0x20002573);
	ILLEGAL("a vendor's CSR", "csrr a0, 0x5c0", 0x5c002573);
	ILLEGAL("a CSR of a PMP", "csrr a0, pmpaddr0", 0x3b002573);
	ILLEGAL("a CSR of interrupts that the guest's controller has not", "csrr a0, 0xdb0",
		0xdb002573);
	ILLEGAL("a CSR of vectors", "csrr a0, 0xc22", 0xc2202573);
	ILLEGAL("a write to one that is read-only", "csrw time, a0", 0xc0151073);
	ILLEGAL("a performance counter", "csrr a0, hpmcounter3", 0xc0302573);
}

/* Written in full, read back as far as it keeps it. */
#define KEEPS(name, value, mask)                                                                   \
	do {                                                                                       \
		uint64_t before_ = REGISTER_READ(name);                                            \
		REGISTER_WRITE(name, value);                                                       \
		check(TEXT(name) " keeps what is written", REGISTER_READ(name) & (mask),           \
		      (value) & (mask));                                                           \
		REGISTER_WRITE(name, before_);                                                     \
	} while (0)

static void own(void)
{
	KEEPS(sscratch, 0x123456789abcdef0ul, ~0ul);
	KEEPS(sepc, 0x123456789abcdef0ul, ~0ul);
	KEEPS(scause, 0x800000000000000ful, ~0ul);
	KEEPS(stval, 0xfedcba9876543210ul, ~0ul);
	KEEPS(sie, ~0ul, SOFTWARE | TIMER | EXTERNAL);
	KEEPS(scounteren, 7ul, 7ul);
	KEEPS(STIMECMP, 0x7edcba9876543210ul, ~0ul);
	KEEPS(satp, 0ul, ~0ul);
	REGISTER_WRITE(sip, ~0ul);
	check("of sip the software interrupt alone is written",
	      REGISTER_READ(sip) & (SOFTWARE | TIMER | EXTERNAL), SOFTWARE);
	REGISTER_WRITE(sip, 0);
	check("and cleared", REGISTER_READ(sip) & SOFTWARE, 0);
	check("no vector registers", REGISTER_READ(sstatus) & 3ul << 9, 0);
	check("without an exception", trapped(), 0);
}

static void counters(void)
{
	uint64_t cycles = REGISTER_READ(cycle), instructions = REGISTER_READ(instret);
	uint64_t time = REGISTER_READ(time), spins;

	for (spins = 0; spins < 100000; spins++)
		__asm__ volatile("");
	check("cycle goes on", REGISTER_READ(cycle) - cycles >= spins, 1);
	check("instret goes on", REGISTER_READ(instret) - instructions >= spins, 1);
	check("time goes on", REGISTER_READ(time) > time, 1);
	check("without an exception", trapped(), 0);
}

static void floating_point(void)
{
	REGISTER_CLEAR(sstatus, SSTATUS_FS);
	ILLEGAL("a floating-point instruction, FS off", "fmv.d.x f0, zero", 0xf2000053);
	ILLEGAL("fcsr, FS off", "csrr a0, fcsr", 0x00302573);
	__asm__ volatile("c.fld f8, 0(s0)" : : : "memory");
	check("a compressed one", trapped(), CAUSE_ILLEGAL);
	check("its stval", trap.address, 0x2000);
	REGISTER_SET(sstatus, SSTATUS_FS_INITIAL);
	__asm__ volatile("fmv.d.x f0, zero" : : : "memory");
	check("it is none with FS on", trapped(), 0);
	check("and FS is dirty", FLAG(REGISTER_READ(sstatus), SSTATUS_FS), 1);
}

/* Run in U-mode: what is S-mode's alone. */
__asm__(".text\n\t.balign 4\n\t.option push\n\t.option norvc\n"
	"user_csr:	csrr a0, sstatus\n"
	"user_sret:	sret\n"
	"user_fence:	sfence.vma\n"
	"user_call:	ecall\n"
	"user_break:	ebreak\n"
	"user_unknown:	.4byte 0xffffffff\n"
	"	.option pop\n");
extern const char user_csr[], user_sret[], user_fence[], user_call[], user_break[], user_unknown[];

static void user(const char *what, const char *where, uint64_t cause)
{
	trap_at((uint64_t)where, STATE_USER);
	print("# ");
	print(what);
	print("\n");
	check("  its cause", trapped(), cause);
	check("  sepc is where it is", trap.pc, (uint64_t)where);
	check("  from U-mode", FLAG(trap.state, SSTATUS_SPP), 0);
}

static void user_illegal(const char *what, const char *where, uint64_t bits)
{
	user(what, where, CAUSE_ILLEGAL);
	check("  stval is the instruction", trap.address, bits);
}

static void user_mode(void)
{
	user_illegal("a CSR of S-mode in U-mode", user_csr, 0x10002573);
	user_illegal("SRET in U-mode", user_sret, 0x10200073);
	user_illegal("SFENCE.VMA in U-mode", user_fence, 0x12000073);
	user_illegal("an unknown instruction in U-mode", user_unknown, 0xffffffff);
	user("a call in U-mode", user_call, CAUSE_CALL);
	user("EBREAK in U-mode", user_break, CAUSE_BREAKPOINT);
}

void guest_main(void)
{
	instructions();
	csrs();
	own();
	counters();
	floating_point();
	user_mode();
}
