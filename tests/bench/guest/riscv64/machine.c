/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark guest's few devices: an ns16550a, a PLIC and SBI. */
#include "tests/bench/guest/machine.h"

#define UART_STATUS (UART + 5)
#define UART_STATUS_EMPTY (1u << 5)

#define BASE_IMPLEMENTATION 1

uint64_t instruction_time;

void console_put(char character)
{
	while (!(read8(UART_STATUS) & UART_STATUS_EMPTY))
		;
	write8(UART, (uint8_t)character);
}

/* Where instructions are counted, cycles are the clock's nanoseconds; else they are the host's. */
void machine_start(void)
{
	uint64_t before = counter();

	if (cycles() / TICK_TIME - before > 1)
		instruction_time = 0;
	processor_start(0);
}

/* The PLIC's threshold is 0 from the start. */
void processor_start(uint64_t vcpu)
{
	(void)vcpu;
	timer_off();
	REGISTER_WRITE(sie, SOFTWARE | TIMER | EXTERNAL);
	REGISTER_WRITE(scounteren, 7); /* U-mode reads cycle, time and instret */
}

_Noreturn void guest_off(void)
{
	for (;;)
		firmware_system_off();
}
