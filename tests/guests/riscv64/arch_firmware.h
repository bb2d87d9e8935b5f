/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware of guests on riscv64: SBI, each extension with what is wrong about a call. */
#ifndef ARCH_FIRMWARE_H
#define ARCH_FIRMWARE_H

#include "tests/guests/runtime.h"

#define PROBE 3ul
#define UNKNOWN 0x0a0b0c0dul
#define IMPLEMENTATION 0x70706f63ul /* "copp" */
#define ALL_HARTS ~0ul
#define FAR_AWAY (1ul << 60) /* ticks */

static struct answer call(uint64_t extension, uint64_t function, uint64_t a0, uint64_t a1)
{
	return sbi(extension, function, a0, a1, 0, 0, 0);
}

static void base(void)
{
	static const uint64_t known[] = { SBI_BASE, SBI_TIME, SBI_IPI, SBI_RFENCE,
					  SBI_HSM, SBI_SRST, SBI_DBCN };
	struct answer answer = call(SBI_BASE, 0, 0, 0);
	uint64_t index, missing = 0;

	check("BASE's version", answer.error, ANSWER_DONE);
	check("is 2.0", answer.value, 2ul << 24);
	check("the implementation is Coppice", call(SBI_BASE, 1, 0, 0).value, IMPLEMENTATION);
	for (index = 0; index < sizeof(known) / sizeof(*known); index++)
		missing += call(SBI_BASE, PROBE, known[index], 0).value == 0;
	check("extensions that are not there", missing, 0);
	answer = call(SBI_BASE, PROBE, UNKNOWN, 0);
	check("probing an unknown one is no error", answer.error, ANSWER_DONE);
	check("there is none", answer.value, 0);
	check("probing with all bits set", call(SBI_BASE, PROBE, ~0ul, 0).value, 0);
	for (index = 4; index < 7; index++)
		missing += call(SBI_BASE, index, 0, 0).error != ANSWER_DONE;
	check("identifications that are not told", missing, 0);
	check("an unknown function of BASE", call(SBI_BASE, 7, 0, 0).error, ANSWER_NOT_SUPPORTED);
}

static void unknown(void)
{
	register uint64_t a0 __asm__("a0") = 1;
	register uint64_t a2 __asm__("a2") = 2;
	register uint64_t a5 __asm__("a5") = 3;
	register uint64_t a6 __asm__("a6") = 4;
	register uint64_t a7 __asm__("a7") = UNKNOWN;
	uint64_t error, kept;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a2), "+r"(a5), "+r"(a6), "+r"(a7) : : "a1", "memory");
	error = a0;
	kept = a2 == 2 && a5 == 3 && a6 == 4 && a7 == UNKNOWN;
	check("an unknown extension", error, ANSWER_NOT_SUPPORTED);
	check("a call leaves all registers but a0 and a1", kept, 1);
	check("an extension with all bits set", call(~0ul, ~0ul, ~0ul, ~0ul).error,
	      ANSWER_NOT_SUPPORTED);
	check("one whose low half is BASE's", call(1ul << 32 | SBI_BASE, 0, 0, 0).error,
	      ANSWER_NOT_SUPPORTED);
}

static void functions(void)
{
	static const uint64_t extensions[] = { SBI_TIME, SBI_IPI, SBI_RFENCE, SBI_HSM, SBI_SRST,
					       SBI_DBCN };
	uint64_t index, wrong = 0;

	for (index = 0; index < sizeof(extensions) / sizeof(*extensions); index++)
		wrong += call(extensions[index], 77, 0, 0).error != ANSWER_NOT_SUPPORTED;
	check("extensions that know function 77", wrong, 0);
}

static void harts(void)
{
	check("HSM: the own state", call(SBI_HSM, HSM_STATUS, 0, 0).value, PROCESSOR_IS_ON);
	check("HSM: the state of none", call(SBI_HSM, HSM_STATUS, 77, 0).error, ANSWER_NOBODY);
	check("HSM: starting one that runs", call(SBI_HSM, HSM_START, 0, RAM).error,
	      ANSWER_ALREADY_ON);
	check("HSM: starting none", call(SBI_HSM, HSM_START, 1, RAM).error, ANSWER_NOBODY);
	check("HSM: starting none, with all bits set", call(SBI_HSM, HSM_START, ~0ul, RAM).error,
	      ANSWER_NOBODY);
	check("HSM: a suspension that keeps the registers", call(SBI_HSM, 3, 0, 0).error, ANSWER_DONE);
	check("HSM: a suspension of no kind", call(SBI_HSM, 3, 1, 0).error, ANSWER_NOBODY);
}

static void interrupts(void)
{
	check("IPI to itself", call(SBI_IPI, 0, 1, 0).error, ANSWER_DONE);
	check("is pending", REGISTER_READ(sip) & SOFTWARE, SOFTWARE);
	REGISTER_CLEAR(sip, SOFTWARE);
	check("until it is taken back", REGISTER_READ(sip) & SOFTWARE, 0);
	check("IPI to nobody", call(SBI_IPI, 0, 0, 0).error, ANSWER_DONE);
	check("does nothing", REGISTER_READ(sip) & SOFTWARE, 0);
	check("IPI to one that is not there", call(SBI_IPI, 0, 2, 0).error, ANSWER_NOBODY);
	check("IPI from a base that is not there", call(SBI_IPI, 0, 1, 64).error, ANSWER_NOBODY);
	check("IPI to all", call(SBI_IPI, 0, 0, ALL_HARTS).error, ANSWER_DONE);
	check("is pending, too", REGISTER_READ(sip) & SOFTWARE, SOFTWARE);
	REGISTER_CLEAR(sip, SOFTWARE);
}

static void timer(void)
{
	uint64_t spins;

	interrupts_start();
	check("TIME", call(SBI_TIME, 0, counter(), 0).error, ANSWER_DONE);
	interrupts_allow();
	while (!taken_count)
		yield();
	interrupts_mask();
	check("its interrupt is taken", taken[0], TIMER_INTERRUPT);
	check("TIME, at once", call(SBI_TIME, 0, 0, 0).error, ANSWER_DONE);
	check("TIME, later", call(SBI_TIME, 0, counter() + FAR_AWAY, 0).error, ANSWER_DONE);
	interrupts_allow();
	for (spins = 0; spins < 1000; spins++)
		yield();
	interrupts_mask();
	check("takes it back", taken_count, 1);
	check("stimecmp is what was set", REGISTER_READ(STIMECMP) > FAR_AWAY, 1);
}

static void fences(void)
{
	uint64_t function, wrong = 0;

	for (function = 0; function < 3; function++) {
		wrong += sbi(SBI_RFENCE, function, 1, 0, 0, 4096, 0).error != ANSWER_DONE;
		wrong += sbi(SBI_RFENCE, function, 0, ALL_HARTS, 0, ~0ul, 0).error != ANSWER_DONE;
		wrong += sbi(SBI_RFENCE, function, 0, 0, 0, 0, 0).error != ANSWER_DONE;
	}
	check("RFENCE: good calls that are refused", wrong, 0);
	for (function = 0; function < 3; function++) {
		wrong += sbi(SBI_RFENCE, function, 2, 0, 0, 4096, 0).error != ANSWER_NOBODY;
		wrong += sbi(SBI_RFENCE, function, 1, 64, 0, 4096, 0).error != ANSWER_NOBODY;
		wrong += sbi(SBI_RFENCE, function, ~0ul, 0, 0, 4096, 0).error != ANSWER_NOBODY;
	}
	check("RFENCE: calls for harts that are not there", wrong, 0);
	for (function = 3; function < 7; function++)
		wrong += sbi(SBI_RFENCE, function, 1, 0, 0, 0, 0).error != ANSWER_NOT_SUPPORTED;
	check("RFENCE: functions for hypervisors", wrong, 0);
}

static void resets(void)
{
	check("SRST of no type", call(SBI_SRST, 0, 3, 0).error, ANSWER_NOBODY);
	check("SRST for no reason", call(SBI_SRST, 0, 0, 2).error, ANSWER_NOBODY);
	check("SRST of a type with all bits set", call(SBI_SRST, 0, ~0ul, 0).error, ANSWER_NOBODY);
}

static void console(void)
{
	static const char line[] = "written by DBCN\n";
	struct answer answer = sbi(SBI_DBCN, 0, sizeof(line) - 1, (uint64_t)line, 0, 0, 0);

	check("DBCN's write", answer.error, ANSWER_DONE);
	check("writes all", answer.value, sizeof(line) - 1);
	check("DBCN's write of nothing", sbi(SBI_DBCN, 0, 0, (uint64_t)line, 0, 0, 0).value, 0);
	check("DBCN's write from no memory", sbi(SBI_DBCN, 0, 8, NOWHERE, 0, 0, 0).error,
	      ANSWER_NOBODY);
	check("DBCN's write over the end of memory",
	      sbi(SBI_DBCN, 0, 8, RAM + 0x400000 - 4, 0, 0, 0).error, ANSWER_NOBODY);
	check("DBCN's write of all there is", sbi(SBI_DBCN, 0, ~0ul, RAM, 0, 0, 0).error,
	      ANSWER_NOBODY);
	check("DBCN's write from above 64 bits", sbi(SBI_DBCN, 0, 8, RAM, 1, 0, 0).error,
	      ANSWER_NOBODY);
	check("DBCN's read into no memory", sbi(SBI_DBCN, 1, 8, NOWHERE, 0, 0, 0).error,
	      ANSWER_NOBODY);
	answer = sbi(SBI_DBCN, 1, 8, FREE, 0, 0, 0);
	check("DBCN's read", answer.error, ANSWER_DONE);
	check("reads nothing if nobody types", answer.value, 0);
	check("DBCN's byte", call(SBI_DBCN, 2, '\n', 0).error, ANSWER_DONE);
}

static void firmware_calls(void)
{
	base();
	unknown();
	functions();
	harts();
	interrupts();
	timer();
	fences();
	resets();
	console();
	check("without an exception", trapped(), 0);
}

static bool timer_is_off(void)
{
	return REGISTER_READ(STIMECMP) == ~0ul;
}

#endif
