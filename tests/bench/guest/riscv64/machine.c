/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark guest's few devices: an ns16550a, a PLIC and SBI. */
#include "tests/bench/guest/machine.h"

#include "tests/bench/guest/riscv64/firmware.h"

#define UART 0x10000000ul
#define UART_LSR (UART + 5)
#define UART_LSR_EMPTY (1u << 5)

#define THRESHOLD(vcpu) (0x0c200000ul + (vcpu) * 0x1000)

#define ENABLED 0x222ul /* sie: software, timer, external */

static inline uint8_t read8(uint64_t address)
{
	uint8_t value;

	__asm__ volatile("lbu %0, 0(%1)" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void write8(uint64_t address, uint8_t value)
{
	__asm__ volatile("sb %0, 0(%1)" : : "r"(value), "r"(address) : "memory");
}

void console_put(char character)
{
	while (!(read8(UART_LSR) & UART_LSR_EMPTY))
		;
	write8(UART, (uint8_t)character);
}

void machine_start(void)
{
	processor_start(0);
}

void processor_start(uint64_t vcpu)
{
	write32(THRESHOLD(vcpu), 0);
	timer_off();
	__asm__ volatile("csrw sie, %0" : : "r"(ENABLED));
	__asm__ volatile("csrw scounteren, %0" : : "r"(7ul)); /* servers read cycle, time, instret */
}

uint64_t hypervisor_name(void)
{
	return sbi(SBI_BASE, SBI_BASE_IMPLEMENTATION, 0, 0).value;
}

_Noreturn void guest_off(void)
{
	for (;;)
		sbi(SBI_RESET, 0, SBI_RESET_OFF, 0);
}
