/* SPDX-License-Identifier: Apache-2.0 */
/* What the test guests print and note. */
#include "tests/guests/runtime.h"

volatile struct trap trap;
volatile uint32_t taken[TAKEN], taken_count, spurious_count;
volatile bool timer_rearm;
void (*interrupt_told)(uint32_t number);
uint64_t guest_tree;

_Static_assert(offsetof(struct trap, vector) == TRAP_VECTOR, "as the vectors write it");
_Static_assert(offsetof(struct trap, resume) == TRAP_RESUME, "as the vectors read it");

void print(const char *text)
{
	while (*text)
		console_put(*text++);
}

void print_number(uint64_t value)
{
	int shift = 60;

	while (shift > 0 && !(value >> shift))
		shift -= 4;
	print("0x");
	for (; shift >= 0; shift -= 4)
		console_put("0123456789abcdef"[value >> shift & 15]);
}

void check(const char *what, uint64_t seen, uint64_t expected)
{
	print(seen == expected ? "pass - " : "fail - ");
	print(what);
	if (seen != expected) {
		print(": expected ");
		print_number(expected);
		print(", saw ");
		print_number(seen);
	}
	print("\n");
}

uint64_t trapped(void)
{
	static uint64_t known;
	uint64_t fresh = trap.count - known;

	known = trap.count;
	return fresh == 1 ? trap.syndrome : fresh ? ~0ul : 0;
}

_Noreturn void guest_off(void)
{
	print("end\n");
	firmware_system_off();
	for (;;)
		print("fail - the firmware does not switch off\n");
}

void interrupt_note(uint32_t number)
{
	if (interrupt_told)
		interrupt_told(number);
	else
		taken[taken_count++ % TAKEN] = number;
	if (number != TIMER_INTERRUPT)
		return;
	if (timer_rearm)
		timer_set(counter() + TIMER_STEP);
	else
		timer_off();
}

void guest_start(uint64_t tree)
{
	guest_tree = tree;
	console_start();
	print("begin\n");
	guest_main();
	guest_off();
}
