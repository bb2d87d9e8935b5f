/* SPDX-License-Identifier: Apache-2.0 */
/* The machine around the CPU: firmware calls, timer, console for the kernel's few words. */
#include "arch/aarch64/hardware.h"
#include "kernel/say.h"

#define PSCI_CPU_ON 0xc4000003u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define UART_DR 0x00
#define UART_FR 0x18
#define UART_FR_FULL (1u << 5)
#define UART_POLLS 100000

static int64_t firmware_call(uint64_t function, uint64_t first, uint64_t second, uint64_t third)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = first;
	register uint64_t x2 __asm__("x2") = second;
	register uint64_t x3 __asm__("x3") = third;

	/* At EL1, where only a refusal to boot runs, the firmware has taken EL2's place. */
	if (REGISTER_READ(CurrentEL) == CURRENT_EL2)
		__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	else
		__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	return (int64_t)x0;
}

int64_t machine_start_cpu(uint64_t affinity, uint64_t entry, uint64_t argument)
{
	return firmware_call(PSCI_CPU_ON, affinity, entry, argument);
}

static bool overlap(uint64_t base, uint64_t size, uint64_t other, uint64_t other_size)
{
	return base < other + other_size && other < base + size;
}

/* The interrupt controller; the console is shared with the task that drives it. */
bool arch_machine_owns(uint64_t base, uint64_t size)
{
	return overlap(base, size, board.distributor, board.distributor_size) ||
	       overlap(base, size, board.redistributors, board.redistributors_size);
}

void arch_machine_off(void)
{
	firmware_call(PSCI_SYSTEM_OFF, 0, 0, 0);
}

void arch_machine_reset(void)
{
	firmware_call(PSCI_SYSTEM_RESET, 0, 0, 0);
}

void arch_machine_put(char character)
{
	volatile uint32_t *uart = (volatile uint32_t *)board.console;
	unsigned int polls;

	for (polls = 0; uart[UART_FR / 4] & UART_FR_FULL; polls++)
		if (polls == UART_POLLS)
			return;
	uart[UART_DR / 4] = (uint8_t)character;
}

void arch_timer_set(uint64_t deadline)
{
	REGISTER_WRITE(cnthp_cval_el2, deadline);
	REGISTER_WRITE(cnthp_ctl_el2, deadline == TIMER_OFF ? 0 : 1);
	BARRIER_INSTRUCTIONS();
}

void arch_idle(void)
{
	__asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

void arch_say_exception(void)
{
	say_number(" esr=", REGISTER_READ(esr_el2));
	say_number(" elr=", REGISTER_READ(elr_el2));
	say_number(" far=", REGISTER_READ(far_el2));
}
