/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the firmware: PSCI, what is unknown, and a reset that starts the guest afresh. */
#include "tests/guests/aarch64/runtime.h"

#define NOT_SUPPORTED ~0ul
#define INVALID_PARAMETERS -2ul
#define ALREADY_ON -4ul
#define MARK 0x6d61726bul

static uint64_t fresh; /* the image is loaded anew for every start */

static uint64_t call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return firmware(function, a1, a2, a3).x[0];
}

static void calls(void)
{
	struct answer answer;

	check("PSCI_VERSION", call(0x84000000, 0, 0, 0), 0x10001);
	check("SMCCC_VERSION", call(0x80000000, 0, 0, 0), 0x10001);
	check("PSCI_FEATURES of SYSTEM_OFF", call(0x8400000a, 0x84000008, 0, 0), 0);
	check("PSCI_FEATURES of what is unknown", call(0x8400000a, 0x840000ff, 0, 0), NOT_SUPPORTED);
	check("MIGRATE_INFO_TYPE", call(0x84000006, 0, 0, 0), 2);
	check("AFFINITY_INFO of the own processor", call(0xc4000004, 0, 0, 0), 0);
	check("AFFINITY_INFO of none", call(0xc4000004, 77, 0, 0), INVALID_PARAMETERS);
	check("CPU_ON of one that is on", call(0xc4000003, 0, 0x40000000, 0), ALREADY_ON);
	check("CPU_ON of none", call(0xc4000003, 1ul << 32, 0x40000000, 0), INVALID_PARAMETERS);
	answer = firmware(0x12345678, 1, 2, 3);
	check("an unknown call", answer.x[0], NOT_SUPPORTED);
	check("it leaves x1", answer.x[1], 1);
	check("it leaves x3", answer.x[3], 3);
	check("a call with all bits set", call(~0ul, 0, 0, 0), NOT_SUPPORTED);
	answer = firmware(0x8600ff01, 0, 0, 0);
	check("the vendor's UID begins as the kernel's", answer.x[0], 0x70706f63);
	check("and goes on so", answer.x[1], 0x2d656369);
}

static void secure(void)
{
	register uint64_t x0 __asm__("x0") = 0x84000000;

	__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	check("SMC is answered like HVC, once", x0, 0x10001);
	x0 = 0x84ffffff;
	__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	check("an unknown SMC", x0, NOT_SUPPORTED);
	check("without an exception", trapped(), 0);
}

void guest_main(void)
{
	volatile uint64_t *mark = (volatile uint64_t *)FREE;

	check("the image's data is fresh", fresh, 0);
	fresh = 1;
	if (*mark == MARK) {
		check("the virtual timer is off after a reset", REGISTER_READ(cntv_ctl_el0) & 1, 0);
		return;
	}
	calls();
	secure();
	*mark = MARK;
	REGISTER_WRITE(cntv_cval_el0, counter());
	REGISTER_WRITE(cntv_ctl_el0, 1);
	print("reset\n");
	call(0x84000009, 0, 0, 0);
	check("the firmware resets", 1, 0);
}
