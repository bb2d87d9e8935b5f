/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware of guests on aarch64: PSCI. */
#ifndef ARCH_FIRMWARE_H
#define ARCH_FIRMWARE_H

#include "tests/guests/runtime.h"

#define SMCCC_VERSION 0x80000000ul

static uint64_t call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return firmware(function, a1, a2, a3).x[0];
}

static void psci(void)
{
	struct answer answer;
	uint64_t level, odd = 0;

	check("PSCI_VERSION", call(PSCI_VERSION, 0, 0, 0), 0x10001);
	check("SMCCC_VERSION", call(SMCCC_VERSION, 0, 0, 0), 0x10001);
	check("PSCI_FEATURES of SYSTEM_OFF", call(0x8400000a, PSCI_SYSTEM_OFF, 0, 0), 0);
	check("PSCI_FEATURES of what is unknown", call(0x8400000a, 0x840000ff, 0, 0),
	      ANSWER_NOT_SUPPORTED);
	check("MIGRATE_INFO_TYPE", call(0x84000006, 0, 0, 0), 2);
	check("AFFINITY_INFO of the own processor", call(PSCI_AFFINITY_INFO, 0, 0, 0), 0);
	check("AFFINITY_INFO of none", call(PSCI_AFFINITY_INFO, 77, 0, 0), ANSWER_NOBODY);
	for (level = 1; level < 5; level++)
		odd += call(PSCI_AFFINITY_INFO, 0, level, 0) != ANSWER_NOBODY;
	check("levels above processors have a state", odd, 0);
	check("CPU_ON of one that is on", call(PSCI_CPU_ON, 0, RAM, 0), ANSWER_ALREADY_ON);
	check("CPU_ON of none", call(PSCI_CPU_ON, 1ul << 32, RAM, 0), ANSWER_NOBODY);
	answer = firmware(0x12345678, 1, 2, 3);
	check("an unknown call", answer.x[0], ANSWER_NOT_SUPPORTED);
	check("it leaves x1", answer.x[1], 1);
	check("it leaves x3", answer.x[3], 3);
	check("a call with all bits set", call(~0ul, 0, 0, 0), ANSWER_NOT_SUPPORTED);
	answer = firmware(0x8600ff01, 0, 0, 0);
	check("the vendor's UID begins as the kernel's", answer.x[0], 0x70706f63);
	check("and goes on so", answer.x[1], 0x2d656369);
}

static void secure(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_VERSION;

	__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	check("SMC is answered like HVC, once", x0, 0x10001);
	x0 = 0x84ffffff;
	__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	check("an unknown SMC", x0, ANSWER_NOT_SUPPORTED);
	check("without an exception", trapped(), 0);
}

static void firmware_calls(void)
{
	psci();
	secure();
}

static bool timer_is_off(void)
{
	return !(REGISTER_READ(cntv_ctl_el0) & 1);
}

#endif
