/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/say.h"

#include "arch/include/arch.h"

void say(const char *text)
{
	for (; *text; text++)
		arch_machine_put(*text);
}

void say_number(const char *text, uint64_t number)
{
	int shift;

	say(text);
	for (shift = 60; shift >= 0; shift -= 4)
		arch_machine_put("0123456789abcdef"[number >> shift & 15]);
}

_Noreturn void panic(const char *what)
{
	say("\ncoppice: kernel panic: ");
	say(what);
	arch_say_exception();
	say("\n");
	for (;;)
		arch_idle();
}
