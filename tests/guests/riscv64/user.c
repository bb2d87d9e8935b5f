/* SPDX-License-Identifier: Apache-2.0 */
/*
 * senvcfg and scounteren, of which VS-mode has no copies: they stay a guest's own over calls to
 * servers and to the firmware, and over turns of another guest, which writes others; its U-mode may
 * what they say, its servers may what tasks may; and a reset puts both back.
 */
#include "tests/guests/runtime.h"

#define SENVCFG 0x10a /* older assemblers have no name for it */
#define SENVCFG_FIOM 1ul
#define SCOUNTEREN_TIME 2ul
#define SCOUNTEREN_RESET 7ul
#define ROUNDS 100
#define LIVES ((volatile uint64_t *)FREE) /* so many were reset */

__asm__(".text\n\t.balign 4\n"
	"user_time:	rdtime a0\n"
	"		ecall\n");
extern const char user_time[];

/* Every way out of the guest, and the server's counters in particular. */
static uint64_t leave(uint64_t round)
{
	uint64_t before = counter(), time;

	console_keep(round & CONSOLE_KEEPS);
	manager_ask();
	hypervisor_name();
	controller_read();
	ipi_send(1, 1); /* to itself */
	/* Whatever this guest's U-mode may, the server reads its counters. */
	time = read64(DEVICE);
	if (round % 4 == 0)
		wait_interrupt();
	return time < before || time > counter();
}

/* What its U-mode gets for reading the time. */
static uint64_t user_cause(void)
{
	uint64_t cause;

	interrupts_mask();
	trap_at((uint64_t)user_time, STATE_USER);
	cause = trapped();
	interrupts_allow();
	return cause;
}

static void rounds(uint64_t side)
{
	uint64_t round, environment, counters, times = 0, environments = 0, causes = 0, other = 0;

	for (round = 0; round < ROUNDS; round++) {
		environment = (round + side) & SENVCFG_FIOM;
		counters = (round / 2 + side * 3) & 7;
		REGISTER_WRITE(SENVCFG, environment);
		REGISTER_WRITE(scounteren, counters);
		times += leave(round);
		environments += REGISTER_READ(SENVCFG) != environment;
		other += REGISTER_READ(scounteren) != counters;
		causes += user_cause() != (counters & SCOUNTEREN_TIME ? CAUSE_CALL : CAUSE_ILLEGAL);
	}
	check("senvcfg: what changed", environments, 0);
	check("scounteren: what changed", other, 0);
	check("U-mode: what it may, and what it may not", causes, 0);
	check("servers: times that were wrong", times, 0);
	check("interrupts came in between", taken_count > ROUNDS, 1);
	check("there was no exception", trapped(), 0);
}

void guest_main(void)
{
	uint64_t side = guest_tree > RAM + 0x400000;

	check("senvcfg at the start", REGISTER_READ(SENVCFG), 0);
	check("scounteren at the start", REGISTER_READ(scounteren), SCOUNTEREN_RESET);
	interrupts_start();
	interrupts_allow();
	timer_rearm = true;
	timer_set(counter());
	rounds(side);
	if (++*LIVES < 2) {
		REGISTER_WRITE(SENVCFG, SENVCFG_FIOM);
		REGISTER_WRITE(scounteren, 0);
		firmware_system_reset();
	}
}
